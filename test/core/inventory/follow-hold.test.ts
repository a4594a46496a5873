/** A platform that tells of many losses at once, or in parts: nothing more is concluded before a person has looked (H06). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Observed } from '#core/inventory/estate-object.ts';
import type { EstateChange } from '#core/ports/connection.ts';
import { observe } from './observe.ts';
import { type OpenSync, openSync } from './open-sync.ts';

const vms = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => observe('vm', `vm-${from + at}`));
const gone = ({ handle }: Observed): EstateChange => ({ change: 'gone', kind: 'vm', handle });
const seen = (object: Observed): EstateChange => ({ change: 'seen', object });

/** The platform takes them out, and tells so in one batch. */
async function tellGone(sync: OpenSync, lost: readonly Observed[], ...more: EstateChange[]) {
  sync.platform.remove(...lost.map(({ handle }) => handle));
  await sync.platform.tell(...lost.map(gone), ...more);
}

/** It follows no more, and pauses. */
async function untilPause(sync: OpenSync): Promise<void> {
  while (sync.pauses.length === 0) await setImmediate();
}

describe('sync: many losses told', () => {
  it('H06 concludes nothing of a batch in which more than 10 % and more than 5 vanish', async () => {
    await using sync = await openSync(...vms(59));
    const off = observe('vm', 'vm-58', undefined, { power: 'off' });

    await tellGone(sync, vms(6), seen(off), seen(observe('vm', 'new')));

    const state = await sync.state();
    assert.equal(state?.holdCode, 'many_vanished');
    const names = vms(6).map(({ handle }) => handle);
    assert.deepEqual(state.holdFacts, { vanished: 6, of: 59, names });
    assert.equal(sync.index.count('vm'), 59);
    assert.equal(sync.vm('vm-58')?.body.power, 'on');
    assert.deepEqual(sync.platform.reads, []);
    assert.deepEqual(await sync.auditEvents('object_gone'), []);
    assert.equal((await sync.auditEvents('connection_on_hold')).length, 1);
  });

  it('H06 goes on at exactly 10 %, and at exactly 5', async () => {
    await using large = await openSync(...vms(60));
    await using small = await openSync(...vms(6));

    await tellGone(large, vms(6));
    await tellGone(small, vms(5));

    assert.deepEqual([large.index.count('vm'), small.index.count('vm')], [54, 1]);
    for (const sync of [large, small]) assert.equal((await sync.state())?.holdCode, null);
  });

  it('H06 follows no more until a person accepts; then the next reading concludes the same losses', async () => {
    await using sync = await openSync(...vms(20));
    await tellGone(sync, vms(8));
    await untilPause(sync);
    await sync.goOn();
    assert.deepEqual([sync.platform.snapshots, sync.index.count('vm')], [1, 20]);

    await sync.accept();
    await sync.platform.tell(seen(observe('vm', 'told-too-late')));
    assert.equal(sync.index.count('vm'), 20);
    assert.equal(await sync.goOn(), 'changes');

    const state = await sync.state();
    assert.deepEqual([state?.holdCode, state?.holdFacts], [null, null]);
    assert.equal(sync.index.count('vm'), 12);
    assert.equal((await sync.auditEvents('object_gone')).length, 8);
    assert.equal((await sync.auditEvents('connection_on_hold')).length, 1);
  });

  it('H06 takes an acceptance for these losses alone: as many again are a hold again', async () => {
    await using sync = await openSync(...vms(30));
    await tellGone(sync, vms(8));
    await untilPause(sync);
    await sync.accept();
    await sync.goOn();

    await tellGone(sync, vms(8, 10));

    assert.equal((await sync.state())?.holdCode, 'many_vanished');
    assert.equal(sync.index.count('vm'), 22);
  });

  it('H06 counts the parts of one minute together, and not what is older or was seen again', async () => {
    await using sync = await openSync(...vms(40));

    await tellGone(sync, vms(4));
    sync.elapse(60_000);
    await tellGone(sync, vms(4, 10));
    sync.platform.put(...vms(4, 10));
    await sync.platform.tell(...vms(4, 10).map(seen));
    await tellGone(sync, vms(3, 20));
    const before = await sync.state();
    sync.elapse(59_000);
    await tellGone(sync, vms(3, 30));

    assert.equal(before?.holdCode, null);
    assert.deepEqual((await sync.state())?.holdFacts, {
      ...{ vanished: 3, of: 36, before: 3, names: ['vm-30', 'vm-31', 'vm-32'] },
    });
    assert.equal(sync.index.count('vm'), 33);
  });

  it('H06 counts a VM whose place another took, and none that has only moved', async () => {
    await using sync = await openSync(...vms(20));

    const moved = vms(10).map((vm) => ({ ...vm, handle: `again-${vm.handle}` }));
    sync.platform.put(...moved);
    await tellGone(sync, vms(10), ...moved.map(seen));
    const between = await sync.state();
    const others = vms(6, 10).map(
      (vm) => ({ ...vm, identity: `another-${vm.handle}` }) as Observed,
    );
    sync.platform.put(...others);
    await sync.platform.tell(...others.map(seen));

    assert.equal(between?.holdCode, null);
    assert.equal((await sync.state())?.holdCode, 'many_vanished');
    assert.equal(sync.vm('vm-10')?.identity, 'identity-of-vm-10');
    assert.equal(sync.index.count('vm'), 20);
  });
});
