/**
 * Which key of the file may be shown: somebody may have pasted a password or a token where a key stands.
 *
 * Drover's own are a few words without digits, and so is what somebody meant for one. The line is told in any case.
 */

/** `baseDn`, `CAFile`, `time-zone`, `PASSWORD`. */
const WORD = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g;
const MOST_WORDS = 4;
const LONGEST_WORD = 14;
const LONGEST_CAPITALS = 8;
/** Keys of `thumbprints` are hosts. */
const HOST =
  /^(?:[a-z][a-z0-9-]{0,14}(?:\.[a-z][a-z0-9-]{0,14})*|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/i;

/** @param section the key above it, or its place in a list */
export function isShownKey(key: string, section?: string | number): boolean {
  if (section === 'thumbprints' && HOST.test(key)) return true;
  const words = key.match(WORD) ?? [];
  const isWords = /^[A-Za-z]+(?:[-_][A-Za-z]+)*$/.test(key) && words.length <= MOST_WORDS;
  return isWords && words.every(isShort);
}

/** No word of a language is as long as the shortest token. */
function isShort(word: string): boolean {
  return word.length <= (word === word.toUpperCase() ? LONGEST_CAPITALS : LONGEST_WORD);
}
