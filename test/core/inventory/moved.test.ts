/** Platforms whose handle says on which host a VM stands: one that its host has no more may stand on another (H03, H09). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClock } from '#adapters/machine/clock.ts';
import { OperationError } from '#core/errors.ts';
import { createMoveAnswers } from '#core/operations/examine-moves.ts';
import type { AnyOperation } from '#core/operations/operation.ts';
import { refreshTargets } from '#core/operations/prepare-world.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import { observe } from './observe.ts';
import { type OpenSync, openSync } from './open-sync.ts';

const OLD = observe('vm', 'host-1/vm', 'its-id');
const NEW = observe('vm', 'host-2/vm', 'its-id');
const LATE = observe('vm', OLD.handle, 'its-id', { name: 'late' });

async function openMoved(): Promise<OpenSync> {
  const sync = await openSync(OLD);
  sync.platform.remove(OLD.handle);
  sync.platform.put(NEW);
  Object.assign(sync.platform.connection.estate, {
    findMoved: async () => sync.platform.objects.get('vm host-2/vm'),
  });
  return sync;
}

describe('a VM under a new handle', () => {
  it('H03 H09 is not gone, though its change is told before where it came to', async () => {
    await using sync = await openMoved();
    const id = sync.vm(OLD.handle)?.id;

    await sync.platform.tell({ change: 'gone', kind: 'vm', handle: OLD.handle });
    assert.equal(sync.vm(OLD.handle)?.id, id);
    await sync.platform.tell({ change: 'seen', object: NEW });

    assert.equal(sync.vm(NEW.handle)?.id, id);
    assert.deepEqual(await sync.auditEvents('object_gone'), []);
  });

  it('H03 H09 is gone once no host has it', async () => {
    await using sync = await openMoved();
    sync.platform.remove(NEW.handle);

    await sync.platform.tell({ change: 'gone', kind: 'vm', handle: OLD.handle });

    assert.equal(sync.vm(OLD.handle), undefined);
  });

  it('H03 is read under it before anything is planned', async () => {
    await using sync = await openMoved();
    const { platform, store, index, feed } = sync;
    const vm = sync.vm(OLD.handle);
    assert.ok(vm);
    const deps = {
      sync: { store, index, feed, clock: createClock(), onError: assert.ifError },
      connections: new Map([['vc', platform.connection]]),
      rules: PLACEMENT_RULES,
      goalOf: () => 'balance' as const,
      evacuation: { evacuate: 'drover' as const, evacuateClusters: [] },
      capacityOf: () => undefined,
      moveAnswers: createMoveAnswers(),
      ownVms: { purposesOf: () => [] },
    };
    const operation = { refreshIds: () => [vm] } as unknown as AnyOperation;

    await refreshTargets(deps, operation, {});

    assert.equal(sync.vm(NEW.handle)?.id, vm.id);
    assert.deepEqual(await sync.auditEvents('object_gone'), []);
  });
});

/** Shown on both hosts by readings of two instants; where it really stands is what the platform has. */
describe('a VM that moved between two readings of hosts', () => {
  const tellLate = (sync: OpenSync) => sync.platform.tell({ change: 'seen', object: LATE });

  it('H04 H03 stays one when the reading of the host that it left comes late', async () => {
    await using sync = await openMoved();
    await sync.platform.tell({ change: 'seen', object: NEW });
    const id = sync.vm(NEW.handle)?.id;

    await tellLate(sync);

    assert.deepEqual([sync.vm(NEW.handle)?.id, sync.vm(NEW.handle)?.isTwin], [id, false]);
    assert.equal(sync.vm(OLD.handle), undefined);
    assert.deepEqual(await sync.auditEvents('identity_twice'), []);
  });

  it('H04 H03 stays one when both are told at once', async () => {
    await using sync = await openMoved();
    const id = sync.vm(OLD.handle)?.id;

    await sync.platform.tell({ change: 'seen', object: LATE }, { change: 'seen', object: NEW });

    assert.deepEqual([sync.vm(NEW.handle)?.id, sync.vm(NEW.handle)?.isTwin], [id, false]);
    assert.deepEqual(await sync.auditEvents('identity_twice'), []);
  });

  it('H04 H03 stays one when a full reading shows both', async () => {
    await using sync = await openMoved();
    const id = sync.vm(OLD.handle)?.id;
    const { estate } = sync.platform.connection;
    const { snapshot } = estate;
    Object.assign(estate, {
      snapshot: async (...[onPage, signal]: Parameters<typeof snapshot>) => {
        await onPage([OLD]);
        return snapshot(onPage, signal);
      },
    });

    sync.platform.loseSession();
    await sync.rest.arrived();
    await sync.goOn();

    assert.deepEqual([sync.vm(NEW.handle)?.id, sync.vm(NEW.handle)?.isTwin], [id, false]);
    assert.equal(sync.vm(OLD.handle), undefined);
    assert.deepEqual(await sync.auditEvents('identity_twice'), []);
  });

  it('H04 H03 stays one when it moves while both places are looked at', async () => {
    await using sync = await openMoved();
    await sync.platform.tell({ change: 'seen', object: NEW });
    const id = sync.vm(NEW.handle)?.id;
    sync.platform.remove(NEW.handle);
    sync.platform.put(OLD);
    const { estate } = sync.platform.connection;
    const { read } = estate;
    // It goes to host 2 right after host 1 was asked.
    Object.assign(estate, {
      read: async (...[object, signal]: Parameters<typeof read>) => {
        const there = await read(object, signal);
        if (object.handle === OLD.handle && there) {
          sync.platform.remove(OLD.handle);
          sync.platform.put(NEW);
        }
        return there;
      },
    });

    await tellLate(sync);

    assert.deepEqual([sync.vm(NEW.handle)?.id, sync.vm(NEW.handle)?.isTwin], [id, false]);
    assert.deepEqual(await sync.auditEvents('identity_twice'), []);
  });

  it('H04 is two where both places have it', async () => {
    await using sync = await openMoved();
    await sync.platform.tell({ change: 'seen', object: NEW });
    sync.platform.put(OLD);

    await tellLate(sync);

    assert.deepEqual([sync.vm(NEW.handle)?.isTwin, sync.vm(OLD.handle)?.isTwin], [true, true]);
  });

  it('H04 H11 is two where one place cannot be shown', async () => {
    await using sync = await openMoved();
    await sync.platform.tell({ change: 'seen', object: NEW });
    sync.platform.faults.set(
      `read ${OLD.handle}`,
      new OperationError('object_unreadable', 'refused'),
    );

    await tellLate(sync);

    assert.deepEqual([sync.vm(NEW.handle)?.isTwin, sync.vm(OLD.handle)?.isTwin], [true, true]);
  });
});
