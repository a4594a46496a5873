/** A timeline of as many rows as can be looked at, in one order for the picture and for the text in its place. */
import type { Block, TimelineGroup } from '../cards/card.ts';
import { rendererWords } from '../renderers/renderer-words.ts';

export type Timeline = Extract<Block, { block: 'timeline' }>;

export interface Shown {
  readonly groups: readonly TimelineGroup[];
  /** What is left out, in a sentence each. */
  readonly notes: readonly string[];
}

const barsAtMost = 20;

export function limitTimeline({ groups, more }: Timeline, rowsAtMost: number): Shown {
  const all = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const shown: TimelineGroup[] = [];
  let left = rowsAtMost;
  for (const { title, rows } of groups.slice(0, rowsAtMost)) {
    if (left === 0) break;
    const taken = rows.slice(0, left);
    left -= taken.length;
    shown.push({ title, rows: taken.map(limitBars) });
  }
  const notes = all > rowsAtMost ? [rendererWords.rowsShown(rowsAtMost - left, all)] : [];
  return { groups: shown, notes: more === undefined ? notes : [...notes, more] };
}

type Row = TimelineGroup['rows'][number];

/** Bars that begin and end on the axis. */
function limitBars({ label, bars }: Row): Row {
  const onAxis = bars.slice(0, barsAtMost).map((bar) => {
    const fromMs = toAxis(bar.fromMs);
    return { ...bar, fromMs, toMs: Math.max(fromMs, toAxis(bar.toMs)) };
  });
  return { label, bars: onAxis };
}

/** No plan takes ten years. */
const longestMs = 10 * 365 * 24 * 60 * 60_000;

function toAxis(milliseconds: number): number {
  return Number.isFinite(milliseconds) ? Math.min(longestMs, Math.max(0, milliseconds)) : 0;
}

export function findEndMs({ endMs }: Timeline): number {
  return toAxis(endMs);
}

/** How long the axis is: no bar ends behind it. */
export function findLengthMs(timeline: Timeline, groups: readonly TimelineGroup[]): number {
  let length = Math.max(1, findEndMs(timeline));
  for (const { rows } of groups)
    for (const { bars } of rows) for (const { toMs } of bars) length = Math.max(length, toMs);
  return length;
}
