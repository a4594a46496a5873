/** What others do while a host is being emptied, or between the request and its start (H17, B60). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSettleHost } from '#core/steps/maintenance-steps.ts';
import { type Alter, holdStarts } from './alterations.ts';
import { byOthers, deedsOf, findVm, readRequest, untilKnown } from './look.ts';
import {
  alterKind,
  ask,
  endCard,
  faultsOf,
  holdStep,
  markOf,
  names,
  openMoves,
  placesOf,
  readCard,
  say,
  untilCard,
  vmsOn,
} from './moves-stage.ts';

const OFF = { power: 'off', guestTools: 'not_running' } as const;
const ON = { 'esx-01': names(4), 'esx-02': ['web-01'], 'esx-03': [] };
const ENTER = 'host maintenance enter esx-01';

describe('while a host is being emptied', { timeout: 100_000 }, () => {
  it('H17 B60 its VMs take no other command, nothing comes to it, and each refusal names why', async () => {
    await using app = await openMoves({ on: ON, vms: { 'app-04': OFF } });
    faultsOf(app).ask('move', 'Go on?', { vm: 'app-01' });
    await ask(app, ENTER);
    await untilCard(app, /2 of 3 VMs moved/);

    const create = 'vm create new-01 --template ubuntu-24 --folder /prod/web --host esx-01 --plan';
    const answers = {
      migrate: await say(app, 'carl', 'vm migrate app-01 --host esx-02'),
      start: await say(app, 'carl', 'vm start app-04'),
      create: await say(app, 'carl', create),
      enter: await say(app, 'bob', ENTER),
      exit: await say(app, 'carl', 'host maintenance exit esx-01'),
      onto: await say(app, 'carl', 'vm migrate web-01 --host esx-01'),
    };
    byOthers(app, (console) => console.answerQuestion('app-01'));
    const card = await endCard(app);

    const isChanging = /J-1 is changing (app-01|esx-01); wait for it: job show J-1/;
    for (const name of ['migrate', 'enter', 'exit'] as const)
      assert.match(answers[name], isChanging, name);
    assert.equal(answers.enter.match(/J-1 is changing/g)?.length, 1, 'one line a job');
    assert.match(answers.start, /app-04 is on esx-01, which is in maintenance or being emptied/);
    for (const name of ['create', 'onto'] as const)
      assert.match(answers[name], /esx-01 blocked .*is being emptied for maintenance/, name);
    assert.match(card, /J-1 · done/);
    assert.deepEqual(deedsOf(app), ['markHost', 'move', 'move', 'move']);
  });

  it('H17 B60 one that somebody moves away at the vendor’s console counts as away', async () => {
    const held = holdStep('mark-host', 'verify');
    await using app = await openMoves({ on: ON, alter: held.alter });
    await ask(app, ENTER);
    await held.reached;

    byOthers(app, (console) => console.moveVm('app-02', { host: 'esx-02' }));
    held.release();
    const card = await endCard(app);

    assert.match(card, /J-1 · done/);
    assert.deepEqual(deedsOf(app), ['markHost', 'move', 'move', 'move']);
    assert.ok((await placesOf(app)).includes('app-02 on esx-02'));
    assert.equal(await markOf(app, 'esx-01'), 'in');
  });

  it('H17 what was away already says nothing of how long a move takes', async () => {
    const held = holdStep('mark-host', 'verify');
    await using app = await openMoves({ on: ON, alter: held.alter });
    await ask(app, ENTER);
    await held.reached;

    byOthers(app, (console) => {
      for (const name of names(4)) console.moveVm(name, { host: 'esx-03' });
    });
    held.release();
    const card = await endCard(app);

    const paces = await app.drover.house.store.read((reads) => reads.movePace.list());
    assert.match(card, /J-1 · done/);
    // Those that were planned for another host.
    const elsewhere =
      /move app-0\d to esx-02: app-0\d stands on esx-03, where somebody else has put it/;
    assert.match(card, elsewhere);
    assert.doesNotMatch(card, /✔ move app-0\d to esx-02 \d/);
    assert.deepEqual(paces, []);
  });

  it('H17 B60 one that somebody powers off at the vendor’s console is off, not failed', async () => {
    const held = holdStep('mark-host', 'verify');
    await using app = await openMoves({ on: ON, alter: held.alter });
    await ask(app, ENTER);
    await held.reached;

    byOthers(app, (console) => console.setPower('app-02', 'off'));
    held.release();
    const card = await endCard(app);

    assert.doesNotMatch(card, /· (failed|incomplete)/);
    assert.equal(await markOf(app, 'esx-01'), 'in');
    assert.match((await placesOf(app)).join(), /app-02 on esx-0\d \(off\)/);
  });

  it('B60 it is not emptied while Drover brings a VM to it', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).ask('move', 'Go on?', { vm: 'web-01' });
    await ask(app, 'vm migrate web-01 --host esx-01');
    await untilCard(app, /▸ move web-01/);

    const refused = await say(app, 'carl', ENTER);
    byOthers(app, (console) => console.answerQuestion('web-01'));
    await endCard(app);

    assert.match(refused, /J-1 is changing esx-01; wait for it: job show J-1/);
    await ask(app, ENTER, 2);
    assert.match(await endCard(app, 2), /· done .*✔ move web-01/);
  });

  it('B60 a move onto it that others began is seen in the end, by name', async () => {
    const soon = alterKind('settle-host', (kind) => ({ ...kind, timeLimitMs: 500 }));
    await using app = await openMoves({ on: ON, alter: soon });
    byOthers(app, (console) => console.orderMove('web-01', 'esx-01', 'Go on?'));

    await ask(app, ENTER);
    await untilCard(app, /✔ move app-04/);
    byOthers(app, (console) => console.answerQuestion('web-01'));
    const card = await endCard(app);

    assert.match(card, /· incomplete .*esx-01 is not empty; still running on it: web-01/);
    assert.deepEqual(
      [await vmsOn(app, 'esx-01'), await markOf(app, 'esx-01')],
      [['web-01'], 'entering'],
    );
    await ask(app, ENTER, 2);
    assert.match(await endCard(app, 2), /· done .*✔ move web-01/);
    assert.equal(await markOf(app, 'esx-01'), 'in');
  });
});

describe('a host that is settled while others move VMs onto it', { timeout: 100_000 }, () => {
  it('B60 H18 says what it waits for, by name and as they leave', async () => {
    const closely: Alter = (parts) => ({
      ...parts,
      listStepKinds: (world, clock) =>
        parts
          .listStepKinds(world, clock)
          .map((kind) => (kind.name === 'settle-host' ? createSettleHost(world, clock, 20) : kind)),
    });
    await using app = await openMoves({ on: ON, alter: closely });
    byOthers(app, (console) => console.orderMove('web-01', 'esx-01', 'Go on?'));
    await ask(app, ENTER);

    await untilCard(
      app,
      /▸ look what is left on esx-01, .*: nothing runs there; its platform waits/,
    );
    byOthers(app, (console) => console.moveVm('app-01', { host: 'esx-01' }));
    byOthers(app, (console) => console.answerQuestion('web-01'));
    await untilCard(app, /: waits until 2 VMs leave it or go off: (app-01, web-01|web-01, app-01)/);
    byOthers(app, (console) => console.moveVm('web-01', { host: 'esx-02' }));
    await untilCard(app, /: waits until 1 VM leaves it or goes off: app-01/);
    byOthers(app, (console) => console.moveVm('app-01', { host: 'esx-02' }));
    const card = await endCard(app);

    assert.match(card, /J-1 · done/);
    assert.doesNotMatch(card, /waits/);
    assert.equal(await markOf(app, 'esx-01'), 'in');
  });
});

describe('between the request and its start', { timeout: 100_000 }, () => {
  it('H17 a new VM that runs there sends the request back, with what it would mean', async () => {
    const starts = holdStarts();
    await using app = await openMoves({ on: ON, alter: starts.alter });
    await ask(app, ENTER);
    byOthers(app, (console) => console.moveVm('web-01', { host: 'esx-01' }));

    starts.release();
    const state = await app.jobEnd(1);
    const forBob = await readCard(app, 'R-1', 'bob');
    const nothing = deedsOf(app);
    await app.say('bob', 'approval approve R-1');
    const card = await endCard(app, 2);

    assert.equal(state, 'superseded');
    assert.match(forBob, /5 VMs move while they run/);
    assert.deepEqual(nothing, []);
    assert.match(card, /J-2 · done/);
    assert.equal((await vmsOn(app, 'esx-01')).length, 0);
  });

  it('H17 one VM fewer is inside what was agreed, and goes on', async () => {
    const starts = holdStarts();
    await using app = await openMoves({ on: ON, alter: starts.alter });
    await ask(app, ENTER);
    byOthers(app, (console) => console.moveVm('app-01', { host: 'esx-03' }));

    starts.release();
    const card = await endCard(app);

    assert.match(card, /J-1 · done/);
    assert.equal((await readRequest(app, 1)).state, 'approved');
    assert.deepEqual(deedsOf(app), ['markHost', 'move', 'move', 'move']);
    assert.equal(await markOf(app, 'esx-01'), 'in');
  });

  it('H17 one that was off then and runs now sends it back', async () => {
    const starts = holdStarts();
    await using app = await openMoves({ on: ON, vms: { 'app-04': OFF }, alter: starts.alter });
    await ask(app, ENTER);
    byOthers(app, (console) => console.setPower('app-04', 'on'));
    await untilKnown(app, () => findVm(app, 'app-04').body.power === 'on');

    starts.release();

    assert.equal(await app.jobEnd(1), 'superseded');
    assert.deepEqual(deedsOf(app), []);
  });

  it('H18 two that would empty each other’s host take turns, and no VM is lost', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(3), 'esx-02': names(3, 'web') } });
    await say(app, 'carl', 'host maintenance enter esx-01');
    await say(app, 'carl', 'host maintenance enter esx-02');

    await app.say('bob', 'approval approve R-1');
    await endCard(app, 1);
    await app.say('bob', 'approval approve R-2');
    await app.jobEnd(2);

    assert.equal((await vmsOn(app, 'esx-02')).length, 6);
    assert.equal(await markOf(app, 'esx-02'), 'none');
    assert.deepEqual(deedsOf(app).filter((deed) => deed === 'markHost').length, 1);
  });
});
