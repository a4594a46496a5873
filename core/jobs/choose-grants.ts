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
  const lines = toLines(waiting);
  const chosen: W[] = [];
  const isFree = (key: string) =>
    !kept.has(key) && (inUse.get(key) ?? 0) < (capacityOf(key) ?? Number.POSITIVE_INFINITY);

  for (let next = takeFairest(lines, heldBy); next; next = takeFairest(lines, heldBy)) {
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

/** Those of one requester, by arrival. */
interface Line<W> {
  readonly waiting: { readonly step: W; readonly place: number }[];
  /** The first that was not taken yet. */
  at: number;
}

function toLines<W extends Waiter>(waiting: readonly W[]): Map<string, Line<W>> {
  const lines = new Map<string, Line<W>>();
  for (const [place, step] of waiting.entries()) {
    const line = lines.get(step.requesterId) ?? { waiting: [], at: 0 };
    line.waiting.push({ step, place });
    lines.set(step.requesterId, line);
  }
  return lines;
}

/** The first to arrive among those whose requester holds least: the head of one line, however many wait. */
function takeFairest<W>(
  lines: ReadonlyMap<string, Line<W>>,
  heldBy: ReadonlyMap<string, number>,
): W | undefined {
  let best: { readonly line: Line<W>; readonly held: number; readonly place: number } | undefined;
  for (const [requesterId, line] of lines) {
    const head = line.waiting[line.at];
    if (!head) continue;
    const held = heldBy.get(requesterId) ?? 0;
    const { place } = head;
    if (!best || held < best.held || (held === best.held && place < best.place))
      best = { line, held, place };
  }
  if (!best) return undefined;
  const { line } = best;
  line.at += 1;
  return line.waiting[line.at - 1]?.step;
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) increment(counts, value);
  return counts;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
