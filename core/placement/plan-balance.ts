/**
 * A few moves that bring hosts nearer to the goal: evenly loaded, or as few of them loaded as possible.
 *
 * Greedy, by what each move gains; a move that gains little is not made. A host gives or takes in one plan, never both:
 * so no move waits for another, one that fails holds up none, and any part of the plan fits by itself. Capacity, reserves
 * and rules hold as in every plan of moves. The same problem gets the same plan, in whatever order its parts are listed.
 *
 * It counts looks at a VM on a host and not seconds, so that a call has a worst case whatever the machine.
 */
import { chainMoves } from './chain-moves.ts';
import { explainLeft } from './explain-left.ts';
import { type Excess, findExtremes, toExcess } from './find-extremes.ts';
import {
  createSpread,
  type Imbalance,
  type LoadShares,
  type Spread,
  toDistance,
} from './imbalance.ts';
import { buildModel, type HostNode, type Unit } from './move-model.ts';
import type { LeftVm, MovePlan, MoveProblem } from './move-problem.ts';
import { createMoveState, type MoveState } from './move-state.ts';
import { toRating } from './move-worth.ts';
import { orderMoves } from './order-moves.ts';
import { type PlacementGoal, rateShares, toStars } from './stars.ts';
import { mayRun } from './swap-targets.ts';

/** More are asked for anew, by what the first have changed. */
export const BALANCE_MOVES_AT_MOST = 20;
/** What its VM must gain by a move: half a star, between the host that it leaves and the one that has it then. */
const RATING_MARGIN = 0.1;
/** What a move must take of the share that two of the hosts have in the distance from the goal, on average. */
const DISTANCE_MARGIN = 0.02;
/** Looks at a VM on a host. */
const STEPS = 60_000;
/** So many hosts that could give and take are looked at first, and where that finds nothing. */
const REACHES = [
  { sources: 12, targets: 8 },
  { sources: 24, targets: 24 },
] as const;

export interface BalancePlan extends Omit<MovePlan, 'left'> {
  readonly before: Imbalance;
  readonly after: Imbalance;
  /** Stars of a host as it is now, by its id. */
  readonly starsBefore: ReadonlyMap<string, number>;
  /** Why each of the others stays. `no_gain`: it could move, and would gain too little. */
  listLeft(): readonly LeftInBalance[];
}

export type LeftInBalance = Omit<LeftVm, 'why'> & { readonly why: LeftVm['why'] | 'no_gain' };

export interface BalanceBounds {
  /** Of the hosts that are to be brought nearer to the goal; no other gives or takes. */
  readonly hostIds: ReadonlySet<string>;
  /** Of all of them. */
  readonly goal: PlacementGoal;
  /** Asked last of all, and besides what the candidates say. */
  readonly mayGo?: ((vmId: string, hostId: string) => boolean) | undefined;
}

export function planBalance(
  problem: MoveProblem,
  { hostIds, goal, mayGo = () => true }: BalanceBounds,
): BalancePlan {
  const state = createMoveState(buildModel(problem));
  const hosts = state.model.byIndex
    .filter(({ id }) => hostIds.has(id))
    .toSorted((a, b) => a.rank - b.rank);
  const before = measure(hosts).measure();
  const starsBefore = new Map(hosts.map((host) => [host.id, toStars(toRating(host, problem))]));
  const margin =
    (DISTANCE_MARGIN * 2 * toDistance(before, goal, hosts.length)) / Math.max(2, hosts.length);
  const climb = { state, hosts, goal, margin, mayGo, budget: { steps: STEPS } };
  while (state.moves < BALANCE_MOVES_AT_MOST && goOn(climb));
  return {
    ...{ before, after: measure(hosts).measure(), starsBefore },
    moves: chainMoves(orderMoves(state).order).map(({ vm, target, after }) => ({
      ...{ vmId: vm.vm.id, fromHostId: vm.host.id, toHostId: target.id },
      stars: toStars(toRating(target, problem)),
      afterVmIds: after.map((other) => other.vm.id),
    })),
    listLeft: () => explainLeft(state).map(toLeft),
    brokenWishes: [],
  };
}

/** One that a host with room for it might take, and that no rule keeps away from there. */
function toLeft(left: LeftVm): LeftInBalance {
  const { vmId, why, rule } = left;
  return why === 'rule' && rule === undefined ? { vmId, why: 'no_gain' } : left;
}

