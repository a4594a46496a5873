/** `host maintenance enter` as people have it: one plan for all VMs, agreed to once, and a host that is empty afterwards. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alterBy } from './alterations.ts';
import { deedsOf, untilKnown } from './look.ts';
import {
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

describe('host maintenance enter', { timeout: 100_000 }, () => {
  it('moves twenty VMs by one plan that was agreed to, and the host is in maintenance', async () => {
    await using app = await openMoves({
      on: { 'esx-01': names(20), 'esx-02': names(2, 'web'), 'esx-03': [] },
      vms: { 'app-20': { power: 'off', guestTools: 'not_running' } },
    });

    const asked = await say(app, 'carl', 'host maintenance enter esx-01 --reason "new memory"');
    const forBob = await readCard(app, 'R-1', 'bob');
    await app.click('bob', 'Approve');
    const card = await endCard(app);

    for (const words of [asked, forBob]) {
      assert.match(words, /Carl Wu wants to empty esx-01 for maintenance/);
      assert.match(words, /Effect: 19 VMs move while they run; nothing is stopped by itself/);
      assert.match(words, /1 VM that is off or saved stays there\./);
      assert.match(words, /usually takes about .* VM To Stars How Usually app-01 esx-0[23] ★/);
    }
    assert.match(
      card,
      /^Emptying esx-01 for maintenance J-1 · done for Carl Wu · agreed by Bob Stein/,
    );
    assert.match(card, /✔ mark esx-01, .* ✔ 19 VMs moved ✔ look what is left on esx-01/);
    assert.match(card, /\[host maintenance exit esx-01 --move-back\]/);
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', ['app-20']]);
    assert.equal((await placesOf(app)).length, 22);
    assert.deepEqual(deedsOf(app), ['markHost', ...Array(19).fill('move')]);
  });

  it('is shown by host list while it is emptied, and while it is opened again', async () => {
    const held = holdStep('move-vm-away', 'look');
    const opening = holdStep('unmark-host', 'act');
    await using app = await openMoves({
      on: { 'esx-01': ['app-01'], 'esx-02': [] },
      alter: alterBy(held.alter, opening.alter),
    });
    const list = () => say(app, 'ann', 'host list');

    await ask(app, 'host maintenance enter esx-01');
    await held.reached;
    const during = await list();
    held.release();
    await app.jobEnd(1);
    const untilMarked = (isMarked: boolean) =>
      untilKnown(
        app,
        (index) => index.byName('host', 'esx-01')[0]?.body.inMaintenance === isMarked,
      );
    await untilMarked(true);
    const inside = await list();
    await ask(app, 'host maintenance exit esx-01', 2);
    await opening.reached;
    const after = await list();
    opening.release();
    await app.jobEnd(2);
    await untilMarked(false);

    assert.match(during, /esx-01 J-1 connected · being emptied for maintenance 1 /);
    assert.match(during, /esx-02 – connected 0 /);
    assert.match(inside, /esx-01 connected · in maintenance mode 0 /);
    assert.match(after, /esx-01 J-2 .*coming out of maintenance/);
    assert.doesNotMatch(await list(), /maintenance/);
  });

  it('says when it ends, by how long such moves take', async () => {
    const large = { memory: '32GiB', memoryDemand: '30GiB' } as const;
    await using app = await openMoves({
      on: { 'esx-01': ['app-01'], 'esx-02': [] },
      vms: { 'app-01': large },
    });
    faultsOf(app).finishLate('move', 600_000, { vm: 'app-01' });

    await ask(app, 'host maintenance enter esx-01');
    const card = await untilCard(app, /▸ move app-01 .*ends about/);

    // With its day where that is tomorrow.
    assert.match(card, /ends about (\d+ \w+ )?\d\d:\d\d UTC/);
  });

  it('keeps VMs apart that must be, though one host alone would have the better stars', async () => {
    const [first, second] = ['app-01', 'app-02'];
    await using app = await openMoves({
      on: { 'esx-01': names(3), 'esx-02': names(3, 'web'), 'esx-03': [], 'esx-04': names(6, 'db') },
      hosts: { 'esx-04': { memory: '96GiB' } },
      rules: [{ name: 'apart', kind: 'apart', isMandatory: true, vms: [first, second, 'web-01'] }],
    });

    await ask(app, 'host maintenance enter esx-01');
    await endCard(app);

    const places = new Map(
      (await placesOf(app)).map((one) => one.split(' on ') as [string, string]),
    );
    const taken = [first, second, 'web-01'].map((name) => places.get(name));
    assert.equal(new Set(taken).size, 3, taken.join());
    assert.equal(await markOf(app, 'esx-01'), 'in');
  });

  it('says how long the next will take, by how long these moves took', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(5), 'esx-02': [], 'esx-03': [] } });
    await ask(app, 'host maintenance enter esx-01');
    await endCard(app);
    await ask(app, 'host maintenance exit esx-01 --move-back', 2);
    await endCard(app, 2);

    const again = await say(app, 'carl', 'host maintenance enter esx-01 --plan');

    const paces = await app.drover.house.store.read((reads) => reads.movePace.list());
    assert.deepEqual(
      paces.map(({ connectionId, what, count }) => [connectionId, what, Math.ceil(count)]),
      [['lab-vc', 'live', 9]],
    );
    // At speed 0 a move takes no time; one that nobody has measured is taken to last half a minute.
    assert.match(again, /Takes: about \d(\.\d)? s/);
  });

  it('takes no more of a host than its reserve leaves, and says before who does not fit', async () => {
    await using app = await openMoves({
      on: { 'esx-01': names(5), 'esx-02': [], 'esx-03': [] },
      hosts: { 'esx-02': { memory: '32GiB' }, 'esx-03': { memory: '32GiB' } },
      vms: { 'app-02': { priority: 'high' } },
    });

    const asked = await ask(app, 'host maintenance enter esx-01');
    await untilCard(app, /✔ move .*\[Leave: app-0\d\]/);

    assert.match(
      asked,
      /4 VMs move while they run; 1 VM cannot move, and somebody is asked about it/,
    );
    assert.match(
      asked,
      /app-0[1345] cannot move: it needs 8 GiB of memory, and the most that is left on a host beside its reserve is \d/,
    );
    await app.click('carl', /^Leave: app-0/);
    const card = await endCard(app);

    assert.match(card, /· incomplete .*esx-01 is not empty; still running on it: app-0[1345]\./);
    for (const host of ['esx-02', 'esx-03'])
      assert.equal((await vmsOn(app, host)).length, 2, 'two of 8 GiB beside 6 of its own, of 28.8');
    assert.equal((await vmsOn(app, 'esx-01')).length, 1);
  });

  it('breaks a mandatory rule for nobody: whom it leaves no host is named before', async () => {
    await using app = await openMoves({
      on: { 'esx-01': ['app-01', 'app-02'], 'esx-02': ['web-01'] },
      rules: [{ name: 'a and w', kind: 'apart', isMandatory: true, vms: ['app-01', 'web-01'] }],
    });

    const asked = await say(app, 'carl', 'host maintenance enter esx-01 --plan');

    assert.match(asked, /app-01 cannot move: the rule a and w leaves no host for it\./);
    assert.match(asked, /What becomes of app-01 is asked on the job’s card/);
    assert.deepEqual(deedsOf(app), []);
  });
});

describe('host maintenance enter, refused', { timeout: 100_000 }, () => {
  it('says why, and nobody is asked', async () => {
    await using app = await openMoves({
      on: { 'esx-01': ['app-01'], 'esx-02': [], 'esx-03': [], 'esx-04': [] },
      hosts: {
        'esx-03': { inMaintenance: true },
        'esx-04': { state: 'not_responding', platformState: 'notResponding' },
      },
    });

    const answers = [
      await say(app, 'ann', 'host maintenance enter esx-01'),
      await say(app, 'carl', 'host maintenance enter esx-03'),
      await say(app, 'carl', 'host maintenance enter esx-04'),
      await say(app, 'carl', 'host maintenance enter esx-99'),
      await say(app, 'carl', 'host maintenance exit esx-01'),
    ];

    assert.match(answers[0] ?? '', /Not allowed: host maintenance enter/);
    assert.match(answers[1] ?? '', /esx-03 is in maintenance and empty already\./);
    assert.match(
      answers[2] ?? '',
      /esx-04 is not connected \(notResponding\); nothing can be moved/,
    );
    assert.match(answers[3] ?? '', /There is no host called esx-99/);
    assert.match(answers[4] ?? '', /esx-01 is not in maintenance and is not being emptied\./);
    assert.deepEqual([deedsOf(app), await app.audit('request_opened')], [[], []]);
  });

  it('is denied by an approver, with a reason that the requester reads', async () => {
    await using app = await openMoves({ on: { 'esx-01': ['app-01'], 'esx-02': [] } });
    await say(app, 'carl', 'host maintenance enter esx-01');

    await app.say('bob', 'approval deny R-1 --reason "not before Monday"');

    assert.match(await readCard(app, 'R-1'), /denied.*not before Monday/);
    assert.deepEqual(deedsOf(app), []);
  });
});
