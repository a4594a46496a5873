/** `vm migrate` when the answer, the platform's word, Drover or the VM itself is not as it was. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, type TestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { byOthers, deedsOf, findVm, readJob, untilKnown } from './look.ts';
import {
  ask,
  endCard,
  faultsOf,
  openMoves,
  placesOf,
  readCard,
  say,
  untilCard,
} from './moves-stage.ts';

const ON = { 'esx-01': ['app-01', 'app-02', 'app-03', 'app-04'], 'esx-02': [] };
const placeOf = async (app: TestApp, name: string) =>
  (await placesOf(app)).filter((place) => place.startsWith(`${name} `));

describe('a move whose outcome has to be looked for', { timeout: 100_000 }, () => {
  it('H13 is judged by where the VM stands, and never ordered twice', async () => {
    await using app = await openMoves({ on: ON });
    const faults = faultsOf(app);
    faults.dropAnswer('move', { when: 'after', vm: 'app-01' });
    faults.failWithEffect('move', 'platform_refused', { vm: 'app-02' });
    faults.succeedWithoutEffect('move', 'all', { vm: 'app-03' });
    faults.refuse('move', 'not_enough_memory', { vm: 'app-04' });

    const cards: string[] = [];
    for (const [at, name] of ON['esx-01'].entries()) {
      await ask(app, `vm migrate ${name}`, at + 1);
      cards.push(await endCard(app, at + 1));
    }

    assert.match(cards[0] ?? '', /done, with a warning .*answer was lost on the way/);
    assert.match(
      cards[1] ?? '',
      /done, with a warning .*said it failed.*result is there as wished/,
    );
    assert.match(
      cards[2] ?? '',
      /· failed .*The platform said done, and the result is not as wished/,
    );
    assert.match(cards[3] ?? '', /· failed .*memory/);
    assert.deepEqual(deedsOf(app), ['move', 'move', 'move']);
    assert.deepEqual(await placesOf(app), [
      ...['app-01 on esx-02', 'app-02 on esx-02'],
      ...['app-03 on esx-01', 'app-04 on esx-01'],
    ]);
  });

  it('H13 whose order may have been lost is asked of an operator, not sent again', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).dropAnswer('move', { when: 'before', vm: 'app-01' });

    await ask(app, 'vm migrate app-01');
    const asked = await untilCard(app, /needs an operator/);
    await app.click('carl', 'It did not happen');

    assert.match(asked, /Whether it happened is not known; an operator has to look and say/);
    assert.match(await endCard(app), /· failed .*An operator looked and said so/);
    assert.deepEqual([deedsOf(app), await placeOf(app, 'app-01')], [[], ['app-01 on esx-01']]);
  });

  it('H13 whose order arrives late is followed once it is seen', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).dropAnswer('move', { when: 'after', arrivesAfterMs: 300, vm: 'app-01' });

    await ask(app, 'vm migrate app-01');
    await eventually(async () => (await placeOf(app, 'app-01')).includes('app-01 on esx-02'));
    // An operator is asked before or after it arrives, or not at all.
    await eventually(async () => {
      if (/needs an operator/.test(await readCard(app, 'J-1')))
        await app.click('carl', 'Look again');
      return (await readJob(app, 1)).endedAt !== null;
    });

    assert.match(await endCard(app), /done, with a warning .*answer was lost on the way/);
    assert.deepEqual(deedsOf(app), ['move']);
  });

  it('H13 goes on with its task after Drover was ended and started anew', async () => {
    using folder = createTemporaryFolder('moves');
    {
      await using app = await openMoves({ on: ON, folder: folder.path });
      faultsOf(app).ask('move', 'Go on?', { vm: 'app-01' });
      await ask(app, 'vm migrate app-01');
      await untilCard(app, /▸ move app-01/);
    }
    await using app = await openMoves({ on: ON, folder: folder.path });
    byOthers(app, (console) => console.answerQuestion('app-01'));

    const card = await endCard(app);

    assert.match(card, /J-1 · done/);
    assert.deepEqual(
      [deedsOf(app), await placeOf(app, 'app-01')],
      [['move'], ['app-01 on esx-02']],
    );
  });
});

describe('a move that is stopped, or ends otherwise', { timeout: 100_000 }, () => {
  it('H16 shows what the platform asks in the middle of it, and answers nothing', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).ask('move', 'Did you move it or copy it?', { vm: 'app-01' });

    await ask(app, 'vm migrate app-01');
    await untilKnown(app, () => findVm(app, 'app-01').body.question !== undefined);
    const shown = await say(app, 'carl', 'job show J-1');
    byOthers(app, (console) => console.answerQuestion('app-01'));
    const card = await endCard(app);

    assert.match(
      shown,
      /its platform asks: Did you move it or copy it\? Nothing answers it by itself/,
    );
    assert.match(card, /J-1 · done/);
    assert.deepEqual(await placeOf(app, 'app-01'), ['app-01 on esx-02']);
  });

  it('H16 H18 that is cancelled while its platform asks says what it waits for, and ends with the answer', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).ask('move', 'Which disk?', { vm: 'app-01' });
    faultsOf(app).refuse('cancel', 'not_supported', { count: 100 });

    await ask(app, 'vm migrate app-01');
    await untilKnown(app, () => findVm(app, 'app-01').body.question !== undefined);
    const before = await say(app, 'carl', 'job show J-1');
    await app.say('carl', 'job cancel J-1');
    const shown = await untilCard(app, /J-1 · stopping, needs an answer/);
    byOthers(app, (console) => console.answerQuestion('app-01'));
    const card = await endCard(app);

    assert.doesNotMatch(before, /The cancel waits/);
    assert.match(shown, /its platform asks: Which disk\? /);
    assert.match(
      shown,
      /The cancel waits for what the platform asks about app-01\. Whoever may answer at the console of lab-vc does; once it is answered, J-1 ends with what is there then\. Drover answers nothing by itself\./,
    );
    assert.doesNotMatch(card, /The cancel waits|needs an answer/);
  });

  it('H18 ends where it began when it is cancelled, and that is read back', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).ask('move', 'Go on?', { vm: 'app-01' });
    await ask(app, 'vm migrate app-01');
    await untilCard(app, /▸ move app-01/);

    await say(app, 'carl', 'job cancel J-1');
    const card = await endCard(app);

    assert.match(card, /J-1 · cancelled .*The platform was looked at afterwards: it is not done/);
    assert.deepEqual(await placeOf(app, 'app-01'), ['app-01 on esx-01']);
  });

  it('H17 B61 whose guest goes off at 60 % ends as off, not as failed, and the VM starts', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).endMove('guest_off', 60, { vm: 'app-01' });

    await ask(app, 'vm migrate app-01');
    const card = await endCard(app);
    await app.say('carl', 'vm start app-01');
    const started = await app.jobEnd(2);

    assert.match(
      card,
      /done, with a warning .*guest of app-01 went off meanwhile; it was running when the plan was made\. It is whole, on esx-01\. To start it: vm start app-01/,
    );
    assert.equal(started, 'done');
    assert.deepEqual(await placeOf(app, 'app-01'), ['app-01 on esx-01']);
  });

  it('names the host that failed, not the one where the VM stayed', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).endMove('target_dies', 60, { vm: 'app-01' });

    await ask(app, 'vm migrate app-01');
    const card = await endCard(app);

    assert.match(card, /· failed .*esx-02 does not take it now: it failed during the move/);
    assert.deepEqual(await placeOf(app, 'app-01'), ['app-01 on esx-01']);
  });
});

describe('a move that leaves a second copy', { timeout: 100_000 }, () => {
  it('H15 B57 calls the one that runs the VM; the rest is named with place and size, and stays', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).leaveCopy({ vm: 'app-01' });

    await ask(app, 'vm migrate app-01');
    const card = await endCard(app);

    assert.match(
      card,
      /· failed .*app-01 is the one on esx-01\. What its move left stands on esx-02 \(40 GiB\), and is not removed by itself/,
    );
    assert.deepEqual(await placeOf(app, 'app-01'), ['app-01 on esx-01', 'app-01 on esx-02 (off)']);
    assert.deepEqual(deedsOf(app), ['move']);
  });

  it('H15 B57 calls none the VM when its first host is lost, and removes nothing', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).leaveCopy({ vm: 'app-01', sourceLost: true });

    await ask(app, 'vm migrate app-01');
    const card = await endCard(app);

    assert.match(
      card,
      /· failed .*Which one is app-01 cannot be proven after its move: seen on esx-02 \(40 GiB\); esx-01 did not answer\. Nothing is removed: vm identify app-01/,
    );
    assert.doesNotMatch(card, /app-01 is the one on/);
    assert.equal((await placeOf(app, 'app-01')).length, 2);
    await untilKnown(app, ({ byName }) => byName('vm', 'app-01').length === 2);
    assert.match(await say(app, 'carl', 'vm start app-01'), /Several VMs are called app-01|which/i);
  });
});
