/**
 * `host.maintenance.exit`: the host takes VMs again, and with the wish to move back, those come back that Drover had moved
 * away from it and that still stand where they can.
 */
import { z } from 'zod';
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import { scopeOf } from '../inventory/scope-of.ts';
import { toMakespanMs } from '../placement/forecast.ts';
import { type PlacedMoves, placeMoves } from '../placement/place-moves.ts';
import type { Effect } from '../plan/bounds.ts';
import type { Json, Plan, PlanNote, PlannedStep } from '../plan/plan.ts';
import { forecastPlan } from './forecast-plan.ts';
import {
  EFFECT_OF_WAY,
  hostOf,
  listTieBlockers,
  listWishNotes,
  toHeldPlace,
  toLeftNote,
  toMoveKey,
  toMoveLine,
  toMoveStep,
  toWay,
  type Vm,
} from './move-plan-parts.ts';
import type { Operation, World } from './operation.ts';
import { findConnection } from './parts-blockers.ts';
import {
  listConnectionBlockers,
  listNeeded,
  listViewBlockers,
  listVmBlockers,
  NO_BOUNDS,
  toAgeMs,
  toGonePlan,
  toTarget,
} from './plan-parts.ts';
import { toOwnEffect, toOwnWay } from './platform-evacuation.ts';
import { findFailBack, listBackNotes, listDrained, toFailBackStep } from './platform-return.ts';

export const HostExitInput = z.strictObject({
  hostId: z.string(),
  movesBack: z.boolean(),
});
export type HostExitInput = z.infer<typeof HostExitInput>;

export const HOST_MAINTENANCE_EXIT = 'host.maintenance.exit';

export const hostMaintenanceExit: Operation<HostExitInput> = {
  name: HOST_MAINTENANCE_EXIT,
  input: HostExitInput,
  targetIds: ({ hostId }) => [hostId],
  refreshIds: ({ hostId }) => [{ kind: 'host', id: hostId }],
  scopeOf({ hostId }, index) {
    const host = index.get('host', hostId);
    return host && scopeOf(index, host);
  },
  plan(input, world) {
    const host = world.index.get('host', input.hostId);
    return host
      ? planExit(host, input, world)
      : toGonePlan(HOST_MAINTENANCE_EXIT, { kind: 'host', id: input.hostId }, world);
  },
};

/** A VM that comes back, and the host on which it stands now. */
interface Returning {
  readonly vm: Vm;
  readonly from: EstateObject<'host'>;
}

function planExit(host: EstateObject<'host'>, { movesBack }: HostExitInput, world: World): Plan {
  const away = world.movedFrom(host.id) ?? [];
  const back = weighReturn(host, movesBack, world);
  const { drain, drained, moves, own, placed } = back;
  const effects: Record<string, Effect> = {};
  for (const { move, way } of own) effects[move.vm.id] = EFFECT_OF_WAY[way];
  if (drain) for (const vm of drained) effects[vm.id] = toOwnEffect(vm, drain);
  const input = { host: toRef(host), hostId: host.id, name: host.body.name } as unknown as Json;
  const paces = world.pacesOf(host.connectionId);
  const lines = moves.map(({ move, from, way }) => toMoveLine(move, { way, from, paces }));
  const steps: PlannedStep[] = [
    drained.length > 0
      ? toFailBackStep(host, drained)
      : { key: 'unmark-host', kind: 'unmark-host', version: 1, input, after: [] },
    ...own.map(({ move, from, way }) =>
      toMoveStep(
        { kind: 'move-vm', key: toMoveKey(move.vm), move, way, from },
        { after: ['unmark-host'], isSparable: true },
      ),
    ),
  ];
  return {
    operation: HOST_MAINTENANCE_EXIT,
    targets: [host, ...drained, ...own.map(({ move }) => move.vm)].map(toTarget),
    steps,
    bounds: {
      ...NO_BOUNDS,
      exact: { connection: host.connectionId, host: host.identity, handle: host.handle },
      effects,
      atMost: { moves: drained.length + own.length },
      oneOf: { hosts: movesBack ? [host.id] : [] },
    },
    advice: {
      ratings: [],
      moves: lines,
      durationMs: toMakespanMs(forecastPlan(steps, lines, world)),
      dataAgeMs: toAgeMs([host, ...back.vms], world.now),
      notes: [
        ...listBackNotes(host, drained, { drain, world }),
        ...back.notes,
        ...placed.left.map(toLeftNote),
        ...own.flatMap(({ move }) => listNeeded('drover_moves_too', move.vm, world)),
        ...toLaterNotes(host, own.length),
        ...listWishNotes(placed),
        ...(movesBack || away.length === 0
          ? []
          : [
              {
                code: 'vms_stay_away',
                facts: { count: away.length, host: host.body.name },
              } as const,
            ]),
      ],
    },
    blockers: [...listBlockers(host, world), ...drained.flatMap((vm) => listBusy(vm, world))],
    reserves: {
      ...{ connectionId: host.connectionId, vms: 0, cpus: 0, memoryBytes: 0, diskBytes: 0 },
      places: moves.map(({ move, isOwn }) =>
        toHeldPlace(isOwn ? toMoveKey(move.vm) : 'unmark-host', move),
      ),
    },
  };
}

