/**
 * `vm.disk.add`: an empty disk beside the VM's own files, while it runs or not.
 *
 * Its space is taken from the datastore of the VM and held like that of a new VM. A size is rounded up to whole MiB,
 * and the plan says so (H20).
 */
import { z } from 'zod';
import type { EstateIndex } from '../inventory/estate-index.ts';
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import { judgeDatastore } from '../placement/choose-datastore.ts';
import { sumReservations } from '../placement/place-vm.ts';
import type { Json, Plan, PlanNote, Reserves } from '../plan/plan.ts';
import type { Operation, World } from './operation.ts';
import { findConnection, listPartsBlockers } from './parts-blockers.ts';
import {
  listNamesakes,
  scopeOfVm,
  toAgeMs,
  toGonePlan,
  toTarget,
  toVmBounds,
} from './plan-parts.ts';

export const VmDiskAddInput = z.strictObject({ vmId: z.string(), sizeBytes: z.int().min(1) });
export type VmDiskAddInput = z.infer<typeof VmDiskAddInput>;

const MIB = 1024 ** 2;
const SIZE_STEP = MIB;
/** Below that a unit was mistaken: no guest makes anything of it. */
const SIZE_AT_LEAST = 64 * MIB;
const SIZE_AT_MOST = 64 * 1024 ** 4;

export const vmDiskAdd: Operation<VmDiskAddInput> = {
  name: 'vm.disk.add',
  input: VmDiskAddInput,
  targetIds: ({ vmId }) => [vmId],
  refreshIds({ vmId }, index) {
    const datastore = findHome(index.get('vm', vmId), index);
    return [
      { kind: 'vm', id: vmId },
      ...(datastore ? [{ kind: 'datastore', id: datastore.id } as const] : []),
    ];
  },
  scopeOf: scopeOfVm,
  plan({ vmId, sizeBytes }, world) {
    const vm = world.index.get('vm', vmId);
    if (!vm) return toGonePlan('vm.disk.add', { id: vmId, kind: 'vm' }, world);
    const diskBytes = Math.ceil(sizeBytes / SIZE_STEP) * SIZE_STEP;
    const datastore = findHome(vm, world.index);
    return planAdd({ vm, world, datastore, diskBytes, wishedBytes: sizeBytes });
  },
};

/** Where its own files lie. */
function findHome(
  vm: EstateObject<'vm'> | undefined,
  index: EstateIndex,
): EstateObject<'datastore'> | undefined {
  const handle = vm?.body.datastoreHandle;
  return vm && handle ? index.byHandle(vm.connectionId, 'datastore', handle) : undefined;
}

interface Wish {
  readonly vm: EstateObject<'vm'>;
  readonly world: World;
  readonly datastore: EstateObject<'datastore'> | undefined;
  readonly wishedBytes: number;
  /** Rounded up. */
  readonly diskBytes: number;
}

function planAdd(wish: Wish): Plan {
  const { vm, world, datastore, diskBytes } = wish;
  const input = { vm: toRef(vm), name: vm.body.name, sizeBytes: diskBytes } as unknown as Json;
  return {
    operation: 'vm.disk.add',
    targets: [toTarget(vm)],
    steps: [{ key: 'add-disk', kind: 'add-disk', version: 1, input, after: [] }],
    bounds: {
      ...toVmBounds(vm, 'none'),
      atMost: { diskBytes },
      oneOf: { datastores: datastore ? [datastore.id] : [] },
    },
    advice: {
      ratings: [],
      durationMs: 10_000,
      dataAgeMs: toAgeMs([vm, datastore], world.now),
      notes: [...listOwnNotes(wish), ...listNamesakes(vm, world)],
    },
    blockers: [
      ...listPartsBlockers(vm, world, { what: 'vm.disk.add', facet: 'hardware' }),
      ...listSizeBlockers(wish),
      ...listSpaceBlockers(wish),
    ],
    reserves: datastore && toReserves(wish, datastore),
  };
}

function listOwnNotes({ wishedBytes, diskBytes, datastore }: Wish): PlanNote[] {
  const facts = { sizeBytes: diskBytes, datastore: datastore?.body.name };
  const rounded = { what: 'disk', wishedBytes, roundedBytes: diskBytes };
  return [
    { code: 'disk_added', facts },
    ...(wishedBytes === diskBytes ? [] : [{ code: 'size_rounded', facts: rounded } as const]),
  ];
}

function listSizeBlockers({ vm, world, diskBytes, wishedBytes }: Wish): PlanNote[] {
  const most = findConnection(vm, world)?.hardware?.maxDiskBytes ?? SIZE_AT_MOST;
  if (wishedBytes >= SIZE_AT_LEAST && diskBytes <= most) return [];
  const facts = { sizeBytes: wishedBytes, leastBytes: SIZE_AT_LEAST, mostBytes: most };
  return [{ code: 'disk_size_unfit', facts }];
}

function listSpaceBlockers({ vm, world, datastore, diskBytes }: Wish): PlanNote[] {
  if (!datastore)
    return [{ code: 'vm_place_unknown', facts: { vm: vm.body.name, what: 'datastore' } }];
  const { rules, reservations, exceptRequestId } = world;
  const heldBytesOf = sumReservations(reservations, exceptRequestId).bytesOfDatastore;
  const { blocker } = judgeDatastore(datastore, { diskBytes, heldBytesOf, rules });
  return blocker ? [blocker] : [];
}

function toReserves(
  { vm, world, diskBytes }: Wish,
  { id: datastoreId }: EstateObject<'datastore'>,
): Reserves {
  const { connectionId, body } = vm;
  const host = body.hostHandle && world.index.byHandle(connectionId, 'host', body.hostHandle);
  const place = { key: 'add-disk', hostId: host ? host.id : undefined, datastoreId };
  return {
    ...{ connectionId, vms: 0, cpus: 0, memoryBytes: 0, diskBytes },
    places: [{ ...place, memoryBytes: 0, diskBytes }],
  };
}
