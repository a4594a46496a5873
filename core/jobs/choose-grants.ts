/**
 * Who gets permits: a pure function over steps.
 *
 * Who holds least goes first, then who came first. A step that has waited long keeps later ones off its resources, so
 * one that needs many is not starved by many that need one.
 */
import type { Step } from './job.ts';

const KEEP_RESOURCES_AFTER_MS = 2000;

type Holder = Pick<Step, 'id' | 'permits' | 'requesterId'>;
export type Waiter = Holder & Pick<Step, 'waitingSince'>;

export interface Situation<W extends Waiter> {
  /** How many may use a resource at once; `undefined` is no limit. */
  readonly capacityOf: (key: string) => number | undefined;
  readonly holding: readonly Holder[];
  /** By arrival. */
  readonly waiting: readonly W[];
  readonly now: Date;
}

export function chooseGrants<W extends Waiter>({
  capacityOf,
  holding,
  waiting,
  now,
}: Situation<W>): W[] {
  const inUse = countBy(holding.flatMap(({ permits }) => permits));
  const heldBy = countBy(holding.map(({ requesterId }) => requesterId));
  const kept = new Set<string>();
  const remaining = [...waiting];
  const chosen: W[] = [];
  const isFree = (key: string) =>
    !kept.has(key) && (inUse.get(key) ?? 0) < (capacityOf(key) ?? Number.POSITIVE_INFINITY);

  for (let next = takeFairest(remaining, heldBy); next; next = takeFairest(remaining, heldBy)) {
    if (next.permits.every(isFree)) {
      for (const key of next.permits) increment(inUse, key);
      increment(heldBy, next.requesterId);
      chosen.push(next);
    } else if (now.getTime() - (next.waitingSince ?? now).getTime() > KEEP_RESOURCES_AFTER_MS) {
      for (const key of next.permits) kept.add(key);
    }
  }
  return chosen;
}

/** The first to arrive among those whose requester holds least. */
function takeFairest<W extends Waiter>(
  remaining: W[],
  heldBy: ReadonlyMap<string, number>,
): W | undefined {
  let best = 0;
  for (const [index, { requesterId }] of remaining.entries()) {
    if ((heldBy.get(requesterId) ?? 0) < (heldBy.get(remaining[best]?.requesterId ?? '') ?? 0))
      best = index;
  }
  return remaining.splice(best, 1)[0];
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) increment(counts, value);
  return counts;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