/** Who comes back, by whose hand, and where there is room for it. */
function weighReturn(host: EstateObject<'host'>, movesBack: boolean, world: World) {
  const drain = movesBack ? findFailBack(host, world) : undefined;
  const drained = drain ? listDrained(host, world) : [];
  const drainedIds = new Set(drained.map(({ id }) => id));
  const { returning, notes } = movesBack
    ? sortAway(host, world, drainedIds)
    : { returning: [], notes: [] };
  const all = [...returning, ...listRunning(drained, world)];
  const placed = placeBack(host, all, world);
  const fromOf = new Map(all.map(({ vm, from }) => [vm.id, from]));
  const moves = placed.moves.flatMap((move) => {
    const from = fromOf.get(move.vm.id);
    const isOwn = !drainedIds.has(move.vm.id);
    const way = drain && !isOwn ? toOwnWay(move.vm, drain) : toWay(move.vm);
    return from ? [{ move, from, way, isOwn }] : [];
  });
  const own = moves.filter(({ isOwn }) => isOwn);
  return { drain, drained, moves, own, placed, notes, vms: all.map(({ vm }) => vm) };
}

/** Of those that the platform brings back, who takes room there. */
function listRunning(drained: readonly Vm[], world: World): Returning[] {
  return drained.flatMap((vm) => {
    const from = hostOf(vm, world);
    return from && vm.body.power === 'on' ? [{ vm, from }] : [];
  });
}

/** Whoever asks the platform before the mark is gone hears of the mark alone. */
function toLaterNotes({ body }: EstateObject<'host'>, count: number): PlanNote[] {
  return count > 0 ? [{ code: 'moves_asked_later', facts: { host: body.name, count } }] : [];
}

/**
 * Its mark goes in the same job, so that neither the platform's nor Drover's stands in the way back, nor what the
 * platform said of it while it was marked.
 */
function placeBack(
  host: EstateObject<'host'>,
  returning: readonly Returning[],
  world: World,
): PlacedMoves {
  const closedHostIds = new Set([...world.closedHostIds].filter((id) => id !== host.id));
  return placeMoves(
    {
      ...{ connectionId: host.connectionId, hostIds: new Set([host.id]) },
      ...{ vms: returning.map(({ vm }) => vm), wayOf: (vm) => toWay(vm) },
    },
    { ...world, closedHostIds, opensHostId: host.id, answerOf: () => undefined },
  );
}

/** Who of those that were moved away Drover can move back, and who not. */
function sortAway(host: EstateObject<'host'>, world: World, drainedIds: ReadonlySet<string>) {
  const returning: Returning[] = [];
  const notes: PlanNote[] = [];
  for (const { vmIdentity, name } of world.movedFrom(host.id) ?? []) {
    const [vm, ...twins] = world.index.byIdentity(host.connectionId, 'vm', vmIdentity);
    if (vm && drainedIds.has(vm.id)) continue;
    const from = vm && hostOf(vm, world);
    const why = vm ? toReason(vm, world, twins.length > 0) : 'gone';
    if (vm && from && why === undefined) {
      if (from.id !== host.id) returning.push({ vm, from });
    } else notes.push({ code: 'vm_not_moved_back', facts: { vm: name, why: why ?? 'place' } });
  }
  return { returning, notes };
}

/** A VM that is off by now is left where it is: whoever starts it decides where. */
function toReason(vm: Vm, world: World, isTwin: boolean): string | undefined {
  if (isTwin) return 'twin';
  if (vm.body.power !== 'on') return vm.body.power;
  if (listTieBlockers(vm).length > 0) return 'tied';
  return listVmBlockers(vm, world).length > 0 ? 'busy' : undefined;
}

/** All of them come at once: one that another job changes stands in the way. */
function listBusy(vm: Vm, world: World): PlanNote[] {
  const job = world.busyWith(vm.id);
  if (job === undefined) return [];
  return [{ code: 'another_job_changes_it', facts: { vm: vm.body.name, job: `J-${job}` } }];
}

function listBlockers(host: EstateObject<'host'>, world: World): PlanNote[] {
  const { body, connectionId } = host;
  const blockers = [
    ...listConnectionBlockers(connectionId, world),
    ...listViewBlockers(host, world),
  ];
  const connection = findConnection(host, world);
  if (connection && !connection.maintenance) {
    const facts = { connection: connectionId, what: HOST_MAINTENANCE_EXIT };
    return [...blockers, { code: 'connection_cannot', facts }];
  }
  // One that is still entering shows no mark of its own on every platform: Drover's counts as well.
  if (!body.inMaintenance && !world.closedHostIds.has(host.id))
    blockers.push({ code: 'host_not_in_maintenance', facts: { host: body.name } });
  const job = world.busyWith(host.id);
  if (job !== undefined)
    blockers.push({ code: 'another_job_changes_it', facts: { vm: body.name, job: `J-${job}` } });
  return blockers;
}