interface Climb {
  readonly state: MoveState;
  /** By rank. */
  readonly hosts: readonly HostNode[];
  readonly goal: PlacementGoal;
  readonly margin: number;
  readonly mayGo: NonNullable<BalanceBounds['mayGo']>;
  readonly budget: { steps: number };
}

/** Makes the move that gains most; answers false where none gains enough. */
function goOn(climb: Climb): boolean {
  const spread = measure(climb.hosts);
  const excess = toExcess(spread, climb.hosts.length, climb.goal);
  for (const reach of REACHES) {
    const best = findBest(climb, { spread, excess, reach });
    if (!best) continue;
    climb.state.send(best.unit, best.host);
    return true;
  }
  return false;
}

interface Look {
  readonly spread: Spread;
  readonly excess: Excess;
  readonly reach: (typeof REACHES)[number];
}

function findBest(
  { state, hosts, goal, margin, mayGo, budget }: Climb,
  { spread, excess, reach }: Look,
): { unit: Unit; host: HostNode } | undefined {
  const places = hosts.map((host, at) => ({ host, at }));
  const givers = places.filter(({ host }) => host.arriving === 0 && host.residents);
  const takers = places.filter(({ host }) => host.leaving === 0);
  const sources = findExtremes(givers, excess, { sign: 1, count: reach.sources });
  const targets = findExtremes(takers, excess, { sign: -1, count: reach.targets });
  const now = toDistance(spread.measure(), goal, hosts.length);
  let best: { unit: Unit; host: HostNode; distance: number } | undefined;
  for (const from of sources) {
    const rating = toRating(from.host, state.model.problem);
    for (const unit of from.host.residents ?? []) {
      if (!mayLeave(unit, from.host, state)) continue;
      const load = toLoad(unit);
      const without = { at: from.at, shares: toShares(from.host, load, -1) };
      for (const to of targets) {
        budget.steps -= 1;
        if (budget.steps < 0) return best;
        if (to === from || !state.fits(unit, to.host)) continue;
        const shares = toShares(to.host, load, 1);
        if (!isGain(shares, to.host, { rating, state })) continue;
        const changed = [without, { at: to.at, shares }];
        const distance = toDistance(spread.measure(changed), goal, hosts.length);
        if (distance >= now || now - distance < margin) continue;
        if (best && distance >= best.distance) continue;
        const mayAllGo = () => unit.vms.every(({ vm }) => mayGo(vm.id, to.host.id));
        if (mayRun(unit, to.host) && keepsWishes(state, unit, to.host) && mayAllGo())
          best = { unit, host: to.host, distance };
      }
    }
  }
  return best;
}

/** All of it is there, and it has not been given a place yet. */
function mayLeave(unit: Unit, host: HostNode, { moves }: MoveState): boolean {
  return (
    !unit.target &&
    moves + unit.vms.length <= BALANCE_MOVES_AT_MOST &&
    unit.vms.every((vm) => vm.host === host)
  );
}

/** Its VMs gain enough by standing there, and no reserve is taken. */
function isGain(
  there: LoadShares,
  { goal }: HostNode,
  { rating, state }: { readonly rating: number; readonly state: MoveState },
): boolean {
  const { reserves } = state.model.problem;
  if ((there.cpuShare ?? 0) > 1 - reserves.cpuReserveShare) return false;
  return rateShares(there, reserves, goal) - rating >= RATING_MARGIN;
}

interface Load {
  readonly bytes: number;
  readonly cpuMicro: number;
}

function toLoad({ bytes, vms }: Unit): Load {
  return { bytes, cpuMicro: vms.reduce((sum, vm) => sum + vm.cpuMicro, 0) };
}

/** A wish that is kept now is kept afterwards. */
function keepsWishes(state: MoveState, unit: Unit, host: HostNode): boolean {
  if (unit.isPlain) return true;
  const { broken } = state;
  state.send(unit, host);
  const isKept = state.broken <= broken && state.unsound === 0;
  state.keep(unit);
  return isKept;
}

const NOTHING: Load = { bytes: 0, cpuMicro: 0 };

function toShares(host: HostNode, { bytes, cpuMicro }: Load, by: 1 | -1): LoadShares {
  const { usedBytes, memoryBytes, cpuUsedMicro } = host;
  return {
    memoryShare: (usedBytes + by * bytes) / Math.max(1, memoryBytes),
    cpuShare:
      cpuUsedMicro === undefined ? undefined : (cpuUsedMicro + by * cpuMicro) / host.cpuMicro,
  };
}

function measure(hosts: readonly HostNode[]): Spread {
  return createSpread(hosts.map((host) => toShares(host, NOTHING, 1)));
}
