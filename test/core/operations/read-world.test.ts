/** What a plan is told of other jobs (H17): on its targets, on VMs that may come back, on their way to its host. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMoveAnswers } from '#core/operations/examine-moves.ts';
import { HOST_MAINTENANCE_ENTER } from '#core/operations/host-maintenance-enter.ts';
import { readWorld, type WorldDeps } from '#core/operations/prepare-world.ts';
import type { Reads } from '#core/ports/store.ts';
import { make, makeIndex } from '../estate-makers.ts';

const HOST_ID = 'id-of-h-0';
const VM_ID = 'id-of-v-1';

const deps = {
  sync: { index: makeIndex([make('host', 'h-0'), make('vm', 'v-1')]) },
  moveAnswers: createMoveAnswers(),
} as unknown as WorldDeps;

interface Known {
  readonly id: string;
  readonly number: number;
  readonly state: 'starting' | 'running';
  readonly targetIds: readonly string[];
  /** Hosts on which it holds room. */
  readonly comesTo?: readonly string[];
}

/** Of the host `h-0` the VM `v-1` was moved away by `j-1`, which has ended. */
function makeReads(known: readonly Known[]): Reads {
  const moved = {
    ...{ kind: 'move-vm-away', code: null },
    input: { vm: { identity: 'identity-of-v-1' }, name: 'v-1' },
  };
  const jobs = {
    findByRequest: async (id: string) => known.find((job) => `of-${job.id}` === id),
    listOpenOn: async (ids: readonly string[]) =>
      known.filter(({ targetIds }) => targetIds.some((id) => ids.includes(id))),
    listOpen: async () => [],
    listOn: async (_id: string, name: string) =>
      name === HOST_MAINTENANCE_ENTER ? [{ id: 'j-1' }] : [],
    listSteps: async () => [moved],
  };
  const reservations = known.map(({ id, comesTo = [] }) => ({
    requestId: `of-${id}`,
    places: comesTo.map((hostId) => ({ key: 'k', hostId, memoryBytes: 1, diskBytes: 0 })),
  }));
  return {
    ...{ now: new Date(0), jobs },
    connections: { list: async () => [] },
    reservations: { list: async () => reservations },
    hostMaintenance: { list: async () => [{ hostId: HOST_ID, jobId: 'j-1' }] },
    movePace: { list: async () => [] },
    vmMaintenance: { list: async () => [] },
  } as unknown as Reads;
}

const wish = { targetIds: [HOST_ID], exceptRequestId: 'of-j-9' };

describe('a host that takes its VMs back', () => {
  it('H17 knows that another job changes one of them, which stands elsewhere by now', async () => {
    const job = { id: 'j-2', number: 2, state: 'running', targetIds: [VM_ID] } as const;

    const world = await readWorld(deps, makeReads([job]), wish);

    assert.deepEqual(world.movedFrom(HOST_ID), [{ vmIdentity: 'identity-of-v-1', name: 'v-1' }]);
    assert.equal(world.busyWith(VM_ID), 2);
  });
});

describe('a host that is to be emptied', () => {
  const other = { id: 'j-3', number: 3, targetIds: ['id-of-h-7'], comesTo: [HOST_ID] };

  it('H17 is busy while a job that runs still brings VMs to it', async () => {
    const world = await readWorld(deps, makeReads([{ ...other, state: 'running' }]), wish);

    assert.equal(world.busyWith(HOST_ID), 3);
  });

  it('waits for no job that has not begun, nor for its own', async () => {
    const waiting = await readWorld(deps, makeReads([{ ...other, state: 'starting' }]), wish);
    const own = { ...wish, exceptRequestId: 'of-j-3' };
    const itself = await readWorld(deps, makeReads([{ ...other, state: 'running' }]), own);

    assert.deepEqual([waiting.busyWith(HOST_ID), itself.busyWith(HOST_ID)], [undefined, undefined]);
  });
});
