/** Builds a plan and makes it better until nothing helps or its steps are used up. */
import {
  type Budget,
  chooseHost,
  findPlace,
  mayYield,
  pickBest,
  type RoomQuestion,
} from './make-room.ts';
import type { HostNode, Unit } from './move-model.ts';
import { compareScores, type MoveState } from './move-state.ts';
import { findStuck } from './order-moves.ts';
import { copyTargets, restore, searchExactly } from './search-exactly.ts';
import { swapAll } from './swap-targets.ts';

/** A step looks at one unit on one host: all of them are about 30 ms of computing. */
const STEPS = 120_000;
/** Up to so many units all ways are tried, so far as these steps go. */
const EXACT_UNITS = 12;
const EXACT_STEPS = 200_000;
/** Else so many at a time. */
const WINDOW = 5;
const WINDOW_STEPS = 3_000;
const WINDOW_HOSTS = 8;
const PUSH_HOSTS = 6;
const DEPTHS = [1, 2, 3];

export function improvePlan(state: MoveState): void {
  const budget: Budget = { steps: STEPS };
  placeAll(state, budget);
  if (state.score().left > 0) placeTightly(state, budget);
  for (const unit of state.model.musts) if (!unit.target) placeByChain(state, unit, budget);
  const { musts } = state.model;
  // One move of one VM, to the best host of all: a group may still do as well by staying with its others.
  if (musts.length === 1 && state.moves === 1) return;
  polish(state, budget);
  if (musts.length <= EXACT_UNITS) {
    const own = { steps: EXACT_STEPS };
    const units = musts.toSorted(byWeight);
    searchExactly(state, { units, hosts: Number.POSITIVE_INFINITY, budget: own });
    if (own.steps >= 0) return;
  }
  while (budget.steps > 0 && (searchWindows(state, budget) || polish(state, budget)));
}

/** What has the fewest ways to be placed first: groups, then what has wishes or rules, then the largest. */
function byWeight(a: Unit, b: Unit): number {
  const toRules = ({ vms }: Unit) => vms.reduce((sum, { rules }) => sum + rules.length, 0);
  return b.vms.length - a.vms.length || toRules(b) - toRules(a) || b.bytes - a.bytes;
}

/** Each in turn to where the plan gets best. */
function placeAll(state: MoveState, budget: Budget): void {
  for (const unit of state.model.musts) placeOne(state, unit, { tightly: false, budget });
}

function placeOne(
  state: MoveState,
  unit: Unit,
  question: Pick<RoomQuestion, 'tightly' | 'budget'>,
): void {
  const host = chooseHost(state, unit, question);
  if (!host) return;
  state.send(unit, host);
  if (findStuck(state).length > 0) state.keep(unit);
}

/** The largest first, each where it leaves the least free; kept if more find a place so. */
function placeTightly(state: MoveState, budget: Budget): void {
  attempt(state, state.model.musts, () => {
    for (const unit of state.model.musts) state.keep(unit);
    const largest = state.model.musts.toSorted((a, b) => b.bytes - a.bytes);
    for (const unit of largest) placeOne(state, unit, { tightly: true, budget });
  });
}

/** Chains of those that move anyway come first, then others make room, at last it takes the place of a lesser one. */
function placeByChain(state: MoveState, unit: Unit, budget: Budget): void {
  const ways = [
    { mayMoveOthers: false, mayTake: false },
    { mayMoveOthers: true, mayTake: false },
    { mayMoveOthers: true, mayTake: true },
  ];
  for (const way of ways) {
    for (const depth of DEPTHS) {
      const question = { ...way, depth, budget, tightly: true };
      if (attemptChain(state, unit, question)) return;
    }
  }
}

/** Sends single units elsewhere, then swaps two, while that helps. Answers whether anything did. */
function polish(state: MoveState, budget: Budget): boolean {
  let isBetter = false;
  for (let helped = true; helped && budget.steps > 0; ) {
    helped = false;
    for (const unit of [...state.going]) helped = sendElsewhere(state, unit, budget) || helped;
    helped = swapAll(state, budget) || helped;
    if (!helped) helped = pushAll(state, budget);
    isBetter ||= helped;
  }
  return isBetter;
}

function sendElsewhere(state: MoveState, unit: Unit, budget: Budget): boolean {
  return attempt(state, [unit], () => {
    state.keep(unit);
    if (!unit.mustLeave && unit.vms.every(({ host }) => state.isSound(host))) return;
    const host = chooseHost(state, unit, { tightly: false, budget });
    if (host) state.send(unit, host);
  });
}

/** Sends each to the hosts that would be best for it, and who is in its way there elsewhere. */
function pushAll(state: MoveState, budget: Budget): boolean {
  const question = { depth: 2, budget, tightly: false, mayMoveOthers: false, mayTake: false };
  let helped = false;
  for (const unit of state.model.musts) {
    if (!unit.target) continue;
    for (const host of listBest(state, unit, budget)) {
      if (budget.steps <= 0) return helped;
      if (host !== unit.target) helped = attemptChain(state, unit, question, host) || helped;
    }
  }
  return helped;
}

/** Answers whether what was done made the plan better; if not, these units are where they were. */
function attempt(state: MoveState, units: readonly Unit[], change: () => void): boolean {
  const before = state.score();
  const targets = units.map(({ target }) => target);
  change();
  if (
    state.unsound === 0 &&
    compareScores(state.score(), before) < 0 &&
    findStuck(state).length === 0
  )
    return true;
  for (const unit of units) state.keep(unit);
  for (const [at, unit] of units.entries()) {
    const target = targets[at];
    if (target) state.send(unit, target);
  }
  return false;
}

function attemptChain(
  state: MoveState,
  unit: Unit,
  question: RoomQuestion,
  wished?: HostNode,
): boolean {
  const before = { score: state.score(), targets: copyTargets(state) };
  const isPlaced = findPlace(state, unit, question, wished);
  if (isPlaced && compareScores(state.score(), before.score) < 0 && findStuck(state).length === 0)
    return true;
  if (isPlaced) restore(state, before.targets);
  return false;
}

/** Hosts by what it gains there, as if it were nowhere yet. */
function listBest(state: MoveState, unit: Unit, budget: Budget): HostNode[] {
  const { target } = unit;
  const candidates = unit.listCandidates();
  budget.steps -= candidates.length;
  state.keep(unit);
  const best = pickBest(candidates, PUSH_HOSTS, (host) =>
    mayYield(state, unit, host) ? state.gainOf(unit, host) : Number.NEGATIVE_INFINITY,
  );
  if (target) state.send(unit, target);
  return best;
}

/** Neighbours by target host, some at a time: all ways to place those. */
function searchWindows(state: MoveState, budget: Budget): boolean {
  const rank = ({ target }: Unit) => target?.rank ?? -1;
  const units = state.model.musts.toSorted((a, b) => rank(a) - rank(b));
  let helped = false;
  for (let at = 0; at < units.length && budget.steps > 0; at += WINDOW - 2) {
    const own = { steps: WINDOW_STEPS };
    const window = units.slice(at, at + WINDOW);
    helped = searchExactly(state, { units: window, hosts: WINDOW_HOSTS, budget: own }) || helped;
    budget.steps -= WINDOW_STEPS - Math.max(0, own.steps);
  }
  return helped;
}
