/** What the exact search need not look at: the best that can still come of it is no better than what is known. */
import type { Budget } from './make-room.ts';
import type { HostNode, RuleNode, Unit } from './move-model.ts';
import { isBroken } from './move-rules.ts';
import { comparePriorities, type MoveState, type Score } from './move-state.ts';
import { BEST_WORTH, worthWith } from './move-worth.ts';

/** What a host costs whose best is looked for, in looks at one for a unit. */
const HOST_STEPS = 0.5;

/** Whether it is hopeless to go on with `units` from the `at`-th, with these priorities left behind. */
export type IsHopeless = (at: number, left: readonly number[]) => boolean;

export interface Searched {
  /** Of which the state holds nothing. */
  readonly units: readonly Unit[];
  /** The hosts that each may choose. */
  readonly choices: readonly (readonly HostNode[])[];
  /** What a bound looks at counts, too. */
  readonly budget: Budget;
}

export function createBounds(
  state: MoveState,
  searched: Searched,
  getBest: () => Score,
): IsHopeless {
  const { units } = searched;
  const moves = sumRest(units.map((unit) => unit.priorities.length));
  const decided = listDecided(state, units);
  const boundWorth = createWorthBound(state, searched);
  return (at, left) => {
    const best = getBest();
    if (left.length !== best.left) return left.length > best.left;
    // No more may be left, so all the rest must find its place.
    const priorities = comparePriorities(sortDown(left), best.leftPriorities);
    if (priorities !== 0) return priorities > 0;
    const leastMoves = state.moves + (moves[at] ?? 0);
    if (leastMoves !== best.moves) return leastMoves > best.moves;
    // No other may move either, so wishes about what is placed already stay as they are.
    const broken = (decided[at] ?? []).filter(isBroken).length;
    if (broken !== best.broken) return broken > best.broken;
    return boundWorth(at, leastMoves, best.worth) <= best.worth;
  };
}

function sortDown(priorities: readonly number[]): readonly number[] {
  return priorities.length < 2 ? priorities : priorities.toSorted((a, b) => b - a);
}

/** Of what each adds: the sum from the `at`-th on. */
function sumRest(each: readonly number[]): number[] {
  const sums = [...each, 0];
  for (let at = each.length - 1; at >= 0; at -= 1) sums[at] = (sums[at] ?? 0) + (sums[at + 1] ?? 0);
  return sums;
}

/** Before the `at`-th unit: the wishes that none of the rest has a part in. */
function listDecided({ model }: MoveState, units: readonly Unit[]): RuleNode[][] {
  const wishes = model.rules.filter(({ rule }) => !rule.isMandatory);
  const lastOf = new Map<RuleNode, number>();
  for (const [at, { vms }] of units.entries())
    for (const { rules } of vms) for (const rule of rules) lastOf.set(rule, at);
  return [...units, undefined].map((_, at) =>
    wishes.filter((wish) => (lastOf.get(wish) ?? -1) < at),
  );
}

/** The most that all targets can be worth in the end, when so many VMs move in all. */
function createWorthBound(
  state: MoveState,
  { units, choices, budget }: Searched,
): (at: number, moves: number, enough: number) => number {
  if (mayConsolidate(state, choices)) return boundEach(state, { units, choices, budget });
  if (!isSteady(state, choices)) return (_at, moves) => moves * BEST_WORTH;
  const findBest = (unit: Unit, at: number) => findBestWorth(state, unit, choices[at] ?? []);
  const rest = sumRest(units.map(findBest));
  return (at, _moves, enough) => {
    const rough = state.worth + (rest[at] ?? 0);
    if (rough <= enough) return rough;
    // As the hosts are by now each of the rest gets less than it did at the beginning.
    let worth = state.worth;
    for (let next = at; next < units.length; next += 1)
      worth += findBest(units[next] as Unit, next);
    return worth;
  };
}

