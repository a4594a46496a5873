/**
 * Finds a host for a unit, if need be by sending others on: a chain of a few, each to where it fits.
 *
 * First come those that move anyway; VMs that could stay are moved where nothing else helps.
 */
import type { HostNode, Unit } from './move-model.ts';
import type { MoveState } from './move-state.ts';

/** How many hosts, and how many units on each, a chain is tried with. */
const HOSTS = 10;
const VICTIMS = 8;

export interface Budget {
  /** Looks at one unit on one host that are left. A count, not a time: the same problem always gets the same plan. */
  steps: number;
}

export interface RoomQuestion {
  /** How many in a chain give way. */
  readonly depth: number;
  /** Whether VMs that need not leave may be moved. */
  readonly mayMoveOthers: boolean;
  /** Tightest first leaves the large holes; otherwise where the plan gets best. */
  readonly tightly: boolean;
  readonly budget: Budget;
}

/**
 * Sends the unit somewhere, or to `wished`, and others on as needed. Leaves all as it was, and answers false, when there
 * is no place.
 */
export function findPlace(
  state: MoveState,
  unit: Unit,
  question: RoomQuestion,
  wished?: HostNode,
): boolean {
  const journal: { unit: Unit; was: HostNode | undefined }[] = [];
  const locked = new Set<Unit>();

  const put = (one: Unit, host: HostNode | undefined) => {
    journal.push({ unit: one, was: one.target });
    state.keep(one);
    if (host) state.send(one, host);
  };
  const takeBack = (mark: number) => {
    while (journal.length > mark) {
      const last = journal.pop();
      if (!last) return;
      state.keep(last.unit);
      if (last.was) state.send(last.unit, last.was);
    }
  };
  const place = (one: Unit, depth: number): boolean => {
    if (!one.mustLeave && one.vms.every(({ host }) => state.isSound(host))) return true;
    const direct = chooseHost(state, one, question);
    if (direct) put(one, direct);
    if (direct) return true;
    if (depth === 0) return false;
    locked.add(one);
    const hosts = listShort(state, one, question.budget);
    if (hosts.some((host) => press(one, host, depth))) return true;
    locked.delete(one);
    return false;
  };
  const press = (one: Unit, host: HostNode, depth: number): boolean => {
    const mark = journal.length;
    put(one, host);
    if (relieve(host, depth)) return true;
    takeBack(mark);
    return false;
  };
  const relieve = (host: HostNode, depth: number): boolean => {
    if (state.isSound(host)) return true;
    if (depth === 0 || question.budget.steps <= 0) return false;
    for (const victim of listVictims(host, locked, question.mayMoveOthers)) {
      const mark = journal.length;
      if (victim.target) put(victim, undefined);
      if (place(victim, depth - 1) && relieve(host, depth - 1)) return true;
      takeBack(mark);
    }
    return false;
  };
  if (!wished) return place(unit, question.depth);
  locked.add(unit);
  return press(unit, wished, question.depth);
}

/** The best host on which it fits as all stands. */
export function chooseHost(
  state: MoveState,
  unit: Unit,
  { tightly, budget }: Pick<RoomQuestion, 'tightly' | 'budget'>,
): HostNode | undefined {
  const candidates = unit.listCandidates();
  budget.steps -= candidates.length;
  let best: HostNode | undefined;
  let bestGain = Number.NEGATIVE_INFINITY;
  for (const host of candidates) {
    if (!state.fits(unit, host)) continue;
    const gain = tightly ? host.usedBytes - host.roomBytes : state.gainOf(unit, host);
    if (gain <= bestGain) continue;
    best = host;
    bestGain = gain;
  }
  return best;
}

/** The `count` hosts that promise most as all stands; of equals the first. */
export function pickBest(
  hosts: readonly HostNode[],
  count: number,
  promise: (host: HostNode) => number,
): HostNode[] {
  const best: { host: HostNode; gain: number }[] = [];
  for (const host of hosts) {
    const gain = promise(host);
    const worst = best.length < count ? undefined : best.at(-1);
    if (gain === Number.NEGATIVE_INFINITY || (worst && gain <= worst.gain)) continue;
    if (worst) best.pop();
    const at = best.findIndex((other) => other.gain < gain);
    best.splice(at < 0 ? best.length : at, 0, { host, gain });
  }
  return best.map(({ host }) => host);
}

/** Hosts on which little is missing first. */
function listShort(state: MoveState, unit: Unit, budget: Budget): HostNode[] {
  const candidates = unit.listCandidates();
  budget.steps -= candidates.length;
  return pickBest(candidates, HOSTS, (host) =>
    mayYield(state, unit, host) ? host.roomBytes - host.usedBytes : Number.NEGATIVE_INFINITY,
  );
}

/** Whether it has room there, or somebody could give way. */
export function mayYield(state: MoveState, unit: Unit, host: HostNode): boolean {
  return (host.guests?.size ?? 0) > 0 || state.couldFit(unit, host);
}

/** Who could give way: the smallest whose going is enough, then the larger ones, then those that are not enough alone. */
function listVictims(host: HostNode, locked: ReadonlySet<Unit>, mayMoveOthers: boolean): Unit[] {
  const missing = host.usedBytes - host.roomBytes;
  const others = mayMoveOthers
    ? (host.residents ?? []).filter((unit) => !unit.mustLeave && !unit.target)
    : [];
  const toOrder = ({ bytes }: Unit) => (bytes >= missing ? bytes : 2 ** 53 - bytes);
  return [...(host.guests ?? []), ...others]
    .filter((unit) => !locked.has(unit) && unit.listCandidates().length > 0)
    .sort((a, b) => Number(!!b.target) - Number(!!a.target) || toOrder(a) - toOrder(b))
    .slice(0, VICTIMS);
}
