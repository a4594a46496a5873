/** When too much looks different, nothing is concluded before a person has looked (H06). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import { learnGone, learnObserved } from '#core/inventory/learn.ts';
import { observe } from './observe.ts';
import { type OpenSync, openSync } from './open-sync.ts';

const vms = (count: number) => Array.from({ length: count }, (_, at) => observe('vm', `vm-${at}`));

/** The next reading finds the first `count` VMs missing. */
async function loseVms(sync: OpenSync, count: number): Promise<void> {
  sync.platform.remove(...vms(count).map(({ handle }) => handle));
  sync.platform.loseSession();
  await sync.rest.arrived();
  await sync.goOn();
}

describe('sync: on hold', () => {
  it('H06 concludes nothing when more than 10 % and more than 5 vanished in one reading', async () => {
    await using sync = await openSync(...vms(59));

    sync.platform.put(observe('vm', 'vm-58', undefined, { power: 'off' }), observe('vm', 'new'));
    await loseVms(sync, 6);

    const state = await sync.state();
    assert.equal(state?.holdCode, 'many_vanished');
    assert.ok(state.holdSince);
    const { names, ...facts } = state.holdFacts as Record<string, unknown>;
    assert.deepEqual(facts, { vanished: 6, of: 59 });
    assert.deepEqual(names, ['vm-0', 'vm-1', 'vm-2', 'vm-3', 'vm-4', 'vm-5']);
    assert.equal(sync.index.count('vm'), 59);
    assert.equal(sync.vm('vm-58')?.body.power, 'on');
    assert.deepEqual(sync.platform.reads, []);
    assert.equal((await sync.auditEvents('connection_on_hold')).length, 1);
  });

  it('H06 names ten that vanished, whatever holds others first, and then as people count', async () => {
    const hosts = ['host-2', 'host-1'].map((name) => observe('host', name));
    await using sync = await openSync(...vms(30).toReversed(), ...hosts);

    sync.platform.remove(...hosts.map(({ handle }) => handle));
    await loseVms(sync, 12);

    const facts = (await sync.state())?.holdFacts as { names: string[] } | undefined;
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
    assert.deepEqual(facts?.names, ['host-1', 'host-2', ...numbers.map((at) => `vm-${at}`)]);
  });

  it('H06 goes on at exactly 10 %', async () => {
    await using sync = await openSync(...vms(60));

    await loseVms(sync, 6);

    assert.equal((await sync.state())?.holdCode, null);
    assert.equal(sync.index.count('vm'), 54);
  });

  it('H06 goes on at exactly 5, whatever share they are', async () => {
    await using sync = await openSync(...vms(6));

    await loseVms(sync, 5);

    assert.equal((await sync.state())?.holdCode, null);
    assert.equal(sync.index.count('vm'), 1);
  });

  it('H09 counts nothing that may be hidden by a host that could not be read, and asks for none of it', async () => {
    const host = observe('host', 'host-1');
    const onHost = vms(20).map((vm) =>
      observe('vm', vm.handle, vm.identity, { hostHandle: 'host-1' }),
    );
    await using sync = await openSync(host, ...onHost);

    sync.platform.put(observe('host', 'host-1', 'identity-of-host-1', { unreadable: 'no answer' }));
    await loseVms(sync, 20);

    assert.equal((await sync.state())?.holdCode, null);
    assert.equal(sync.index.count('vm'), 20);
    assert.deepEqual(sync.platform.reads, []);
  });

  it('H06 does not count what has only moved', async () => {
    await using sync = await openSync(...vms(20));

    sync.platform.put(...vms(20).map((vm) => ({ ...vm, handle: `again-${vm.handle}` })));
    await loseVms(sync, 20);

    assert.equal((await sync.state())?.holdCode, null);
    assert.equal(sync.index.count('vm'), 20);
  });

  it('H06 stays on hold, and reads nothing, until a person accepts; then concludes what was accepted', async () => {
    await using sync = await openSync(...vms(20));
    await loseVms(sync, 8);
    const { snapshots } = sync.platform;
    await sync.goOn();
    await sync.goOn();
    assert.equal(sync.platform.snapshots, snapshots);

    await sync.store.transact((tx) =>
      tx.connections.save('vc', { holdCode: null, holdSince: null, holdFacts: { accepted: 8 } }),
    );
    await sync.goOn();

    assert.equal((await sync.state())?.holdCode, null);
    assert.equal(sync.index.count('vm'), 12);
  });

  it('H06 goes on hold again when more is missing than was accepted', async () => {
    await using sync = await openSync(...vms(20));
    await loseVms(sync, 8);

    await sync.store.transact((tx) =>
      tx.connections.save('vc', { holdCode: null, holdSince: null, holdFacts: { accepted: 8 } }),
    );
    sync.platform.remove('vm-8', 'vm-9');
    await sync.goOn();

    assert.equal((await sync.state())?.holdCode, 'many_vanished');
    assert.equal(sync.index.count('vm'), 20);
  });

  it('H06 reads nothing of a connection that another installation answers for', async () => {
    await using sync = await openSync(...vms(3));

    sync.platform.identity = 'installation-2';
    sync.platform.objects.clear();
    sync.platform.put(observe('vm', 'vm-0', 'of another'));
    sync.platform.loseSession();
    await sync.rest.arrived();
    await sync.goOn();

    const state = await sync.state();
    assert.equal(state?.holdCode, 'identity_changed');
    assert.deepEqual(state.holdFacts, {
      ...{ was: 'installation-1', now: 'installation-2', product: 'Scripted 1.0' },
    });
    assert.equal(state.identity, 'installation-1');
    assert.equal(sync.platform.snapshots, 1);
    assert.equal(sync.vm('vm-0')?.identity, 'identity-of-vm-0');
    assert.equal(sync.index.count('vm'), 3);
  });

  it('H06 learns nothing of a connection on hold, whoever reads it', async () => {
    await using sync = await openSync(...vms(20));
    await loseVms(sync, 8);
    const [one, other] = [sync.vm('vm-0'), sync.vm('vm-10')];
    assert.ok(one && other);
    const off = observe('vm', 'vm-10', undefined, { power: 'off' });
    const { signal } = new AbortController();

    await learnGone(sync, [one]);
    await learnObserved(sync, sync.platform.connection, [off], signal);

    assert.ok(sync.vm('vm-0'));
    assert.equal(sync.vm('vm-10')?.body.power, 'on');
  });

  it('H06 takes no outage for a hold, and no hold for an outage', async () => {
    await using sync = await openSync(...vms(20));
    await loseVms(sync, 8);

    sync.platform.faults.set('identify', new OperationError('not_reachable', 'not_started'));
    await sync.goOn();
    const failing = await sync.state();
    sync.platform.faults.clear();
    await sync.goOn();

    const state = await sync.state();
    assert.deepEqual([failing?.holdCode, failing?.errorCode], ['many_vanished', 'not_reachable']);
    assert.deepEqual([state?.holdCode, state?.failingSince], ['many_vanished', null]);
  });
});
