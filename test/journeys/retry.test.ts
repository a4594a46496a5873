/** A job that ended without what was wished goes on: the same job, from the step that failed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { type Alter, alterBy, hurry } from './alterations.ts';
import {
  buttonsOf,
  byOthers,
  cardOf,
  deedsOf,
  findVm,
  listFacts,
  readJob,
  untilKnown,
} from './look.ts';
import {
  alterKind,
  ask,
  endCard,
  faultsOf,
  markOf,
  names,
  openMoves,
  placesOf,
  say,
  stepsOf,
  vmsOn,
} from './moves-stage.ts';
import { openFailed } from './retry-stage.ts';

describe('a job that failed', { timeout: 60_000 }, () => {
  it('goes on from the failed step as the same job, and makes one VM', async () => {
    await using app = await openFailed();
    const shown = await buttonsOf(app, 'ann', 'J-1');

    const answer = await app.say('ann', 'job retry J-1 --reason "memory was added"');
    const state = await app.jobEnd(1);

    assert.ok(shown.includes('Retry…'), shown.join());
    assert.match(textOf(answer), /J-1 goes on.*Done again: start web-07/s);
    assert.equal(state, 'done');
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
    const card = await cardOf(app, 'ann', 'J-1');
    assert.match(card, /J-1 · done/);
    assert.match(card, /Retried by Ann Berg .*from step 2: memory was added/);
    assert.match(card, /Try 1: failed .*not enough memory/s);
    assert.deepEqual(
      (await listFacts(app, 'job_retried')).map(({ steps, was, reason }) => [steps, was, reason]),
      [[['start-vm'], 'failed', 'memory was added']],
    );
    assert.deepEqual(await held(app), []);
  });

  it('is retried by button, by the right of who may, and the audit names who', async () => {
    await using app = await openFailed();
    await app.say('carl', 'job show J-1');

    await app.click('carl', 'Retry…');
    const state = await app.jobEnd(1);

    assert.equal(state, 'done');
    const [event] = await app.audit('job_retried');
    assert.equal(event?.personId, 'lab-carl');
    assert.equal((await readJob(app, 1)).facts?.takenOverBy, 'Carl Wu');
    assert.match(await cardOf(app, 'ann', 'J-1'), /Retried by Carl Wu/);
    assert.deepEqual(await buttonsOf(app, 'carl', 'J-1'), ['vm show web-07']);
  });

  it('shows with --plan what would be done, and changes nothing', async () => {
    await using app = await openFailed();
    const before = await readJob(app, 1);

    const plan = await app.say('ann', 'job retry J-1 --plan');

    assert.match(textOf(plan), /Plan: retry J-1.*Done again.*start web-07.*Nothing was done/s);
    assert.deepEqual(await readJob(app, 1), before);
    assert.deepEqual(await listFacts(app, 'job_retried'), []);
    await app.click('ann', 'job retry J-1');
    assert.equal(await app.jobEnd(1), 'done');
  });

  it('takes its place and its quota again where nothing was made, and lets them go at its end', async () => {
    const looked = Promise.withResolvers<void>();
    let acts = 0;
    const holdSecond = alterKind('clone-vm', (kind) => ({
      ...kind,
      async act(...given) {
        acts += 1;
        if (acts > 1) await looked.promise;
        return kind.act(...given);
      },
    }));
    await using app = await openFailed({ refuse: 'clone', alter: holdSecond });
    const before = await held(app);

    await app.say('ann', 'job retry J-1');
    const during = await held(app);
    looked.resolve();
    const state = await app.jobEnd(1);

    assert.deepEqual([before, during.length, state], [[], 1, 'done']);
    assert.deepEqual(await held(app), []);
  });
});

async function held({ drover }: TestApp) {
  return drover.house.store.read((reads) => reads.reservations.list());
}

describe('a move that its platform refused', { timeout: 60_000 }, () => {
  it('of several goes on with the one that is left, whether a host was wished or not', async () => {
    for (const wish of ['', ' --host esx-02']) {
      await using app = await openMoves({ on: { 'esx-01': names(3), 'esx-02': [], 'esx-03': [] } });
      faultsOf(app).refuse('move', 'host_unavailable', { vm: 'app-02' });
      await ask(app, `vm migrate app-01 app-02 app-03${wish}`);
      const ended = await endCard(app);
      const moved = await placesOf(app);

      const answer = textOf(await app.say('carl', 'job retry J-1'));
      const card = await endCard(app);

      assert.match(ended, /J-1 · incomplete/, wish);
      assert.match(answer, /J-1 goes on.*Done again: move app-02/s, wish);
      assert.match(card, /J-1 · done/, wish);
      const stayed = (await placesOf(app)).filter((place) => !place.startsWith('app-02 '));
      assert.deepEqual(
        stayed,
        moved.filter((place) => !place.startsWith('app-02 ')),
        wish,
      );
      assert.equal(deedsOf(app).filter((deed) => deed === 'move').length, 3, wish);
    }
  });

  it('goes where it was agreed to once the platform lets it', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(1), 'esx-02': [] } });
    faultsOf(app).refuse('move', 'host_unavailable', { vm: 'app-01' });
    await ask(app, 'vm migrate app-01 --host esx-02');
    const failed = await endCard(app);

    await say(app, 'carl', 'job retry J-1');
    const card = await endCard(app);

    assert.match(failed, /J-1 · failed/);
    assert.match(card, /J-1 · done.*Retried by Carl Wu/);
    assert.deepEqual(await placesOf(app), ['app-01 on esx-02']);
  });

  it('whose task has failed is ordered anew, as another task', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(1), 'esx-02': [] } });
    faultsOf(app).failTask('move', 'platform_refused', { vm: 'app-01' });
    await ask(app, 'vm migrate app-01 --host esx-02');
    await endCard(app);
    const [before] = await stepsOf(app);

    await say(app, 'carl', 'job retry J-1');
    const card = await endCard(app);

    assert.match(card, /J-1 · done/);
    const [after] = await stepsOf(app);
    assert.ok(before?.task && after?.task && before.task !== after.task);
    assert.deepEqual(deedsOf(app), ['move', 'move']);
  });
});

describe('an evacuation that is incomplete', { timeout: 100_000 }, () => {
  it('moves the rest once there is a host for it, and ends in maintenance', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(2), 'esx-02': [] } });
    faultsOf(app).endMove('target_dies', 60, { vm: 'app-01' });
    await ask(app, 'host maintenance enter esx-01');
    const incomplete = await endCard(app);
    byOthers(app, (console) => console.setHost('esx-02', { state: 'connected' }));
    await untilKnown(app, (index) =>
      index.byName('host', 'esx-02').every(({ body }) => body.state === 'connected'),
    );

    const answer = await say(app, 'carl', 'job retry J-1');
    const card = await endCard(app);

    assert.match(incomplete, /J-1 · incomplete/);
    assert.match(answer, /J-1 goes on/);
    assert.match(card, /J-1 · done/);
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
  });

  it('remembers what it moves away where an exit had forgotten that and somebody marked the host again', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(2), 'esx-02': [] } });
    faultsOf(app).endMove('target_dies', 60, { vm: 'app-01' });
    await ask(app, 'host maintenance enter esx-01');
    const incomplete = await endCard(app);
    await ask(app, 'host maintenance exit esx-01', 2);
    await endCard(app, 2);
    byOthers(app, (console) => console.setHost('esx-02', { state: 'connected' }));
    byOthers(app, (console) => console.orderMark('esx-01'));
    await untilKnown(app, (index) =>
      index.byName('host', 'esx-02').every(({ body }) => body.state === 'connected'),
    );

    const answer = await say(app, 'carl', 'job retry J-1');
    const card = await endCard(app);
    const back = await say(app, 'carl', 'host maintenance exit esx-01 --move-back --plan');

    assert.match(incomplete, /J-1 · incomplete/);
    assert.match(answer, /J-1 goes on/);
    assert.match(card, /J-1 · done/);
    assert.match(back, /app-01 esx-01.*app-02 esx-01/);
  });

  it('marks the host anew where a cancel had taken the mark away', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(3), 'esx-02': [] } });
    faultsOf(app).ask('move', 'Go on?', { vm: 'app-02' });
    await ask(app, 'host maintenance enter esx-01');
    await untilKnown(app, () => deedsOf(app).filter((deed) => deed === 'move').length === 3);
    await say(app, 'carl', 'job cancel J-1');
    const cancelled = await endCard(app);
    const between = await markOf(app, 'esx-01');
    byOthers(app, (console) => console.raiseQuestion('app-02', 'The disk is full.'));
    await untilKnown(app, () => findVm(app, 'app-02').body.question === 'The disk is full.');
    const asking = await say(app, 'carl', 'job retry J-1');
    byOthers(app, (console) => console.answerQuestion('app-02'));
    await untilKnown(app, () => findVm(app, 'app-02').body.question === undefined);

    await say(app, 'carl', 'job retry J-1');
    const card = await endCard(app);

    assert.match(cancelled, /J-1 · cancelled/);
    assert.equal(between, 'none');
    // It would be asked about now, and might be powered off: nobody agreed to that.
    assert.match(
      asking,
      /not retried app-02: agreed pause, now off .*host maintenance enter esx-01/,
    );
    assert.match(card, /J-1 · done/);
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
    const again = deedsOf(app).slice(deedsOf(app).indexOf('unmarkHost') + 1);
    assert.deepEqual(again, ['markHost', 'move']);
  });
});

/** The steps of the next try stand still until Drover ends, as after a kill between the reopening and the first step. */
const holdSteps: Alter = (parts) => ({
  ...parts,
  queue: {
    ...parts.queue,
    stop: () => parts.queue.stop(),
    enqueue: parts.queue.enqueue,
    consume: (topic, concurrency, deliver) =>
      topic === 'step' ? Promise.resolve() : parts.queue.consume(topic, concurrency, deliver),
  },
});

describe('a retry that is cut', { timeout: 60_000 }, () => {
  it('H13 between the reopening and its first step goes on when Drover is back', async () => {
    using folder = createTemporaryFolder('retry');
    {
      await using app = await openFailed({ dataFolder: folder.path });
      assert.equal((await readJob(app, 1)).state, 'failed');
    }
    {
      const alter = alterBy(hurry, holdSteps);
      await using app = await openTestApp({ dataFolder: folder.path, alter });
      await app.say('ann', 'job retry J-1');
      assert.equal((await readJob(app, 1)).state, 'running');
    }
    await using app = await openTestApp({ dataFolder: folder.path, alter: hurry });

    const state = await app.jobEnd(1);

    assert.equal(state, 'done');
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
  });

  it('H13 whose answer is lost is looked for, and ordered once', async () => {
    await using app = await openFailed({ refuse: 'clone' });
    faultsOf(app).dropAnswer('clone', { when: 'after' });

    await app.say('ann', 'job retry J-1');
    const state = await app.jobEnd(1);

    assert.equal(state, 'done_with_warning');
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
  });
});
