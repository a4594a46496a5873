/**
 * Tries every placing of some units, the promising first, and leaves the best that it met.
 *
 * Depth first with bounds: what cannot be better than the best so far is not looked at. With enough steps the answer is
 * proven to be the best for these units; without, it is the best of those seen, and never worse than before.
 */
import type { Budget } from './make-room.ts';
import type { HostNode, Unit } from './move-model.ts';
import { compareScores, type MoveState } from './move-state.ts';
import { findStuck } from './order-moves.ts';
import { createBounds } from './search-bounds.ts';

/** What it costs to send a unit and to take it back, in looks at a host. */
const SEND_STEPS = 8;

export interface ExactQuestion {
  /** That must leave. */
  readonly units: readonly Unit[];
  /** So many hosts for each, the best as all stands without them, and that to which it goes now. */
  readonly hosts: number;
  readonly budget: Budget;
}

/** Answers whether it got better. */
export function searchExactly(state: MoveState, question: ExactQuestion): boolean {
  const { units, budget } = question;
  const before = state.score();
  let best = { score: before, targets: copyTargets(state) };
  const choices = narrow(state, question);
  const hopeless = createBounds(state, { units, choices, budget }, () => best.score);
  const left = listOutside(state, units);

  const finish = () => {
    budget.steps -= SEND_STEPS;
    if (budget.steps < 0 || hopeless(units.length, left)) return;
    const obstacles = findObstacles(state);
    if (obstacles.length > 0) return help(obstacles);
    const score = state.score();
    if (compareScores(score, best.score) < 0) best = { score, targets: copyTargets(state) };
  };
  const help = (obstacles: readonly HostNode[]) => {
    for (const helper of listHelpers(obstacles))
      for (const host of helper.listCandidates()) {
        budget.steps -= SEND_STEPS;
        if (budget.steps < 0) return;
        if (!state.couldFit(helper, host)) continue;
        state.send(helper, host);
        finish();
        state.keep(helper);
      }
  };
  const assign = (at: number) => {
    if (budget.steps < 0 || hopeless(at, left)) return;
    const unit = units[at];
    if (!unit) return finish();
    const hosts = choices[at] ?? [];
    budget.steps -= hosts.length;
    for (const host of sortByGain(state, unit, hosts)) {
      budget.steps -= SEND_STEPS;
      state.send(unit, host);
      assign(at + 1);
      state.keep(unit);
    }
    left.push(...unit.priorities);
    assign(at + 1);
    left.length -= unit.priorities.length;
  };
  assign(0);
  restore(state, best.targets);
  return compareScores(best.score, before) < 0;
}

export function copyTargets({ going }: MoveState): ReadonlyMap<Unit, HostNode> {
  return new Map([...going].map((unit) => [unit, unit.target as HostNode]));
}

export function restore(state: MoveState, targets: ReadonlyMap<Unit, HostNode>): void {
  for (const unit of [...state.going]) state.keep(unit);
  for (const [unit, host] of targets) state.send(unit, host);
}

function listExtra({ going }: MoveState): Unit[] {
  return [...going].filter(({ mustLeave }) => !mustLeave);
}

/** Priorities of what is left behind and no part of the question. */
function listOutside({ model }: MoveState, units: readonly Unit[]): number[] {
  const inside = new Set(units);
  return model.musts.flatMap((unit) =>
    unit.target || inside.has(unit) ? [] : [...unit.priorities],
  );
}

/** Hosts from which something must go before this can be a plan: too much is there, or each waits for another. */
function findObstacles(state: MoveState): HostNode[] {
  if (state.unsound > 0) {
    const targets = [...state.going].map(({ target }) => target as HostNode);
    return targets.filter(({ isUnsound }) => isUnsound).slice(0, 1);
  }
  return [...new Set(findStuck(state).map(({ target }) => target as HostNode))];
}

function listHelpers(obstacles: readonly HostNode[]): Unit[] {
  const units = obstacles.flatMap(({ residents }) => residents ?? []);
  return [...new Set(units)].filter(({ mustLeave, target }) => !mustLeave && !target);
}

/** The hosts among which each unit may choose: all, or the most promising of very many. */
function narrow(state: MoveState, { units, hosts, budget }: ExactQuestion) {
  const current = units.map(({ target }) => target);
  for (const unit of [...units, ...listExtra(state)]) state.keep(unit);
  return units.map((unit, at): readonly HostNode[] => {
    const candidates = unit.listCandidates();
    if (candidates.length <= hosts) return candidates;
    budget.steps -= candidates.length;
    const best = sortByGain(state, unit, candidates).slice(0, hosts);
    return [...new Set([...best, ...(current[at] ? [current[at]] : [])])];
  });
}

function sortByGain(state: MoveState, unit: Unit, hosts: readonly HostNode[]): HostNode[] {
  return hosts
    .filter((host) => state.couldFit(unit, host))
    .map((host) => ({ host, gain: state.gainOf(unit, host) }))
    .sort((a, b) => b.gain - a.gain)
    .map(({ host }) => host);
}
