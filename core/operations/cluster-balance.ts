/**
 * `cluster.balance`: a few moves that bring a cluster nearer to the goal, all or some of those that were proposed.
 *
 * An approval covers these VMs, each to its host. At the start the plan is made anew inside that: what is no longer
 * possible or worth it is left out, and said.
 */
import { z } from 'zod';
import type { EstateObject } from '../inventory/estate-object.ts';
import { scopeOf } from '../inventory/scope-of.ts';
import { toMakespanMs } from '../placement/forecast.ts';
import { type PlacedBalance, placeBalance } from '../placement/place-balance.ts';
import { BALANCE_MOVES_AT_MOST } from '../placement/plan-balance.ts';
import type { Bounds, Effect } from '../plan/bounds.ts';
import type { Plan, PlanNote } from '../plan/plan.ts';
import { listBalanceBlockers } from './balance-blockers.ts';
import {
  type BalanceGroup,
  listClusterVms,
  listMovable,
  listStaying,
  toBalanceGroup,
  whyItStays,
} from './balance-group.ts';
import {
  listFailed,
  listGroupNotes,
  listLeft,
  toChange,
  toDropped,
  toNothing,
} from './balance-notes.ts';
import { forecastPlan } from './forecast-plan.ts';
import {
  EFFECT_OF_WAY,
  hostOf,
  listMoveNotes,
  toHeldPlace,
  toMoveKey,
  toMoveLine,
  toMoveStep,
  toWay,
  type Vm,
} from './move-plan-parts.ts';
import type { Operation, World } from './operation.ts';
import { NO_BOUNDS, toAgeMs, toGonePlan, toTarget } from './plan-parts.ts';

export const CLUSTER_BALANCE = 'cluster.balance';

export const ClusterBalanceInput = z.strictObject({
  clusterId: z.string(),
  /** Of the VMs that are to move; absent: whichever gain most. */
  vmIds: z.array(z.string()).min(1).max(BALANCE_MOVES_AT_MOST).optional(),
  /** By VM, the host that a proposal showed for it: it goes there or nowhere. */
  hostIdOf: z.record(z.string(), z.string()).optional(),
});
export type ClusterBalanceInput = z.infer<typeof ClusterBalanceInput>;

export const clusterBalance: Operation<ClusterBalanceInput> = {
  name: CLUSTER_BALANCE,
  input: ClusterBalanceInput,
  movesVms: true,
  targetIds({ clusterId, vmIds }, index) {
    const cluster = index.get('cluster', clusterId);
    if (vmIds || !cluster) return [clusterId, ...(vmIds ?? [])];
    return [clusterId, ...listClusterVms(cluster, index).map(({ id }) => id)];
  },
  refreshIds: ({ clusterId, vmIds = [] }) => [
    { kind: 'cluster', id: clusterId },
    ...vmIds.map((id) => ({ kind: 'vm', id }) as const),
  ],
  scopeOf({ clusterId }, index) {
    const cluster = index.get('cluster', clusterId);
    return cluster && scopeOf(index, cluster);
  },
  plan(input, world) {
    const cluster = world.index.get('cluster', input.clusterId);
    return cluster
      ? planBalance(cluster, input, world)
      : toGonePlan(CLUSTER_BALANCE, { kind: 'cluster', id: input.clusterId }, world);
  },
};

type Cluster = EstateObject<'cluster'>;

function planBalance(cluster: Cluster, input: ClusterBalanceInput, world: World): Plan {
  const { vmIds } = input;
  const group = toBalanceGroup(cluster, world);
  const blockers = listBalanceBlockers(cluster, group, world);
  if (blockers.length > 0) return toPlan(cluster, { world, group, blockers, notes: [] });
  const approved = world.within && listToMove(world.within, world);
  const { moving, staying } = sortWished(approved ?? vmIds, group, world);
  const placed = placeBalance(
    {
      ...{ connectionId: cluster.connectionId, hosts: group.hosts, vms: moving },
      goal: group.goal,
      ...{ hostIdsOf: toAllowed(world, input), wayOf: (vm) => toWay(vm) },
    },
    world,
  );
  const hostIdOf = approved ? undefined : input.hostIdOf;
  const toUnplaced = () =>
    hostIdOf ? listFailed(placed, moving, { cluster, hostIdOf, world }) : listLeft(placed, moving);
  // Of VMs that nobody named there are hundreds, and nobody asks about each.
  const left = [...staying, ...(vmIds ? toUnplaced() : [])];
  const [refused, dropped] = approved ? [[], left] : [left, []];
  const isNothing = placed.moves.length === 0 && refused.length === 0;
  const waiting = world.doneKeys ? dropped.filter(mayComeToPass) : [];
  const toBlockers = () => {
    if (!isNothing) return refused;
    if (waiting.length > 0) return waiting;
    const all = approved || vmIds ? staying : listStaying(group, world);
    return [toNothing(cluster, { placed, group, staying: all, moving })];
  };
  return toPlan(cluster, {
    ...{ world, group, placed },
    blockers: toBlockers(),
    notes: [...toDropped(dropped), ...dropped],
  });
}

