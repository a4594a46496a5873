import { isEdgeInvisible } from './characters.ts';
import type { Span } from './grammar-error.ts';
import { isInvisible } from './look-alikes.ts';

/** A line of the text and, below it, marks under the fault. */
export interface CaretLines {
  readonly line: string;
  readonly underline: string;
}

/** What of a long text is looked at on each side of the fault, in UTF-16 units. */
const reach = 400;
/** Columns kept before the fault when a line is cut. */
const leadColumns = 20;
/** Stands for what cannot be seen: it takes a column and cannot turn the line around. */
const unseen = '▯';
const cut = '…';

const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6b\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}])/u;
const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** One shown character: what is written, how wide, and whether the fault covers it. */
interface Cell {
  readonly shown: string;
  readonly columns: number;
  readonly isFault: boolean;
}

/**
 * Draws the line with the fault and carets under it, for a monospaced font.
 *
 * Of a text of several lines only the one where the fault begins is shown; a line wider than
 * `columns` is cut to a window around the fault, with … at the cuts.
 */
export function drawCaret(text: string, at: Span, columns = 72): CaretLines {
  const line = findLine(text, at.start);
  const cells = toCells(text.slice(line.start, line.end), line.start, at);
  if (!cells.some((cell) => cell.isFault)) cells.push({ shown: '', columns: 1, isFault: true });
  const window = cutToWindow(cells, Math.max(columns, 8));
  const before = line.isCutBefore && window.from === 0 ? cut : '';
  const after = line.isCutAfter && window.to === cells.length ? cut : '';
  const shown = [...(before ? [cutCell] : []), ...window.cells, ...(after ? [cutCell] : [])];
  return { line: shown.map((cell) => cell.shown).join(''), underline: drawUnderline(shown) };
}

const cutCell: Cell = { shown: cut, columns: 1, isFault: false };

/** The bounds of the line around `start`, no further than the reach and never inside a pair. */
function findLine(text: string, start: number) {
  let from = Math.min(start, text.length);
  while (from > 0 && start - from < reach && !isLineBreak(text[from - 1])) from -= 1;
  let to = Math.min(start, text.length);
  while (to < text.length && to - start < reach && !isLineBreak(text[to])) to += 1;
  if (isLowSurrogate(text, from)) from += 1;
  if (isLowSurrogate(text, to)) to -= 1;
  const isCutBefore = from > 0 && !isLineBreak(text[from - 1]);
  const isCutAfter = to < text.length && !isLineBreak(text[to]);
  return { start: from, end: Math.max(from, to), isCutBefore, isCutAfter };
}

function isLineBreak(character: string | undefined): boolean {
  return character !== undefined && /[\n\v\f\r\u0085\u2028\u2029]/.test(character);
}

function isLowSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return index > 0 && code >= 0xdc00 && code <= 0xdfff;
}

function toCells(line: string, offset: number, at: Span): Cell[] {
  return [...clusters.segment(line)].flatMap(({ segment, index }) => {
    const start = offset + index;
    const isFault = start < at.end && start + segment.length > at.start;
    return toShown(segment).map((shown) => ({ shown, columns: countColumns(shown), isFault }));
  });
}

/** Tabs become one space, since the marks below could not follow them; the unseen gets a sign. */
function toShown(cluster: string): string[] {
  if (cluster === '\t') return [' '];
  if (/^\p{Emoji}/u.test(cluster) && cluster.length > 1 && !/^[ -~]/.test(cluster))
    return [cluster];
  const parts: string[] = [];
  for (const character of cluster) {
    if (isInvisible(character) || isEdgeInvisible(character)) parts.push(unseen);
    else if (/^\p{M}/u.test(character) && parts.length > 0)
      parts.push((parts.pop() ?? '') + character);
    else parts.push(character);
  }
  return parts;
}

function countColumns(shown: string): number {
  return wide.test(shown) ? 2 : 1;
}

function cutToWindow(cells: readonly Cell[], columns: number) {
  const total = cells.reduce((sum, cell) => sum + cell.columns, 0);
  if (total <= columns) return { cells, from: 0, to: cells.length };
  const fault = cells.findIndex((cell) => cell.isFault);
  let from = fault;
  for (let lead = 0; from > 0 && lead < leadColumns; from -= 1)
    lead += cells[from - 1]?.columns ?? 1;
  let to = from;
  for (let used = 2; to < cells.length; to += 1) {
    used += cells[to]?.columns ?? 1;
    if (used > columns) break;
  }
  const shown = cells.slice(from, to);
  if (from > 0) shown.unshift(cutCell);
  if (to < cells.length) shown.push(cutCell);
  return { cells: shown, from, to };
}

function drawUnderline(cells: readonly Cell[]): string {
  const marks = cells.map((cell) => (cell.isFault ? '^' : ' ').repeat(cell.columns));
  return marks.join('').trimEnd();
}
