/**
 * Which VMs of a group of hosts move so that it comes nearer to the goal: who may go where is judged as for every move.
 *
 * Of a large group the hosts that are furthest from the goal give VMs, and any of it may take them: what a call computes
 * grows with the hosts, not with all their VMs.
 */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { MoveWay } from '../ports/moving.ts';
import { findExtremes, toExcess } from './find-extremes.ts';
import { createSpread } from './imbalance.ts';
import type { MoveProblem } from './move-problem.ts';
import {
  type MovesWorld,
  NOT_ASKED,
  type PlacedMove,
  type PlacedMoves,
  readMoves,
  toPlaced,
} from './place-moves.ts';
import { BALANCE_MOVES_AT_MOST, type BalancePlan, planBalance } from './plan-balance.ts';
import type { PlacementGoal } from './stars.ts';

/** So many hosts give VMs in one plan. */
const GIVERS_AT_MOST = 24;

export interface BalanceQuestion {
  readonly connectionId: string;
  /** That give and take. */
  readonly hosts: readonly EstateObject<'host'>[];
  /** Of that group. */
  readonly goal: PlacementGoal;
  /** That may move, all of them on one of the hosts. */
  readonly vms: readonly EstateObject<'vm'>[];
  /** Drover ids of the hosts to which each may go; absent: any of them. */
  readonly hostIdsOf?: ((vmId: string) => readonly string[]) | undefined;
  readonly wayOf: (vm: EstateObject<'vm'>) => MoveWay;
}

export interface PlacedBalance
  extends Pick<BalancePlan, 'before' | 'after' | 'listLeft'>,
    Pick<PlacedMoves, 'brokenWishes'> {
  /** In the order in which they begin, with the stars of the host that each leaves, as it is now. */
  readonly moves: readonly (PlacedMove & { readonly starsBefore: number })[];
  /** Of VMs that were about to be chosen and may not go, says their platform. */
  readonly forbiddenIds: ReadonlySet<string>;
}

export function placeBalance(
  { hosts, goal, hostIdsOf, ...question }: BalanceQuestion,
  world: MovesWorld,
): PlacedBalance {
  const hostIds = new Set(hosts.map(({ id }) => id));
  // Of VMs that nobody named there are many: their platform's word is looked up for the few that are about to be chosen.
  const { answerOf } = world;
  const isNamed = question.vms.length <= BALANCE_MOVES_AT_MOST;
  const ground = isNamed ? world : { ...world, answerOf: NOT_ASKED };
  const { problem } = readMoves({ ...question, hostIds }, ground);
  const forbiddenIds = new Set<string>();
  const plan = planBalance(hostIdsOf ? narrow(problem, hostIdsOf) : problem, {
    ...{ hostIds, goal },
    mayGo(vmId, hostId) {
      const isForbidden = (answerOf(vmId, hostId)?.against ?? []).length > 0;
      if (isForbidden) forbiddenIds.add(vmId);
      return !isForbidden;
    },
  });
  const { before, after, listLeft, brokenWishes, starsBefore } = plan;
  const fromOf = new Map(plan.moves.map(({ vmId, fromHostId }) => [vmId, fromHostId]));
  const { moves } = toPlaced({ ...plan, left: [] }, question.vms, world);
  return {
    ...{ before, after, listLeft, brokenWishes, forbiddenIds },
    moves: moves.map((move) => ({
      ...move,
      starsBefore: starsBefore.get(fromOf.get(move.vm.id) ?? '') ?? 0,
    })),
  };
}

function narrow(
  problem: MoveProblem,
  hostIdsOf: NonNullable<BalanceQuestion['hostIdsOf']>,
): MoveProblem {
  const vms = problem.vms.map((vm) => {
    const allowed = new Set(hostIdsOf(vm.id));
    const isAllowed = (at: number) => allowed.has(problem.hosts[at]?.id ?? '');
    return { ...vm, candidates: vm.candidates.filter(isAllowed) };
  });
  return { ...problem, vms };
}

/** The hosts whose VMs are worth looking at: all of a usual group. */
export function findGivers(
  hosts: readonly EstateObject<'host'>[],
  goal: PlacementGoal,
): EstateObject<'host'>[] {
  const spread = createSpread(
    hosts.map(({ body }) => ({
      cpuShare: body.cpuUsedShare,
      memoryShare: (body.memoryUsedBytes ?? 0) / Math.max(1, body.memoryBytes ?? 1),
    })),
  );
  const places = hosts.map((host, at) => ({ host, at }));
  const excess = toExcess(spread, hosts.length, goal);
  return findExtremes(places, excess, { sign: 1, count: GIVERS_AT_MOST }).map(({ host }) => host);
}
