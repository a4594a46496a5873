/** A host that is emptied while something on it cannot move: people are asked about that alone, and nothing else waits. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestApp } from '#test/helpers/open-test-app.ts';
import { createShiftedClock } from '#test/helpers/shift-clock.ts';
import { createPeople } from './alterations.ts';
import { byOthers, deedsOf, findVm, readJob, untilKnown } from './look.ts';
import {
  ask,
  endCard,
  faultsOf,
  markOf,
  names,
  openMoves,
  placesOf,
  say,
  toLine,
  untilCard,
  vmsOn,
} from './moves-stage.ts';

const TIED = { ties: [{ what: 'passthrough' as const, label: 'PCI device 0' }] };
const TWO = { on: { 'esx-01': ['app-01', 'db-01'], 'esx-02': [] }, vms: { 'db-01': TIED } };
const hostOf = ({ drover }: TestApp) =>
  drover.house.index.byName('host', 'esx-01')[0]?.handle ?? '';
const ASKED =
  /\? ask what becomes of db-01: db-01 cannot move: a device of its host is passed through/;

describe('a VM of which its platform asks something', { timeout: 100_000 }, () => {
  it('H16 B44 is asked about, as one of twenty; the other nineteen go on, and nothing answers by itself', async () => {
    await using app = await openMoves({
      on: { 'esx-01': names(20), 'esx-02': [], 'esx-03': [] },
      vms: { 'app-07': { question: 'Moved or copied?' } },
    });

    const asked = await ask(app, 'host maintenance enter esx-01');
    const card = await untilCard(app, /✔ 19 VMs moved .*\? ask what becomes of app-07/);
    const left = [await vmsOn(app, 'esx-01'), findVm(app, 'app-07').body.question];

    assert.match(
      asked,
      /19 VMs move while they run; 1 VM cannot move, and somebody is asked about it/,
    );
    assert.match(asked, /The platform asks a question about app-07: Moved or copied\?/);
    assert.match(card, /19 of 19 VMs moved, needs an answer/);
    assert.match(card, /ask what becomes of app-07: The platform asks .*: Moved or copied\?/);
    assert.match(card, /Answers until .*; nothing is done to it by itself\./);
    assert.match(card, /\[Save: app-07\] \[Power off: app-07\] \[Leave: app-07\]/);
    assert.deepEqual(left, [['app-07'], 'Moved or copied?']);
    await app.click('carl', 'Leave: app-07');
    assert.match(await endCard(app), /· incomplete .*app-07: it is left as it is/);
    assert.equal(deedsOf(app).filter((deed) => deed === 'move').length, 19);
  });

  it('H16 asks in the middle of its move: the others go on, and it is done when that is answered', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(5), 'esx-02': [] } });
    faultsOf(app).ask('move', 'Which disk?', { vm: 'app-03' });

    await ask(app, 'host maintenance enter esx-01');
    await untilKnown(app, () => findVm(app, 'app-03').body.question !== undefined);
    await untilCard(app, /4 of 5 VMs moved/);
    const shown = await say(app, 'bob', 'job show J-1');
    const mark = await markOf(app, 'esx-01');
    byOthers(app, (console) => console.answerQuestion('app-03'));

    assert.match(shown, /▸ move app-03 to esx-02: waits, for its platform asks: Which disk\? /);
    assert.equal(mark, 'entering');
    assert.match(await endCard(app), /J-1 · done/);
    assert.deepEqual(await vmsOn(app, 'esx-01'), []);
  });
});

describe('a VM that cannot move', { timeout: 100_000 }, () => {
  it('B58 leaves the evacuation incomplete with its name and the ways on, when somebody says to leave it', async () => {
    await using app = await openMoves(TWO);

    await ask(app, 'host maintenance enter esx-01');
    await untilCard(app, ASKED);
    await app.click('carl', 'Leave: db-01');
    const card = await endCard(app);

    assert.match(card, /esx-01 is not empty; still running on it: db-01\. It takes no new VMs/);
    assert.match(
      card,
      /\[host maintenance enter esx-01\] \[host maintenance exit esx-01 --move-back\]/,
    );
    assert.deepEqual(
      [await placesOf(app), await markOf(app, 'esx-01')],
      [['app-01 on esx-02', 'db-01 on esx-01'], 'entering'],
    );
  });

  it('is shut down by the word of somebody who may, and then the host is in maintenance', async () => {
    await using app = await openMoves(TWO);

    await ask(app, 'host maintenance enter esx-01');
    await untilCard(app, ASKED);
    await app.click('carl', 'Shut down: db-01');
    const card = await endCard(app);

    assert.match(card, /J-1 · done .*db-01: it is to be shut down .*✔ ask the guest of db-01/);
    assert.deepEqual(
      [await placesOf(app), await markOf(app, 'esx-01')],
      [['app-01 on esx-02', 'db-01 on esx-01 (off)'], 'in'],
    );
    assert.deepEqual(deedsOf(app), ['markHost', 'move', 'shutdownGuest']);
  });

  it('goes the next time when what held it is gone, from where the first time ended', async () => {
    await using app = await openMoves(TWO);
    await ask(app, 'host maintenance enter esx-01');
    await untilCard(app, ASKED);
    await app.click('carl', 'Leave: db-01');
    await endCard(app);

    byOthers(app, (console) => console.editVm('db-01', { ties: [] }));
    await ask(app, 'host maintenance enter esx-01', 2);
    const card = await endCard(app, 2);

    assert.match(card, /J-2 · done .*✔ move db-01 to esx-02/);
    assert.deepEqual([await vmsOn(app, 'esx-01'), await markOf(app, 'esx-01')], [[], 'in']);
    await ask(app, 'host maintenance exit esx-01 --move-back', 3);
    await endCard(app, 3);
    assert.deepEqual(await vmsOn(app, 'esx-01'), ['app-01', 'db-01']);
  });

  it('H18 is stopped by nobody who lacks the right for that VM, and they read why', async () => {
    const people = createPeople();
    await using app = await openMoves({
      ...{ ...TWO, alter: people.alter },
      vms: { 'db-01': { ...TIED, folder: '/prod/db' } },
    });
    await ask(app, 'host maintenance enter esx-01');
    await untilCard(app, ASKED);

    const shown = await say(app, 'ann', 'job show J-1');
    const actions = (await app.messages('carl')).flatMap(({ card }) => card.actions);
    const off = actions.find(({ label }) => label === 'Power off: db-01');
    people.change('carl', { groups: ['web-team'] });
    const refused = await app.clickId('carl', off?.id ?? '');

    assert.match(shown, /\? ask what becomes of db-01/);
    assert.doesNotMatch(shown, /\[Power off|\[Shut down|\[Save/);
    assert.match(toLine(refused.card), /Not allowed: vm stop db-01/);
    assert.equal((await readJob(app, 1)).state, 'running');
    assert.deepEqual(deedsOf(app), ['markHost', 'move']);
    await app.say('bob', 'job show J-1');
    await app.click('bob', 'Leave: db-01');
    assert.match(await endCard(app), /· incomplete/);
  });

  it('H18 is not closed by somebody who may only see it', async () => {
    const people = createPeople();
    await using app = await openMoves({ ...TWO, alter: people.alter });
    await ask(app, 'host maintenance enter esx-01');
    await untilCard(app, ASKED);
    const actions = (await app.messages('carl')).flatMap(({ card }) => card.actions);
    const leave = actions.find(({ label }) => label === 'Leave: db-01');
    people.change('carl', { groups: [] });

    const refused = await app.clickId('carl', leave?.id ?? '');

    assert.match(toLine(refused.card), /Not allowed/);
    assert.equal((await readJob(app, 1)).state, 'running');
    await app.say('bob', 'job show J-1');
    await app.click('bob', 'Leave: db-01');
    await endCard(app);
  });

  it('H18 is not stopped for it any more once it has left the host', async () => {
    await using app = await openMoves(TWO);
    await ask(app, 'host maintenance enter esx-01');
    await untilCard(app, ASKED);
    byOthers(app, (console) => console.moveVm('db-01', { host: 'esx-02' }));
    await untilKnown(
      app,
      () => app.drover.house.index.vmsOnHost('lab-vc', hostOf(app)).length === 0,
    );

    const refused = await app.click('carl', 'Shut down: db-01');

    assert.match(toLine(refused.card), /db-01 is on esx-02 by now .*nothing need be done to it/);
    await app.click('carl', 'Leave: db-01');
    assert.match(await endCard(app), /J-1 · done/);
    assert.deepEqual(deedsOf(app), ['markHost', 'move']);
  });

  it('H18 is left as it is when nobody answers in time', async () => {
    const clock = createShiftedClock();
    await using app = await openMoves({ ...TWO, alter: clock.alter });
    await ask(app, 'host maintenance enter esx-01');
    await untilCard(app, ASKED);

    clock.forward(2 * 3_600_000 + 60_000);
    const steps = await app.drover.house.store.read((reads) => reads.jobs.listSteps({}));
    const asking = steps.find(({ kind }) => kind === 'ask-consent');
    await app.drover.house.store.transact((tx) =>
      tx.enqueue([{ topic: 'step', key: asking?.id ?? '' }]),
    );
    const card = await endCard(app);

    assert.match(card, /· incomplete .*db-01: it is left as it is .*still running on it: db-01/);
    assert.deepEqual(deedsOf(app), ['markHost', 'move']);
  });
});
