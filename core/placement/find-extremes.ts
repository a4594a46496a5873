/** Which hosts carry most and least, of a thousand the few that are asked for: by both parts together, and by each alone. */
import type { Spread } from './imbalance.ts';
import type { PlacementGoal } from './stars.ts';

/** By measure, then by the host's place in the spread: how much too much it carries. */
export type Excess = readonly (readonly number[])[];

/** Consolidating, it is those with least that carry too much. */
export function toExcess(spread: Spread, hosts: number, goal: PlacementGoal): Excess {
  const sign = goal === 'balance' ? 1 : -1;
  const parts = Array.from({ length: hosts }, (_, at) => spread.deviationsOf(at));
  return [
    parts.map((own) => sign * own.reduce((sum, one) => sum + one, 0)),
    ...(parts[0] ?? []).map((_, part) => parts.map((own) => sign * (own[part] ?? 0))),
  ];
}

export interface Wanted {
  /** 1: those with most; -1: those with least. */
  readonly sign: 1 | -1;
  readonly count: number;
}

interface Placed {
  /** Place in the spread. */
  readonly at: number;
}

/** The first by each measure, in turn. Equal ones stand as they stood. */
export function findExtremes<P extends Placed>(
  places: readonly P[],
  excess: Excess,
  { sign, count }: Wanted,
): P[] {
  const orders = excess.map((own) => findMost(places, ({ at }) => sign * (own[at] ?? 0), count));
  const picked = new Set<P>();
  for (let at = 0; at < count && picked.size < count; at += 1)
    for (const { [at]: place } of orders) if (place) picked.add(place);
  return [...picked];
}

/** Without sorting all of them. */
function findMost<P>(places: readonly P[], of: (place: P) => number, count: number): P[] {
  const most: P[] = [];
  for (const place of places) {
    const last = most.at(-1);
    if (last && most.length === count && of(place) <= of(last)) continue;
    let at = most.length;
    while (at > 0 && of(most[at - 1] as P) < of(place)) at -= 1;
    most.splice(at, 0, place);
    if (most.length > count) most.pop();
  }
  return most;
}