/** Hosts of other groups, to which nothing of it goes, change nothing: their goal is none of its. */
function mayConsolidate({ going }: MoveState, choices: Searched['choices']): boolean {
  const isFull = (host: HostNode | undefined) => host?.goal === 'consolidate';
  return (
    choices.some((hosts) => hosts.some(isFull)) || [...going].some((unit) => isFull(unit.target))
  );
}

/** Stars can only fall as more arrives: so it is where nothing leaves a host that something may enter. */
function isSteady(state: MoveState, choices: Searched['choices']): boolean {
  const sources = findSources(state);
  return !choices.some((hosts) => hosts.some((host) => sources.has(host)));
}

function findSources({ model }: MoveState): ReadonlySet<HostNode> {
  return new Set(model.musts.flatMap(({ vms }) => vms.map(({ host }) => host)));
}

function findBestWorth({ model }: MoveState, unit: Unit, hosts: readonly HostNode[]): number {
  const count = unit.vms.length;
  const cpuMicro = unit.vms.reduce((sum, vm) => sum + vm.cpuMicro, 0);
  let best = 0;
  for (const host of hosts) {
    if (host.usedBytes + unit.bytes - host.looseBytes > host.roomBytes) continue;
    const all = worthWith(host, { bytes: unit.bytes, cpuMicro }, model.problem, 1);
    best = Math.max(best, all * count);
  }
  return best;
}

/**
 * Host by host, as its group's goal is: one that consolidates is worth most when all of the rest comes to it that may, as
 * far as its reserves allow; one that balances is as it stands, unless something may leave it.
 */
function boundEach(state: MoveState, { units, choices, budget }: Searched): (at: number) => number {
  const { problem } = state.model;
  const coming = sumComing(units, choices);
  const sources = findSources(state);
  const findMost = (host: HostNode, at: number) => {
    if (host.goal === 'balance')
      return sources.has(host) ? BEST_WORTH : worthWith(host, NOTHING, problem, 1);
    const { bytes = 0, cpuMicro = 0 } = coming.get(host)?.[at] ?? {};
    const { roomBytes, usedBytes, cpuUsedMicro } = host;
    const cpuRoom = Math.floor(host.cpuMicro * (1 - problem.reserves.cpuReserveShare));
    const free = cpuRoom - (cpuUsedMicro ?? 0);
    // Over its reserve already it may be worth something again once something has left.
    const more = {
      bytes: Math.min(roomBytes - usedBytes, bytes),
      cpuMicro: Math.min(free, cpuMicro),
    };
    return worthWith(host, more, problem, 1);
  };
  return (at) => {
    budget.steps -= coming.size * HOST_STEPS;
    const most = new Map<HostNode, number>();
    for (const host of coming.keys()) most.set(host, findMost(host, at));
    let worth = 0;
    for (const { target, vms } of state.going)
      if (target) worth += vms.length * (most.get(target) ?? BEST_WORTH);
    for (let next = at; next < units.length; next += 1) {
      let best = 0;
      for (const host of choices[next] ?? []) best = Math.max(best, most.get(host) ?? 0);
      worth += best * (units[next]?.vms.length ?? 0);
    }
    return worth;
  };
}

const NOTHING = { bytes: 0, cpuMicro: 0 } as const;

type Sums = { readonly bytes: number; readonly cpuMicro: number }[];

/** For each host: the sum of the units from the `at`-th on that may come to it. */
function sumComing(
  units: readonly Unit[],
  choices: Searched['choices'],
): ReadonlyMap<HostNode, Sums> {
  const sums = new Map<HostNode, Sums>();
  for (const host of new Set(choices.flat())) {
    const mayCome = choices.map((hosts) => new Set(hosts).has(host));
    const sum = (part: 'bytes' | 'cpuMicro') =>
      sumRest(
        units.map(({ vms }, at) =>
          mayCome[at] ? vms.reduce((total, vm) => total + vm[part], 0) : 0,
        ),
      );
    const [bytes, cpuMicro] = [sum('bytes'), sum('cpuMicro')];
    sums.set(
      host,
      bytes.map((value, at) => ({ bytes: value, cpuMicro: cpuMicro[at] ?? 0 })),
    );
  }
  return sums;
}
