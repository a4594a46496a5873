import { isBoundary, isWordLetter } from './characters.ts';
import { accept, type Outcome, refuse } from './grammar-error.ts';

/** Marks that people and phones mix: what one of a family opens another of it may close. */
export type QuoteFamily = 'double' | 'single' | 'guillemet' | 'single guillemet' | 'corner';

const families: readonly (readonly [QuoteFamily, string])[] = [
  ['double', '"“”„‟'],
  ['single', "'‘’‚‛"],
  ['guillemet', '«»'],
  ['single guillemet', '‹›'],
  ['corner', '「」'],
];
const familyOfMark = new Map(
  families.flatMap(([family, marks]) => [...marks].map((mark) => [mark, family] as const)),
);

/** Marks that can close; « closes what » opened, but never what another « opened. */
const closingMarks = new Set('"“”\'‘’«»‹›');
const neverOpens = '」';
const brackets = /[([{]/;

/** The family of the mark at `index`; an apostrophe between letters is a letter and has none. */
export function quoteFamilyAt(text: string, index: number): QuoteFamily | undefined {
  const family = familyOfMark.get(text[index] ?? '');
  if (family !== 'single') return family;
  const isApostrophe = isWordLetter(text[index - 1]) && isWordLetter(text[index + 1]);
  return isApostrophe ? undefined : family;
}

export function canOpenQuote(mark: string | undefined): boolean {
  return mark !== undefined && mark !== neverOpens && familyOfMark.has(mark);
}

/**
 * Finds the mark that closes the one at `open`, in one pass; `end` is where the text is over.
 *
 * Marks of other families are content, and so are pairs of the same family inside. The closing mark
 * ends its word; where marks are left over, two readings are possible and neither is taken.
 */
export function findClosingMark(text: string, open: number, end: number): Outcome<number> {
  if (text[open] === '「') return findClosingCorner(text, open, end);
  const family = quoteFamilyAt(text, open);
  let depth = 0;
  let lastInside: number | undefined;
  for (let index = open + 1; index < end; index += 1) {
    if (quoteFamilyAt(text, index) !== family) continue;
    if (opensInside(text, index, open)) depth += 1;
    else if (!canClose(text[open], text[index])) continue;
    else if (depth > 0) depth -= 1;
    else if (index + 1 === end || isBoundary(text[index + 1])) return accept(index);
    lastInside = index;
  }
  return lastInside === undefined ? refuseUnclosed(text, open) : refuseUnclear(text, lastInside);
}

/**
 * Finds the closing corner bracket; a doubled one stands for itself and is read past.
 *
 * This is the one quote that can hold every text; `quoteWord` falls back on it.
 */
function findClosingCorner(text: string, open: number, end: number): Outcome<number> {
  for (let index = open + 1; index < end; index += 1) {
    if (text[index] !== '」') continue;
    if (text[index + 1] === '」') index += 1;
    else if (index + 1 === end || isBoundary(text[index + 1])) return accept(index);
    else return refuseUnclear(text, index);
  }
  return refuseUnclosed(text, open);
}

function opensInside(text: string, index: number, open: number): boolean {
  const mark = text[index];
  if (mark === '«' || mark === '‹') return mark === text[open];
  if (isClosingOnly(mark) && mark !== text[open]) return false;
  const before = text[index - 1];
  const startsWord = index - 1 === open || isBoundary(before) || brackets.test(before ?? '');
  return startsWord && !isBoundary(text[index + 1]);
}

function isClosingOnly(mark: string | undefined): boolean {
  return mark === '”' || mark === '’' || mark === '»' || mark === '›';
}

function canClose(opened: string | undefined, mark: string | undefined): boolean {
  if (mark === '«') return opened === '»';
  if (mark === '‹') return opened === '›';
  return mark !== undefined && closingMarks.has(mark);
}

function refuseUnclosed(text: string, index: number): Outcome<never> {
  return refuse('quote_unclosed', { start: index, end: index + 1 }, { mark: text[index] ?? '' });
}

export function refuseUnclear(text: string, index: number): Outcome<never> {
  return refuse('quote_unclear', { start: index, end: index + 1 }, { mark: text[index] ?? '' });
}
