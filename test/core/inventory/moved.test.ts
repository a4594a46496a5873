/** Platforms whose handle says on which host a VM stands: one that its host has no more may stand on another (H03, H09). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClock } from '#adapters/machine/clock.ts';
import { createMoveAnswers } from '#core/operations/examine-moves.ts';
import type { AnyOperation } from '#core/operations/operation.ts';
import { refreshTargets } from '#core/operations/prepare-world.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import { observe } from './observe.ts';
import { type OpenSync, openSync } from './open-sync.ts';

const OLD = observe('vm', 'host-1/vm', 'its-id');
const NEW = observe('vm', 'host-2/vm', 'its-id');

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
