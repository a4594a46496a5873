/** When an ended job does not go on, and the words that say why and how to ask anew. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  eventually,
  labConfig,
  openTestApp,
  type TestApp,
  textOf,
  withoutRights,
} from '#test/helpers/open-test-app.ts';
import { createShiftedClock } from '#test/helpers/shift-clock.ts';
import { openAgreed } from './agreed.ts';
import { createPeople, hurry } from './alterations.ts';
import {
  answerTo,
  bringTo,
  buttonsOf,
  byOthers,
  deedsOf,
  listFacts,
  readJob,
  receive,
  untilKnown,
} from './look.ts';
import { alterKind, ask, endCard, faultsOf, names, openMoves, say } from './moves-stage.ts';
import { CREATE, openFailed } from './retry-stage.ts';

const RETRY = 'job retry J-1';

/** Refused in these words, in one audit event, and nothing of the job is touched. */
async function assertRefused(app: TestApp, person: string, words: RegExp): Promise<void> {
  const before = await readJob(app, 1);
  const deeds = deedsOf(app);
  const audited = (await app.audit('refused')).length;

  const answer = await app.say(person, RETRY);

  assert.match(textOf(answer).replaceAll(/\s+/g, ' '), words);
  assert.deepEqual(await readJob(app, 1), before);
  assert.deepEqual(deedsOf(app), deeds);
  assert.deepEqual(await listFacts(app, 'job_retried'), []);
  assert.equal((await app.audit('refused')).length, audited + 1);
}

