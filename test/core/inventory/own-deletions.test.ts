/** What Drover deletes by order is no loss that puts a connection on hold (H06); everything else stays one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newJob, newStep } from '#test/contracts/store-samples.ts';
import { observe } from './observe.ts';
import { type OpenSync, openSync } from './open-sync.ts';

const vms = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => observe('vm', `vm-${from + at}`));

/** One open job a VM; its delete step was ordered, or waits for its turn. */
async function startDeleting(sync: OpenSync, handles: readonly string[], isOrdered: boolean) {
  await sync.store.transact(async ({ jobs, now }) => {
    for (const [at, handle] of handles.entries()) {
      const id = `delete-${handle}`;
      const target = sync.vm(handle)?.id ?? '';
      const own = { requestId: id, operation: 'vm.delete', targetIds: [target] };
      await jobs.insert({ ...newJob({ number: at + 1 }), ...own, id });
      await jobs.insertSteps([newStep(id, 0, { kind: 'delete-vm' })]);
      if (isOrdered)
        await jobs.changeUnclaimed(`${id}/step-0`, 'blocked', { state: 'started', sentAt: now });
    }
  });
}

const handlesOf = (observed: readonly { readonly handle: string }[]) =>
  observed.map(({ handle }) => handle);

async function tellGone(sync: OpenSync, handles: readonly string[]) {
  sync.platform.remove(...handles);
  await sync.platform.tell(...handles.map((handle) => ({ ...GONE, handle })));
}
const GONE = { change: 'gone', kind: 'vm' } as const;

async function readAnew(sync: OpenSync, without: readonly string[]) {
  sync.platform.remove(...without);
  sync.platform.loseSession();
  await sync.rest.arrived();
  await sync.goOn();
}

describe('sync: what Drover deletes', () => {
  it('H06 goes on when all that is told to be gone was ordered, and counts none of it later', async () => {
    await using sync = await openSync(...vms(30));
    const own = handlesOf(vms(8));
    await startDeleting(sync, own, true);

    await tellGone(sync, own);
    await tellGone(sync, handlesOf(vms(5, 10)));

    assert.equal((await sync.state())?.holdCode, null);
    assert.equal(sync.index.count('vm'), 17);
  });

  it('H06 goes on when all that a reading misses was ordered', async () => {
    await using sync = await openSync(...vms(30));
    const own = handlesOf(vms(8));
    await startDeleting(sync, own, true);

    await readAnew(sync, own);

    assert.equal((await sync.state())?.holdCode, null);
    assert.equal(sync.index.count('vm'), 22);
  });

  it('H06 counts the others beside them', async () => {
    await using told = await openSync(...vms(30));
    await using read = await openSync(...vms(30));
    const own = handlesOf(vms(8));
    const all = handlesOf(vms(14));
    for (const sync of [told, read]) await startDeleting(sync, own, true);

    await tellGone(told, all);
    await readAnew(read, all);

    for (const sync of [told, read]) {
      const state = await sync.state();
      assert.deepEqual(state?.holdFacts, { vanished: 6, of: 30, names: all.slice(8) });
      assert.equal(sync.index.count('vm'), 30);
    }
  });

  it('H06 goes on when a reading that was late had shown deleted ones once more, and counts them after ten minutes', async () => {
    for (const [minutes, hold] of [
      [9, null],
      [11, 'many_vanished'],
    ] as const) {
      await using sync = await openSync(...vms(30));
      const own = handlesOf(vms(8));
      await startDeleting(sync, own, true);
      await sync.store.transact(async ({ jobs, now }) => {
        const endedAt = new Date(now.getTime() - minutes * 60_000);
        for (const handle of own) await jobs.change(`delete-${handle}`, { state: 'done', endedAt });
      });

      await tellGone(sync, own);

      assert.equal((await sync.state())?.holdCode, hold, `${minutes} minutes`);
    }
  });

  it('H06 counts a VM whose deletion was agreed to and not yet ordered', async () => {
    await using sync = await openSync(...vms(30));
    const own = handlesOf(vms(8));
    await startDeleting(sync, own, false);

    await tellGone(sync, own);

    assert.equal((await sync.state())?.holdCode, 'many_vanished');
  });
});
