import { isBoundary, isDash, isWordLetter } from './characters.ts';
import type { Reading } from './reading.ts';

/** What the dashes at the start of a word make of it; `end` is the first character after them. */
export interface Dashes {
  readonly kind: 'option' | 'end of options' | 'single dash';
  readonly end: number;
  readonly reading?: Reading;
}

/**
 * Reads the dashes at the start of a word.
 *
 * Phones write `--` as one em dash, so a run with a foreign dash before a letter is an option, and
 * a note says so. `-4GiB` and `−4GiB` are values: the dash stays, and the number's reader refuses it.
 */
export function readDashes(text: string, start: number, limit: number): Dashes | undefined {
  let end = start;
  while (end < limit && isDash(text[end])) end += 1;
  if (end === start) return undefined;
  const typed = text.slice(start, end);
  const isLone = end >= limit || isBoundary(text[end]);
  if (isLone) return readLoneDashes(typed, start);
  if (typed.startsWith('--')) return { kind: 'option', end: start + 2 };
  if (!isWordLetter(text[end]) || isDigit(text[end])) return undefined;
  if (typed === '-') return { kind: 'single dash', end };
  return { kind: 'option', end, reading: note('dash_as_option', typed, start) };
}

function readLoneDashes(typed: string, start: number): Dashes | undefined {
  const end = start + typed.length;
  if (typed === '--') return { kind: 'end of options', end };
  if (typed !== '—' && typed !== '–') return undefined;
  return { kind: 'end of options', end, reading: note('dash_as_end_of_options', typed, start) };
}

function note(code: Reading['code'], typed: string, start: number): Reading {
  return { code, at: { start, end: start + typed.length }, typed, as: '--' };
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && /\p{N}/u.test(character);
}