describe('a retry', { timeout: 60_000 }, () => {
  it('is refused to who neither asked for it nor has the right, in text and without a button', async () => {
    const config = labConfig((text) => withoutRights(text, 'job.retry'));
    await using app = await openFailed({ config });
    await app.say('carl', 'job show J-1');

    await assertRefused(app, 'carl', /Not allowed: job retry J-1/);

    assert.deepEqual(await buttonsOf(app, 'carl', 'J-1'), []);
    assert.equal((await app.audit('refused'))[0]?.personId, 'lab-carl');
  });

  it('is refused to who may retry jobs and could not ask for this one', async () => {
    const config = labConfig((text) =>
      text.replace(/(name: operators\n.*\n\s+allow:\s+\[\s*)vm\.\*/, '$1vm.start'),
    );
    await using app = await openFailed({ config });

    await assertRefused(app, 'carl', /Carl Wu may retry jobs and has not the right vm\.create/);
  });

  it('is refused for what is done, with the way on', async () => {
    await using app = await openTestApp({ alter: hurry });
    await app.say('ann', CREATE);
    await app.say('bob', 'approval approve R-1');
    await app.jobEnd(1);

    await assertRefused(app, 'ann', /It has ended as done: .*Ask anew: vm create web-07/);
  });

  it('is refused while it goes on, and for what never began', async () => {
    await using agreed = await openAgreed('ann', CREATE);
    const { app } = agreed;

    await assertRefused(app, 'ann', /It goes on still\. .*job cancel J-1/);
    await app.say('ann', 'job cancel J-1');
    await agreed.start();

    await assertRefused(app, 'ann', /ended before its first step, .*Ask anew: vm create web-07/);
  });

  it('H26 is refused once who asked has lost the account, or the right', async () => {
    const people = createPeople();
    await using app = await openFailed({ alter: people.alter });

    people.change('ann', { state: 'disabled' });
    await assertRefused(app, 'carl', /The account of Ann Berg, who asked for it, is disabled/);

    people.change('ann', { state: 'active', groups: [] });
    await assertRefused(
      app,
      'carl',
      /Ann Berg, who asked for it, no longer has the right vm\.create/,
    );
  });

  it('H22 is refused once who agreed is gone', async () => {
    const people = createPeople();
    await using app = await openFailed({ alter: people.alter });

    people.remove('bob');

    await assertRefused(app, 'ann', /The vote of Bob Stein no longer counts .*Ask anew/);
  });

  it('is refused when what was agreed to is too old, and has no button then', async () => {
    const clock = createShiftedClock();
    await using app = await openFailed({ alter: clock.alter });

    const dayMs = 24 * 3_600_000 + 60_000;
    clock.forward(dayMs);
    const sentAt = new Date(Date.now() + dayMs);
    for (const text of [RETRY, 'job show J-1'])
      await receive(app, 'ann', { text, sentAt, dedupeKey: text });

    const answer = textOf(await answerTo(app, 'ann', RETRY)).replaceAll(/\s+/g, ' ');
    assert.match(
      answer,
      /agreed to .*more than 24 hours ago \(jobs\.retryWithinHours\)\. Ask anew/,
    );
    await answerTo(app, 'ann', 'job show J-1');
    await eventually(async () => !(await buttonsOf(app, 'ann', 'J-1')).includes('Retry…'));
    assert.equal((await readJob(app, 1)).state, 'failed');
  });

  it('H17 is refused while another job changes what it had made, with its number', async () => {
    await using app = await openFailed();
    faultsOf(app).ask('delete', 'Sure?', { vm: 'web-07' });
    await app.say('carl', 'vm delete web-07');
    await app.say('bob', 'approval approve R-2');
    await untilKnown(app, () => deedsOf(app).includes('delete'));

    await assertRefused(app, 'ann', /J-2 changes the same VM or host now\. .*job show J-2/);

    byOthers(app, (console) => console.answerQuestion('web-07'));
    await app.jobEnd(2);
    await assertRefused(
      app,
      'ann',
      /What it had made is there no more, .*Ask anew: vm create web-07/,
    );
  });

  it('is refused with what stands against it, and goes on once that is settled', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(1), 'esx-02': [] } });
    faultsOf(app).refuse('move', 'host_unavailable', { vm: 'app-01' });
    await ask(app, 'vm migrate app-01 --host esx-02');
    await endCard(app);
    byOthers(app, (console) => console.setHost('esx-02', { state: 'not_responding' }));

    await assertRefused(app, 'carl', /esx-02 .*Once that is settled: job retry J-1/);

    byOthers(app, (console) => console.setHost('esx-02', { state: 'connected' }));
    await say(app, 'carl', RETRY);
    assert.equal(await app.jobEnd(1), 'done');
  });

  it('is refused where the rest is more than was agreed to, with the difference', async () => {
    const vms = { 'app-02': { power: 'off', guestTools: 'not_running' } } as const;
    await using app = await openMoves({ on: { 'esx-01': names(2), 'esx-02': [] }, vms });
    faultsOf(app).refuse('move', 'platform_refused', { vm: 'app-01', count: 2 });
    await ask(app, 'host maintenance enter esx-01');
    await endCard(app);
    await bringTo(app, 'app-02', 'on', 'lab-vc');

    await assertRefused(
      app,
      'carl',
      /app-02: agreed nothing, now pause .*no longer fits what was agreed\. Ask anew: host maintenance enter esx-01/,
    );
  });

  it('of two at once goes on once, and the other is told by whom and since when', async () => {
    await using app = await openFailed();
    // It has not ended before the other one is looked at.
    faultsOf(app).ask('start', 'Go on?', { vm: 'web-07' });

    const answers = await Promise.all([app.say('ann', RETRY), app.say('carl', RETRY)]);
    await untilKnown(app, (index) => index.byName('vm', 'web-07')[0]?.body.question !== undefined);
    byOthers(app, (console) => console.answerQuestion('web-07'));
    await app.jobEnd(1);

    const texts = answers.map((one) => textOf(one).replaceAll(/\s+/g, ' ')).toSorted();
    assert.match(texts[0] ?? '', /J-1 goes on/);
    assert.match(
      texts[1] ?? '',
      /J-1 is not retried (It already goes on since .*: (Ann Berg|Carl Wu) retried it|(Ann Berg|Carl Wu) retried it meanwhile)/,
    );
    assert.equal((await listFacts(app, 'job_retried')).length, 1);
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
  });

  it('of what goes on again is refused, with who retried it and since when', async () => {
    await using app = await openFailed();
    faultsOf(app).ask('start', 'Go on?', { vm: 'web-07' });
    await app.say('ann', RETRY);

    const answer = textOf(await app.say('carl', RETRY)).replaceAll(/\s+/g, ' ');

    assert.match(answer, /It already goes on since .*: Ann Berg retried it/);
    await untilKnown(app, (index) => index.byName('vm', 'web-07')[0]?.body.question !== undefined);
    byOthers(app, (console) => console.answerQuestion('web-07'));
    assert.equal(await app.jobEnd(1), 'done');
  });

  it('that comes after another one has ended tries nothing a third time', async () => {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    let isArmed = false;
    const hold = alterKind('clone-vm', (kind) => ({
      ...kind,
      async look(...given) {
        if (isArmed) {
          isArmed = false;
          reached.resolve();
          await released.promise;
        }
        return kind.look(...given);
      },
    }));
    await using app = await openFailed({ alter: hold });
    isArmed = true;
    const byCarl = app.say('carl', RETRY);
    await reached.promise;
    faultsOf(app).refuse('start', 'not_enough_memory');
    await app.say('ann', RETRY);
    await app.jobEnd(1);

    released.resolve();
    const answer = textOf(await byCarl).replaceAll(/\s+/g, ' ');

    assert.match(
      answer,
      /Ann Berg retried it meanwhile, and that try has ended too\. .*job show J-1/,
    );
    assert.equal((await listFacts(app, 'job_retried')).length, 1);
    assert.equal((await readJob(app, 1)).state, 'failed');
  });
});
