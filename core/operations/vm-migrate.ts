/**
 * `vm.migrate`: VMs to another host, another datastore or both. Without a wish their hosts are chosen by stars; the plan
 * of several is vm-migrate-many.ts.
 *
 * Where the wished host does not see its files, they go along if its platform can, onto a datastore that is named.
 */
import type { EstateObject } from '../inventory/estate-object.ts';
import { scopeOf } from '../inventory/scope-of.ts';
import { toFileBytes, toMemoryLoad } from '../placement/move-load.ts';
import type { JudgedHost } from '../placement/move-needs.ts';
import { toDownSeconds } from '../placement/move-pace.ts';
import { placeMoves } from '../placement/place-moves.ts';
import { rateHostsFor } from '../placement/rate-move.ts';
import type { Plan, PlanNote } from '../plan/plan.ts';
import type { MoveWay } from '../ports/moving.ts';
import {
  EFFECT_OF_WAY,
  listMoveNotes,
  toHeldPlace,
  toLeftNote,
  toMoveLine,
  toMoveStep,
  toWay,
  type Vm,
} from './move-plan-parts.ts';
import type { Operation } from './operation.ts';
import {
  listNamesakes,
  listNeeded,
  scopeOfVm,
  toAgeMs,
  toGonePlan,
  toTarget,
  toVmBounds,
} from './plan-parts.ts';
import { type Placing, stayOnHost, withoutMemory } from './stay-on-host.ts';
import { listMigrateBlockers } from './vm-migrate-blockers.ts';
import { planMigrateMany } from './vm-migrate-many.ts';
import { needsNoMove } from './vm-migrate-many-blockers.ts';
import {
  listVmIds,
  type MigrateWish,
  toExact,
  toMigrateWish,
  toMigrateWishes,
  VM_MIGRATE,
  VmMigrateInput,
} from './vm-migrate-wish.ts';

const NAME = VM_MIGRATE;
const KEY = 'move-vm';

export const vmMigrate: Operation<VmMigrateInput> = {
  name: NAME,
  input: VmMigrateInput,
  movesVms: true,
  targetIds: listVmIds,
  scopeOf: scopeOfVm,
  placesOf: (input, index) =>
    listVmIds(input).flatMap((id) => {
      const vm = index.get('vm', id);
      const name = input.moreVmIds && vm?.body.name;
      return vm ? [{ scope: scopeOf(index, vm), ...(name === undefined ? {} : { name }) }] : [];
    }),
  refreshIds: ({ hostId, datastoreId, ...input }) => [
    ...listVmIds(input).map((id) => ({ kind: 'vm', id }) as const),
    ...(hostId ? [{ kind: 'host', id: hostId } as const] : []),
    ...(datastoreId ? [{ kind: 'datastore', id: datastoreId } as const] : []),
  ],
  plan(input, world) {
    const vms = listVmIds(input).map((id) => ({ id, vm: world.index.get('vm', id) }));
    const gone = vms.filter(({ vm }) => !vm).map(({ id }) => id);
    const missed = gone.find((id) => !needsNoMove(id, world));
    if (missed !== undefined) return toGonePlan(NAME, { id: missed, kind: 'vm' }, world);
    const { hostId, datastoreId } = input;
    if (hostId && !world.index.get('host', hostId))
      return toGonePlan(NAME, { id: hostId, kind: 'host' }, world);
    if (datastoreId && !world.index.get('datastore', datastoreId))
      return toGonePlan(NAME, { id: datastoreId, kind: 'datastore' }, world);
    const [vm, ...more] = vms.flatMap((one) => one.vm ?? []);
    if (!vm) return toGonePlan(NAME, { id: input.vmId, kind: 'vm' }, world);
    return input.moreVmIds
      ? planMigrateMany(toMigrateWishes([vm, ...more], input, world), gone)
      : planMigrate(toMigrateWish(vm, input, world));
  },
};

function planMigrate(wish: MigrateWish): Plan {
  const { vm, world, input, from, datastore, staysOnHost } = wish;
  const way = toWay(vm, input.quick);
  const { move, ratings, left, notes } = staysOnHost ? stayOnHost(wish) : placeOne(wish, way);
  const bounds = toVmBounds(vm, EFFECT_OF_WAY[way]);
  const paces = world.pacesOf(vm.connectionId);
  const memoryBytes = toMemoryLoad(vm);
  const diskBytes = datastore ? toFileBytes(vm, datastore) : 0;
  const hosts = ratings.filter(({ verdict }) => verdict !== 'blocked').map(({ hostId }) => hostId);
  const space = datastore && { datastoreId: datastore.id, diskBytes };
  const line =
    move &&
    from &&
    toMoveLine(move, {
      ...{ way, from, fileBytes: diskBytes, datastoreId: datastore?.id, paces },
    });
  return {
    operation: NAME,
    targets: [toTarget(vm)],
    steps:
      move && from
        ? [toMoveStep({ kind: 'move-vm', key: KEY, move, way, from, datastore }, { after: [] })]
        : [],
    bounds: {
      ...bounds,
      exact: { ...bounds.exact, ...toExact(wish) },
      atMost: { diskBytes, downSeconds: toDownSeconds({ way, memoryBytes }, paces) },
      oneOf: {
        hosts: staysOnHost ? [] : hosts.toSorted(),
        datastores: datastore ? [datastore.id] : [],
      },
    },
    advice: {
      place: ratings.find(({ hostId }) => hostId === move?.host.id),
      ratings: ratings.slice(0, 50),
      moves: line ? [line] : [],
      durationMs: line?.usualMs,
      dataAgeMs: toAgeMs([vm, move?.host, datastore], world.now),
      notes: [
        ...wish.notes,
        ...listNeeded('drover_moves_too', vm, world),
        ...notes,
        ...listNamesakes(vm, world),
      ],
    },
    blockers: [...listMigrateBlockers(wish), ...left],
    reserves: move && {
      ...{ connectionId: vm.connectionId, vms: 0, cpus: 0, memoryBytes: 0, diskBytes: 0 },
      places: [toHeldPlace(KEY, staysOnHost ? { ...move, vm: withoutMemory(vm) } : move, space)],
    },
  };
}

function placeOne({ vm, world, host, datastore }: MigrateWish, way: MoveWay): Placing {
  const approved = world.within?.oneOf.hosts;
  const wished = host ? [host.id] : approved;
  const hostIds =
    wished && new Set(approved ? wished.filter((id) => approved.includes(id)) : wished);
  const { connectionId } = vm;
  const question = {
    ...{ connectionId, vms: [vm], hostIds },
    ...{ datastoreOf: () => datastore, wayOf: () => way },
  };
  const placed = placeMoves(question, world);
  const judged = placed.judged.get(vm.id) ?? [];
  const [left] = placed.left;
  return {
    move: placed.moves[0],
    ratings: rateHostsFor(vm, judged, world),
    left: left ? [toNoHost(vm, judged, host) ?? toLeftNote(left)] : [],
    notes: listMoveNotes(placed),
  };
}

/** With one host wished, what stands against it is the answer. */
function toNoHost(
  { body }: Vm,
  judged: readonly JudgedHost[],
  host: EstateObject<'host'> | undefined,
): PlanNote | undefined {
  const against = host && judged.find((one) => one.host.id === host.id)?.against;
  if (!host || !against || against.length === 0) return undefined;
  return { code: 'vm_cannot_go_there', facts: { vm: body.name, host: host.body.name } };
}
