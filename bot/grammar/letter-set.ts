/** Which letters and signs a text has, one bit each; capitals share the bit of their small letter. */
export interface LetterSet {
  readonly letters: number;
  readonly signs: number;
  /** False where a character is outside of ASCII: such a text must be folded before it is judged. */
  readonly isAscii: boolean;
}

/**
 * Collects the letters of a text.
 *
 * Characters outside of ASCII share bits with others, which only makes the comparison milder.
 */
export function toLetterSet(text: string): LetterSet {
  let letters = 0;
  let signs = 0;
  let all = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    // Shifting takes the code modulo 32: A and a, 65 and 97, meet there; digits start at 48.
    if (code < 64) signs |= 1 << code;
    else letters |= 1 << code;
    all |= code;
  }
  return { letters, signs, isAscii: all < 0x80 };
}

/**
 * The least number of slips between texts with these letters, counted no further than past `most`.
 *
 * A slip takes one letter away, brings one in, or does both; never two of a kind.
 */
export function countLeastSlips(one: LetterSet, other: LetterSet, most: number): number {
  return Math.max(countMissing(one, other, most), countMissing(other, one, most));
}

/** Says whether a text with the letters `whole` may contain one with the letters `part`. */
export function mayContain(whole: LetterSet, part: LetterSet): boolean {
  return (part.letters & ~whole.letters) === 0 && (part.signs & ~whole.signs) === 0;
}

function countMissing(one: LetterSet, other: LetterSet, most: number): number {
  const signs = countBits(one.signs & ~other.signs, most + 1);
  return signs + countBits(one.letters & ~other.letters, most + 1 - signs);
}

function countBits(bits: number, most: number): number {
  let count = 0;
  for (let left = bits; left !== 0 && count < most; left &= left - 1) count += 1;
  return count;
}
