/** How an evacuation ends that does not go as planned: cancelled, cut, without its hosts; always in a state that is said. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { holdStarts } from './alterations.ts';
import { byOthers, deedsOf, findVm, untilKnown } from './look.ts';
import {
  ask,
  endCard,
  faultsOf,
  holdStep,
  markOf,
  names,
  openMoves,
  placesOf,
  say,
  untilCard,
  vmsOn,
} from './moves-stage.ts';

const ON = { 'esx-01': names(4), 'esx-02': [], 'esx-03': [] };
const ENTER = 'host maintenance enter esx-01';
const movesOf = (deeds: readonly string[]) => deeds.filter((deed) => deed === 'move').length;

describe('an evacuation that is cancelled', { timeout: 100_000 }, () => {
  it('H18 B58 before it started has done nothing', async () => {
    const starts = holdStarts();
    await using app = await openMoves({ on: ON, alter: starts.alter });
    await ask(app, ENTER);

    await say(app, 'carl', 'job cancel J-1');
    starts.release();
    const card = await endCard(app);

    assert.match(card, /J-1 · cancelled/);
    assert.deepEqual([deedsOf(app), await markOf(app, 'esx-01')], [[], 'none']);
  });

  it('H18 B58 at 0 %, when its host is marked and nothing has moved, ends without the mark', async () => {
    const held = holdStep('mark-host', 'verify');
    await using app = await openMoves({ on: ON, alter: held.alter });
    await ask(app, ENTER);
    await held.reached;

    await say(app, 'carl', 'job cancel J-1');
    held.release();
    const card = await endCard(app);

    assert.match(
      card,
      /J-1 · cancelled .*4 VMs not moved|J-1 · cancelled .*cancelled before it was ordered/,
    );
    assert.match(card, /esx-01 takes VMs again; what was moved away stays where it is/);
    assert.deepEqual(
      [await markOf(app, 'esx-01'), movesOf(deedsOf(app)), (await vmsOn(app, 'esx-01')).length],
      ['none', 0, 4],
    );
    assert.match(await say(app, 'carl', 'vm migrate app-01 --plan'), /moves to esx-0/);
  });

  it('H18 B58 in the middle keeps what has moved, stops what is under way, and takes the mark away', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).ask('move', 'Go on?', { vm: 'app-03' });
    await ask(app, ENTER);
    await untilCard(app, /3 of 4 VMs moved/);

    await say(app, 'carl', 'job cancel J-1');
    const card = await endCard(app);

    assert.match(
      card,
      /J-1 · cancelled .*move app-03 to \S+: cancelled\. The platform was looked at/,
    );
    assert.match(card, /esx-01 takes VMs again/);
    assert.deepEqual(
      [await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')],
      ['none', ['app-03']],
    );
  });

  it('H18 B58 at the end, when all have moved, ends in maintenance, as the platform says', async () => {
    const held = holdStep('settle-host', 'verify');
    await using app = await openMoves({ on: ON, alter: held.alter });
    await ask(app, ENTER);
    await held.reached;

    await say(app, 'carl', 'job cancel J-1');
    held.release();
    const card = await endCard(app);

    assert.match(card, /J-1 · (done|cancelled)/);
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
  });

  it('B58 whose platform stays in entering after the unmark says so, with the way on', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).ask('move', 'Go on?', { vm: 'app-03' });
    faultsOf(app).succeedWithoutEffect('unmarkHost', 'all', { vm: 'esx-01' });
    await ask(app, ENTER);
    await untilCard(app, /3 of 4 VMs moved/);

    await say(app, 'carl', 'job cancel J-1');
    const card = await endCard(app);
    const mark = await markOf(app, 'esx-01');
    await ask(app, 'host maintenance exit esx-01', 2);
    await endCard(app, 2);

    assert.match(
      card,
      /esx-01 still takes no VMs: its platform did not take the mark away\. Try it once more: host maintenance exit esx-01/,
    );
    assert.match(card, /J-1 · incomplete/);
    assert.deepEqual([mark, await markOf(app, 'esx-01')], ['entering', 'none']);
  });
});

describe('an evacuation that is cut', { timeout: 100_000 }, () => {
  it('H13 goes on after Drover was ended in the middle, and orders no move twice', async () => {
    using folder = createTemporaryFolder('moves');
    {
      await using app = await openMoves({ on: ON, folder: folder.path });
      faultsOf(app).ask('move', 'Go on?', { vm: 'app-02' });
      await ask(app, ENTER);
      await untilCard(app, /3 of 4 VMs moved/);
    }
    await using app = await openMoves({ on: ON, folder: folder.path });
    byOthers(app, (console) => console.answerQuestion('app-02'));

    const card = await endCard(app);

    assert.match(card, /J-1 · done/);
    assert.deepEqual(
      [await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01'), movesOf(deedsOf(app))],
      ['in', [], 4],
    );
  });

  it('H13 whose mark is answered by nobody is looked for, and set once', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).dropAnswer('markHost', { when: 'after', vm: 'esx-01' });
    faultsOf(app).dropAnswer('move', { when: 'after', vm: 'app-01' });

    await ask(app, ENTER);
    const card = await endCard(app);

    assert.match(card, /J-1 · done, with a warning/);
    const deeds = deedsOf(app);
    assert.deepEqual([deeds.filter((deed) => deed === 'markHost').length, movesOf(deeds)], [1, 4]);
    assert.equal(await markOf(app, 'esx-01'), 'in');
  });
});

describe('a host that dies while others are moved to it', { timeout: 100_000 }, () => {
  it('is replaced once by another one inside the bounds', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).endMove('target_dies', 60, { vm: 'app-01' });

    await ask(app, ENTER);
    const card = await endCard(app);

    assert.match(card, /J-1 · done, with a warning .*it failed during the move/);
    assert.match(card, /✔ move app-01 to esx-0[23] instead/);
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
    const hosts = new Set((await placesOf(app)).map((place) => place.split(' on ')[1]));
    assert.equal(hosts.size, 1, 'all are on the one that is left');
  });

  it('leaves the evacuation incomplete when no other one is left, and every VM runs on', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(2), 'esx-02': [] } });
    faultsOf(app).endMove('target_dies', 60, { vm: 'app-01' });

    await ask(app, ENTER);
    const card = await endCard(app);

    assert.match(card, /· incomplete .*✖ try another host for app-01 once: No other host inside/);
    assert.match(card, /still running on it: app-01/);
    assert.ok((await placesOf(app)).includes('app-01 on esx-01'));
  });

  it('H15 B57 does not move a VM once more that stands in two places', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).leaveCopy({ vm: 'app-01' });

    await ask(app, ENTER);
    const card = await endCard(app);

    assert.match(
      card,
      /app-01 is the one on esx-01\. What its move left stands on esx-0[23] \(40 GiB\)/,
    );
    assert.match(card, /· incomplete .*still running on it: app-01/);
    assert.equal(movesOf(deedsOf(app)), 4);
  });

  it('B61 ends in maintenance when a guest goes off at 60 %, and that VM starts afterwards', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).endMove('guest_off', 60, { vm: 'app-01' });

    await ask(app, ENTER);
    const card = await endCard(app);
    const mark = await markOf(app, 'esx-01');
    await untilKnown(app, () => findVm(app, 'app-01').body.power === 'off');
    const refused = await say(app, 'carl', 'vm start app-01');
    await ask(app, 'vm migrate app-01', 2);
    await endCard(app, 2);
    await say(app, 'carl', 'vm start app-01');
    const started = await app.jobEnd(3);

    assert.match(
      card,
      /done, with a warning .*The guest of app-01 went off meanwhile; it was running/,
    );
    assert.match(
      card,
      /on esx-01, which takes no VMs now\. Move it, and start it then: vm migrate/,
    );
    assert.equal(mark, 'in');
    assert.match(
      refused,
      /app-01 is on esx-01, which is in maintenance .*Move it first: vm migrate app-01/,
    );
    assert.equal(started, 'done');
    assert.match((await placesOf(app)).join(), /app-01 on esx-0[23],/);
  });
});
