/** The characters that part, dress or quote words. All of them are one UTF-16 unit long. */

const spaces = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const edgeInvisibles = /[\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;
const dashes = /[-\u2010-\u2015\u2212\ufe63\uff0d]/;
const listMarks = /[•◦▪▸‣●○■]/;
const wordLetter = /[\p{L}\p{M}\p{N}]/u;

/** Says whether a character parts words; the end of the text does too. */
export function isBoundary(character: string | undefined): boolean {
  return character === undefined || spaces.test(character);
}

/** Says whether a character is one that copying leaves at the ends of a text, unseen. */
export function isEdgeInvisible(character: string | undefined): boolean {
  return character !== undefined && edgeInvisibles.test(character);
}

/** Says whether a character is a hyphen or what a phone makes of one. */
export function isDash(character: string | undefined): boolean {
  return character !== undefined && dashes.test(character);
}

export function isListMark(character: string | undefined): boolean {
  return character !== undefined && listMarks.test(character);
}

/**
 * Says whether a character belongs to a written word.
 *
 * Half of a surrogate pair counts as no letter: only the neighbours of an apostrophe are asked about.
 */
export function isWordLetter(character: string | undefined): boolean {
  return character !== undefined && wordLetter.test(character);
}
