import { isBoundary } from './characters.ts';
import {
  canOpenQuote,
  findClosingMark,
  type QuoteFamily,
  quoteFamilyAt,
  refuseUnclear,
} from './find-closing-mark.ts';
import { accept, type Outcome, refuse, type Span } from './grammar-error.ts';
import { readDashes } from './read-dashes.ts';
import type { Reading } from './reading.ts';
import { trimDress } from './trim-dress.ts';

/** Texts longer than this are refused before anything is read, in UTF-16 units. */
export const textLimit = 4000;

/** One word as meant. `at` covers its quotes, `text` is without them and else letter-true. */
export interface PlainWord {
  readonly kind: 'plain';
  readonly text: string;
  readonly at: Span;
  /** Where `text` starts in the original. */
  readonly textStart: number;
  /** Quoted, or after a lone `--`: never a command word, an option or a flag's value. */
  readonly literal: boolean;
  /** One hyphen before a letter: refused where it could be a mistyped option. */
  readonly singleDash: boolean;
}

/** `--name`, or `--name=value`; `at` covers the dashes and the name only. */
export interface OptionWord {
  readonly kind: 'option';
  readonly name: string;
  readonly at: Span;
  /** What stands after `=`, possibly nothing. */
  readonly value?: PlainWord;
}

export type Word = PlainWord | OptionWord;

export interface Tokens {
  readonly words: readonly Word[];
  readonly readings: readonly Reading[];
}

/** What the reading of one text remembers between words. */
interface Scan {
  readonly text: string;
  readonly end: number;
  readonly words: Word[];
  readonly readings: Reading[];
  /** Families of which a mark was met: a further stray one makes two readings possible. */
  readonly seen: Set<QuoteFamily>;
  namesOnly: boolean;
}

/** Reads a text into words. Each character is looked at a fixed number of times. */
export function tokenize(text: string): Outcome<Tokens> {
  if (text.length > textLimit) {
    const at = { start: textLimit, end: text.length };
    return refuse('text_too_long', at, { length: text.length, limit: textLimit });
  }
  const { start, end, readings } = trimDress(text);
  const scan: Scan = { text, end, words: [], readings, seen: new Set(), namesOnly: false };
  let index = start;
  while (index < end) {
    if (isBoundary(text[index])) {
      index += 1;
      continue;
    }
    const next = readWord(scan, index);
    if (!next.ok) return next;
    index = next.value;
  }
  return accept({ words: scan.words, readings: scan.readings });
}

/** Reads the word at `start` into the scan and says where the next one may begin. */
function readWord(scan: Scan, start: number): Outcome<number> {
  const dashes = scan.namesOnly ? undefined : readDashes(scan.text, start, scan.end);
  if (dashes?.reading !== undefined) scan.readings.push(dashes.reading);
  if (dashes?.kind === 'end of options') {
    scan.namesOnly = true;
    return accept(dashes.end);
  }
  if (dashes?.kind === 'option') return readOption(scan, start, dashes.end);
  const word = readPlain(scan, start);
  if (!word.ok) return word;
  scan.words.push({ ...word.value, singleDash: dashes?.kind === 'single dash' });
  return accept(word.value.at.end);
}

function readOption(scan: Scan, start: number, nameStart: number): Outcome<number> {
  const { text, end } = scan;
  let index = nameStart;
  while (index < end && text[index] !== '=' && !isBoundary(text[index])) index += 1;
  const option = {
    kind: 'option',
    name: text.slice(nameStart, index),
    at: { start, end: index },
  } as const;
  if (index >= end || text[index] !== '=') {
    scan.words.push(option);
    return accept(index);
  }
  const value = readPlain(scan, index + 1);
  if (!value.ok) return value;
  scan.words.push({ ...option, value: value.value });
  return accept(value.value.at.end);
}

function readPlain(scan: Scan, start: number): Outcome<PlainWord> {
  if (start < scan.end && canOpenQuote(scan.text[start])) return readQuoted(scan, start);
  let end = start;
  for (; end < scan.end && !isBoundary(scan.text[end]); end += 1) {
    const family = quoteFamilyAt(scan.text, end);
    if (family === undefined) continue;
    // `"5" wide"`: the second mark closed a quote, or belongs to one that the third closes.
    if (scan.seen.has(family) || family === 'corner') return refuseUnclear(scan.text, end);
    scan.seen.add(family);
  }
  const text = scan.text.slice(start, end);
  const literal = scan.namesOnly;
  return accept({
    kind: 'plain',
    text,
    at: { start, end },
    textStart: start,
    literal,
    singleDash: false,
  });
}

function readQuoted(scan: Scan, start: number): Outcome<PlainWord> {
  const close = findClosingMark(scan.text, start, scan.end);
  if (!close.ok) return close;
  const family = quoteFamilyAt(scan.text, start);
  if (family !== undefined) scan.seen.add(family);
  const inside = trimQuotePadding(scan.text, { start: start + 1, end: close.value }, family);
  const content = scan.text.slice(inside.start, inside.end);
  return accept({
    kind: 'plain',
    text: family === 'corner' ? content.replaceAll('」」', '」') : content,
    at: { start, end: close.value + 1 },
    textStart: inside.start,
    literal: true,
    singleDash: false,
  });
}

/** French quotes stand a no-break space away from what they hold; it belongs to the marks. */
function trimQuotePadding(text: string, at: Span, family: QuoteFamily | undefined): Span {
  if (family !== 'guillemet' && family !== 'single guillemet') return at;
  const isPadding = (index: number) => text[index] === '\u00a0' || text[index] === '\u202f';
  let { start, end } = at;
  if (start < end && isPadding(start)) start += 1;
  if (start < end && isPadding(end - 1)) end -= 1;
  return { start, end };
}
