import { isBoundary, isEdgeInvisible, isListMark } from './characters.ts';
import type { Span } from './grammar-error.ts';
import type { Reading } from './reading.ts';

/** What is left to read of a text, and notes about what was dropped around it. */
interface Trimmed extends Span {
  readonly readings: Reading[];
}

/** Steps over what copying leaves around a text: spaces, invisible characters, a list mark. */
export function trimDress(text: string): Trimmed {
  const readings: Reading[] = [];
  let end = text.length;
  while (end > 0 && isDress(text[end - 1])) end -= 1;
  let start = skipDress(text, 0, end);
  noteInvisible(text, { start: 0, end: start }, readings);
  if (isListMark(text[start]) && isBoundary(text[start + 1])) {
    const at = { start, end: start + 1 };
    readings.push({ code: 'list_mark_dropped', at, typed: text.slice(start, start + 1), as: '' });
    start = skipDress(text, start + 1, end);
  }
  noteInvisible(text, { start: end, end: text.length }, readings);
  return { start, end: Math.max(start, end), readings };
}

function isDress(character: string | undefined): boolean {
  return isEdgeInvisible(character) || isBoundary(character);
}

function skipDress(text: string, from: number, end: number): number {
  let index = from;
  while (index < end && isDress(text[index])) index += 1;
  return index;
}

function noteInvisible(text: string, at: Span, readings: Reading[]): void {
  const typed = [...text.slice(at.start, at.end)].filter(isEdgeInvisible).join('');
  if (typed !== '') readings.push({ code: 'invisible_dropped', at, typed, as: '' });
}