/** At a retry what has moved, by the job or by others, stays where it is, and is no more left out than it is to move. */
function listToMove({ effects, oneOf }: Bounds, world: World): string[] {
  const { doneKeys, index } = world;
  const ids = Object.keys(effects);
  if (!doneKeys) return ids;
  const isThere = (id: string) => {
    const vm = index.get('vm', id);
    const host = vm && hostOf(vm, world);
    return host !== undefined && oneOf[id]?.includes(host.id) === true;
  };
  return ids.filter((id) => !doneKeys.has(toMoveKey({ id })) && !isThere(id));
}

/** Of what is left at a retry: it may go once this is settled. */
function mayComeToPass({ code }: PlanNote): boolean {
  return code !== 'vm_gains_too_little' && code !== 'target_gone';
}

/** Each VM may only go where a proposal showed that it goes, and at a start where that was agreed. */
function toAllowed({ within }: World, { hostIdOf }: ClusterBalanceInput) {
  if (within) return (vmId: string) => within.oneOf[vmId] ?? [];
  return hostIdOf && ((vmId: string) => [hostIdOf[vmId] ?? '']);
}

function sortWished(
  wished: readonly string[] | undefined,
  group: BalanceGroup,
  world: World,
): { moving: Vm[]; staying: PlanNote[] } {
  if (!wished) return { moving: listMovable(group, world), staying: [] };
  const moving: Vm[] = [];
  const staying: PlanNote[] = [];
  for (const id of wished) {
    const vm = world.index.get('vm', id);
    const why = vm ? whyItStays(vm, group.hosts, world) : toGone(id, world);
    if (why) staying.push(why);
    else if (vm) moving.push(vm);
  }
  return { moving, staying };
}

function toGone(id: string, { index }: World): PlanNote {
  const vm = index.goneById('vm', id)?.body.name;
  return { code: 'target_gone', facts: { kind: 'vm', ...(vm !== undefined && { vm, name: vm }) } };
}

interface Balancing {
  readonly world: World;
  readonly group: BalanceGroup;
  readonly placed?: PlacedBalance | undefined;
  readonly blockers: readonly PlanNote[];
  readonly notes: readonly PlanNote[];
}

function toPlan(cluster: Cluster, { world, group, placed, blockers, notes }: Balancing): Plan {
  const { connectionId } = cluster;
  const paces = world.pacesOf(connectionId);
  const moves = (placed?.moves ?? []).flatMap((move) => {
    const from = hostOf(move.vm, world);
    return from ? [{ move, from, way: toWay(move.vm) }] : [];
  });
  const lines = moves.map(({ move, from, way }) => ({
    ...toMoveLine(move, { way, from, paces }),
    starsBefore: move.starsBefore,
  }));
  const steps = moves.map(({ move, from, way }) =>
    toMoveStep(
      { kind: 'move-vm', key: toMoveKey(move.vm), move, way, from },
      { after: move.afterVmIds.map((id) => `move-${id}`), isSparable: true },
    ),
  );
  return {
    operation: CLUSTER_BALANCE,
    targets: [cluster, ...moves.map(({ move }) => move.vm)].map(toTarget),
    steps,
    bounds: toBounds(cluster, moves),
    advice: {
      ...{ ratings: [], moves: lines },
      durationMs: toMakespanMs(forecastPlan(steps, lines, world)),
      dataAgeMs: toAgeMs([cluster, ...group.hosts], world.now),
      notes: [
        ...(placed && moves.length > 0 ? [toChange(placed, group)] : []),
        ...notes,
        ...(placed ? listMoveNotes(placed) : []),
        ...listGroupNotes(cluster, group),
      ],
    },
    blockers,
    reserves: {
      ...{ connectionId, vms: 0, cpus: 0, memoryBytes: 0, diskBytes: 0 },
      places: moves.map(({ move }) => toHeldPlace(toMoveKey(move.vm), move)),
    },
  };
}

/** Each VM to its host; fewer moves are within. */
function toBounds(
  { connectionId, identity, handle }: Cluster,
  moves: readonly Pick<BalanceMove, 'move' | 'way'>[],
): Bounds {
  const effects: Record<string, Effect> = {};
  const hosts: Record<string, readonly string[]> = {};
  for (const { move, way } of moves) {
    effects[move.vm.id] = EFFECT_OF_WAY[way];
    hosts[move.vm.id] = [move.host.id];
  }
  return {
    ...NO_BOUNDS,
    exact: { connection: connectionId, cluster: identity, handle },
    ...{ effects, atMost: { moves: moves.length }, oneOf: hosts },
  };
}

interface BalanceMove {
  readonly move: PlacedBalance['moves'][number];
  readonly way: ReturnType<typeof toWay>;
}
