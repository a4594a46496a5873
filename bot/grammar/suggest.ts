import { countSlips, createSlipCounter } from './edit-distance.ts';
import { countLeastSlips, type LetterSet, mayContain, toLetterSet } from './letter-set.ts';
import { foldLooks } from './look-alikes.ts';

/** Longer words get no suggestion: no platform allows such names, and the work stays bounded. */
const longestWord = 256;
/** A beginning shorter than this says nothing about which name was meant. */
const shortestBeginning = 3;
/** Bounds the work for one suggestion, about 2 ms; what is left then is not compared. */
const mostCells = 400_000;

/** The one name nearest to a typed word, if any is near. */
export function suggestNearest(typed: string, names: Iterable<string>): string | undefined {
  return suggestNames(typed, names, { limit: 1 })[0];
}

export interface SuggestOptions {
  readonly limit?: number;
  /** Whether a name exists for whoever typed; asked of the few that are near, not of all. */
  readonly isThere?: (name: string) => boolean;
}

/**
 * The names nearest to a typed word, nearest first, at most `limit`.
 *
 * Those that look the same, else those the fewest slips away; then those that begin with the word.
 * A word far from all names gets none (H08). Bounded: made for 25,000 VM names.
 */
export function suggestNames(
  typed: string,
  names: Iterable<string>,
  { limit = 3, isThere = () => true }: SuggestOptions = {},
): readonly string[] {
  const search = createSearch(foldLooks(typed), isThere);
  if (search.folded === '' || search.folded.length > longestWord) return [];
  for (const name of names) considerName(search, name);
  const nearest = findFewestSlips(search).sort(compareNames);
  const longer = search.beginnings.filter((name) => !nearest.includes(name)).sort(compareNames);
  return [...nearest, ...longer].slice(0, limit);
}

interface Candidate {
  readonly name: string;
  readonly folded: string;
  /** Its letters alone tell that it is at least so many slips away. */
  readonly leastSlips: number;
}

interface Search {
  readonly folded: string;
  readonly letters: LetterSet;
  readonly slipsAllowed: number;
  readonly isThere: (name: string) => boolean;
  readonly near: Candidate[];
  readonly beginnings: string[];
}

function createSearch(folded: string, isThere: Search['isThere']): Search {
  const slipsAllowed = toSlipsAllowed(folded.length);
  const letters = toLetterSet(folded);
  return { folded, letters, slipsAllowed, isThere, near: [], beginnings: [] };
}

/** One slip in a short word, three in a long one: more would suggest strangers. */
function toSlipsAllowed(length: number): number {
  if (length <= 1) return 0;
  if (length <= 4) return 1;
  return length <= 8 ? 2 : 3;
}

/** Keeps a name that may be near by its letters, or that begins with the word; most are neither. */
function considerName(search: Search, name: string): void {
  const { folded, slipsAllowed } = search;
  if (name.length > longestWord || name.length + slipsAllowed < folded.length) return;
  let letters = toLetterSet(name);
  if (!letters.isAscii) letters = toLetterSet(foldLooks(name));
  const leastSlips = countLeastSlips(search.letters, letters, slipsAllowed);
  const mayBegin = folded.length >= shortestBeginning && mayContain(letters, search.letters);
  if (leastSlips > slipsAllowed && !mayBegin) return;
  const looks = foldLooks(name);
  const isBeginning = mayBegin && looks.startsWith(folded);
  const isNear =
    leastSlips <= slipsAllowed && Math.abs(looks.length - folded.length) <= slipsAllowed;
  if (!(isBeginning || isNear) || !search.isThere(name)) return;
  if (isBeginning) search.beginnings.push(name);
  if (isNear) search.near.push({ name, folded: looks, leastSlips });
}

/** Looks for one slip before two: most words have one, and a narrow search is a quick one. */
function findFewestSlips(search: Search): string[] {
  const counter = createSlipCounter(longestWord);
  for (let slips = 0; slips <= search.slipsAllowed; slips += 1) {
    const found: string[] = [];
    for (const { name, folded, leastSlips } of search.near) {
      if (counter.cells > mostCells) break;
      if (leastSlips > slips) continue;
      if (countSlips(search.folded, folded, slips, counter) <= slips) found.push(name);
    }
    if (found.length > 0) return found;
  }
  return [];
}

/** Shorter first, then by code unit, so that the answer does not hang on the order of the names. */
function compareNames(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
