/** Working space for counting slips, kept between calls: one suggestion compares 25,000 names. */
export interface SlipCounter {
  /** The row being filled and the two above it. */
  readonly rows: readonly [Uint16Array, Uint16Array, Uint16Array];
  /** Cells filled since the counter was made: the measure of work that a caller may bound. */
  cells: number;
}

/** Makes a counter for texts of at most `longest` UTF-16 units. */
export function createSlipCounter(longest: number): SlipCounter {
  const row = () => new Uint16Array(longest + 2);
  return { rows: [row(), row(), row()], cells: 0 };
}

/**
 * Counts the slips that part two texts: a letter too many, missing, wrong, or two changed over.
 *
 * (Damerau-Levenshtein, optimal string alignment.) Beginning and end in common cost nothing; of the
 * rest only cells within `bound` of the diagonal are filled. More slips than `bound` are answered
 * by `bound + 1` as soon as that is certain.
 */
export function countSlips(a: string, b: string, bound: number, counter: SlipCounter): number {
  const tooMany = bound + 1;
  if (Math.abs(a.length - b.length) > bound) return tooMany;
  let start = 0;
  while (start < a.length && a.charCodeAt(start) === b.charCodeAt(start)) start += 1;
  let aEnd = a.length;
  let bEnd = b.length;
  while (aEnd > start && bEnd > start && a.charCodeAt(aEnd - 1) === b.charCodeAt(bEnd - 1)) {
    aEnd -= 1;
    bEnd -= 1;
  }
  const difference = { a, b, start, aLength: aEnd - start, bLength: bEnd - start, bound };
  const slips = countFewSlips(difference);
  if (slips !== undefined) return Math.min(slips, tooMany);
  return bound <= 1 ? tooMany : fillTable(difference, counter);
}

/** Knows one slip, and letters on one side only, at sight. Most words have one slip. */
function countFewSlips(difference: Difference): number | undefined {
  const { a, b, start, aLength, bLength } = difference;
  if (aLength === 0 || bLength === 0) return aLength + bLength;
  if (aLength === 1 && bLength === 1) return 1;
  if (aLength !== 2 || bLength !== 2) return undefined;
  const isChangedOver =
    a.charCodeAt(start) === b.charCodeAt(start + 1) &&
    a.charCodeAt(start + 1) === b.charCodeAt(start);
  return isChangedOver ? 1 : 2;
}

/** The parts of two texts that differ. */
interface Difference {
  readonly a: string;
  readonly b: string;
  /** Where the difference starts in both. */
  readonly start: number;
  readonly aLength: number;
  readonly bLength: number;
  readonly bound: number;
}

/** Row by row; in one function, because this is where a suggestion spends its time. */
function fillTable(difference: Difference, counter: SlipCounter): number {
  const { a, b, start, aLength, bLength, bound } = difference;
  let [row, above, twoAbove] = counter.rows;
  for (let column = 0; column <= Math.min(bLength, bound + 1); column += 1) row[column] = column;
  let letter = -1;
  for (let line = 1; line <= aLength; line += 1) {
    [row, above, twoAbove] = [twoAbove, row, above];
    const letterBefore = letter;
    letter = a.charCodeAt(start + line - 1);
    const first = Math.max(1, line - bound);
    const last = Math.min(bLength, line + bound);
    // The cells beside the band are read by this row and the next two; they must not hold old counts.
    let left = first === 1 ? line : bound + 1;
    row[first - 1] = left;
    row[last + 1] = bound + 1;
    let best = left;
    let otherBefore = first > 1 ? b.charCodeAt(start + first - 2) : -1;
    for (let column = first; column <= last; column += 1) {
      const other = b.charCodeAt(start + column - 1);
      let count = (above[column - 1] as number) + (letter === other ? 0 : 1);
      count = Math.min(count, (above[column] as number) + 1, left + 1);
      if (letterBefore === other && otherBefore === letter) {
        count = Math.min(count, (twoAbove[column - 2] as number) + 1);
      }
      otherBefore = other;
      row[column] = count;
      left = count;
      if (count < best) best = count;
    }
    counter.cells += last - first + 3;
    if (best > bound) return bound + 1;
  }
  return Math.min(row[bLength] as number, bound + 1);
}
