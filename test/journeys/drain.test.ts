/** `host maintenance enter` where the platform empties the host by itself, as the configuration says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evacuateBy, ON, openDrain } from './drain-stage.ts';
import { byOthers, deedsOf } from './look.ts';
import {
  ask,
  endCard,
  faultsOf,
  holdStep,
  markOf,
  names,
  placesOf,
  readCard,
  say,
  stepsOf,
  untilCard,
  vmsOn,
} from './moves-stage.ts';

const ENTER = 'host maintenance enter esx-01';
const BACK = 'host maintenance exit esx-01 --move-back';

describe('a host that its platform empties', { timeout: 180_000 }, () => {
  it('is drained by DRS that is fully automated, and Drover orders no move', async () => {
    await using app = await openDrain();

    const asked = await say(app, 'carl', ENTER);
    const forBob = await readCard(app, 'R-1', 'bob');
    await app.click('bob', 'Approve');
    const card = await endCard(app);

    for (const words of [asked, forBob]) {
      assert.match(words, /The platform empties esx-01 by itself: it chooses where each of 5 VMs/);
      assert.match(words, /Effect: 5 VMs move while they run; nothing is stopped by itself/);
      assert.match(words, /VM To Stars How Usually app-01 as its platform chooses while it runs/);
      assert.doesNotMatch(words, /esx-0[23] ★/);
    }
    assert.match(card, /^Emptying esx-01 for maintenance J-1 · done for Carl Wu/);
    assert.match(card, /✔ let its platform empty esx-01 .*✔ look what is left on esx-01/);
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
    assert.deepEqual(deedsOf(app), ['markHost', ...Array(5).fill('move')]);
    const ordered = (app.drover.lab?.history() ?? []).filter(({ deed }) => deed === 'markHost');
    assert.deepEqual(
      ordered.map(({ input }) => (input as { drain: boolean }).drain),
      [true],
    );
  });

  it('is drained by a failover cluster, which saves those of low priority', async () => {
    await using app = await openDrain({
      kind: 'hyperv',
      vms: {
        'app-02': { priority: 'low', isHighlyAvailable: true },
        'app-05': { power: 'off', guestTools: 'not_running' },
      },
    });

    const asked = await ask(app, ENTER);
    const card = await endCard(app);

    assert.match(asked, /Effect: 3 VMs move while they run; 1 VM is saved, moved and loaded again/);
    assert.match(asked, /Of low priority, [^:]*: app-02\. Saved, handed over and loaded again/);
    assert.match(asked, /1 VM that is off or saved may go with them; it stays off\./);
    assert.match(card, /J-1 · done for Carl Wu/);
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
    const ways = (app.drover.lab?.history() ?? []).flatMap((task) =>
      task.deed === 'move' ? [task.input.way] : [],
    );
    assert.deepEqual(ways.toSorted(), ['live', 'live', 'live', 'off', 'quick']);
  });

  it('leaves to Drover, afterwards, what does not belong to the failover cluster', async () => {
    await using app = await openDrain({
      ...{ kind: 'hyperv', vms: { 'app-02': { isHighlyAvailable: false } } },
    });

    const asked = await ask(app, ENTER);
    await endCard(app);

    assert.match(asked, /1 VM that does not belong to the cluster is moved by Drover, afterwards/);
    assert.match(asked, /app-02 esx-0[23] ★.* while it runs/);
    assert.deepEqual(
      (await stepsOf(app))
        .map(({ kind }) => kind)
        .toSorted()
        .at(1),
      'move-vm-again',
    );
    assert.deepEqual(await vmsOn(app, 'esx-01'), []);
  });

  it('is emptied by Drover where DRS is not fully automated, and the card says why', async () => {
    await using app = await openDrain({ automation: 'partial' });

    const asked = await ask(app, ENTER);
    const card = await endCard(app);

    assert.match(
      asked,
      /Drover empties esx-01 by its own plan, though its platform was to: DRS of its cluster is not fully automated\./,
    );
    assert.match(asked, /esx-0[23] ★/);
    assert.match(card, /✔ mark esx-01/);
    assert.equal(await markOf(app, 'esx-01'), 'in');
  });

  it('is emptied by Drover where its cluster is excepted, without a word', async () => {
    const more = '  evacuateClusters:\n    - { connection: lab-vc, cluster: C1, by: drover }\n';
    await using app = await openDrain({ config: evacuateBy('platform', more) });

    const asked = await say(app, 'carl', `${ENTER} --plan`);

    assert.doesNotMatch(asked, /platform/);
    assert.match(asked, /esx-0[23] ★/);
  });

  it('leaves to Drover and to people what the platform does not move', async () => {
    await using app = await openDrain({
      vms: { 'app-01': { ties: [{ what: 'passthrough', label: 'PCI device 0' }] } },
    });

    const asked = await ask(app, ENTER);
    await untilCard(app, /\[Leave: app-01\]/);
    const waiting = await readCard(app, 'J-1');
    await app.click('carl', 'Leave: app-01');
    const card = await endCard(app);

    assert.match(asked, /1 VM cannot move, and somebody is asked about it/);
    assert.match(waiting, /! let its platform empty esx-01: Its platform has not moved app-01/);
    assert.match(card, /J-1 · incomplete .*still running on it: app-01/);
    assert.deepEqual(await vmsOn(app, 'esx-01'), ['app-01']);
    assert.match(await markOf(app, 'esx-01'), /entering/);
  });

  it('asks nobody about a VM that Drover would not have moved, once the platform has', async () => {
    await using app = await openDrain({
      kind: 'hyperv',
      hosts: { 'esx-02': { memory: '22GiB' }, 'esx-03': { memory: '22GiB' } },
      on: { 'esx-01': names(3), 'esx-02': [], 'esx-03': [] },
    });

    const asked = await ask(app, ENTER);
    const card = await endCard(app);

    assert.match(asked, /1 VM cannot move, and somebody is asked about it/);
    assert.match(card, /J-1 · done/);
    assert.equal((await stepsOf(app)).find(({ kind }) => kind === 'ask-consent')?.state, 'skipped');
    assert.deepEqual(await vmsOn(app, 'esx-01'), []);
  });

  it('warns of a VM that Drover needs, which the platform moves without asking', async () => {
    await using app = await openDrain({
      config: (text) =>
        `${evacuateBy('platform')(text)}ownVms:\n  - { connection: lab-vc, vm: app-02 }\n`,
    });

    const asked = await ask(app, ENTER);
    const card = await endCard(app);

    assert.match(asked, /Drover itself needs app-02: .*\. The platform moves it like any other/);
    assert.doesNotMatch(asked, /It moves last/);
    assert.match(card, /J-1 · done/);
    assert.deepEqual(await vmsOn(app, 'esx-01'), []);
  });

  it('is rehearsed as its platform does it, with no host promised', async () => {
    await using app = await openDrain();

    const asked = await say(app, 'carl', `${ENTER} --rehearse --plan`);

    assert.match(asked, /Rehearsed on a twin of the estate/);
    assert.match(asked, /let its platform empty esx-01/);
    assert.doesNotMatch(asked, /esx-0[23] · \d VM/);
    assert.deepEqual(deedsOf(app), []);
  });

  it('is followed and not ordered again where somebody has begun it at the console', async () => {
    const held = holdStep('drain-host', 'look');
    await using app = await openDrain({ alter: held.alter });
    faultsOf(app).finishLate('move', 400, { vm: 'app-03' });
    await ask(app, ENTER);
    await held.reached;
    byOthers(app, (console) => console.orderMark('esx-01', { drain: true }));
    held.release();
    const card = await endCard(app);

    assert.match(card, /J-1 · done/);
    assert.equal(deedsOf(app).filter((deed) => deed === 'markHost').length, 1);
    assert.deepEqual(await vmsOn(app, 'esx-01'), []);
  });

  it('moves back by itself what it drained, on a failover cluster', async () => {
    await using app = await openDrain({ kind: 'hyperv' });
    await ask(app, ENTER);
    await endCard(app);

    const asked = await ask(app, BACK, 2);
    const card = await endCard(app, 2);

    assert.match(asked, /The platform brings back what it had drained from esx-01/);
    assert.match(asked, /Effect: 5 VMs move while they run; the host takes VMs again/);
    assert.match(
      card,
      /J-2 · done .*✔ let VMs come to esx-01 again, and its platform move them back/,
    );
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['none', names(5)]);
    const unmarks = (app.drover.lab?.history() ?? []).flatMap((task) =>
      task.deed === 'unmarkHost' ? [task.input.failback] : [],
    );
    assert.deepEqual(unmarks, [true]);
  });

  it('says who did not come back', async () => {
    await using app = await openDrain({ kind: 'hyperv' });
    await ask(app, ENTER);
    await endCard(app);
    faultsOf(app).refuse('move', 'not_enough_memory', { vm: 'app-04' });
    byOthers(app, (console) =>
      console.editVm('app-04', { ties: [{ what: 'local_image', label: 'tools.iso' }] }),
    );

    await ask(app, BACK, 2);
    const card = await endCard(app, 2);

    assert.match(card, /done, with a warning .*its platform has not moved back app-04\./);
    assert.deepEqual(
      await vmsOn(app, 'esx-01'),
      names(5).filter((name) => name !== 'app-04'),
    );
  });

  it('is brought back by Drover where the platform moves nothing back', async () => {
    await using app = await openDrain();
    await ask(app, ENTER);
    await endCard(app);

    const asked = await ask(app, BACK, 2);
    const card = await endCard(app, 2);

    assert.match(asked, /Effect: 5 VMs move while they run; the host takes VMs again/);
    assert.doesNotMatch(asked, /platform brings back/);
    assert.match(card, /J-2 · done/);
    assert.deepEqual(await vmsOn(app, 'esx-01'), names(5));
    assert.equal((await placesOf(app)).length, Object.values(ON).flat().length);
  });
});
