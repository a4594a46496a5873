import { isDash, isEdgeInvisible, isListMark } from './characters.ts';
import { quoteFamilyAt } from './find-closing-mark.ts';
import { tokenize } from './tokenize.ts';

/** Tried in this order; the plainest that reads back wins. */
const quotePairs = ['""', "''", '“”', '«»'] as const;

/**
 * Writes a name so that it is read back letter-true, for commands that answers suggest.
 *
 * Bare where it needs no quotes. A text that holds every kind of quote goes between corner brackets,
 * where a doubled closing one stands for itself; that always works.
 */
export function quoteWord(text: string): string {
  return canStandBare(text) ? text : quoteAlways(text);
}

/** The same with quotes in any case: what stands in them is never a command word, an option or a flag's value. */
export function quoteAlways(text: string): string {
  for (const [open, close] of quotePairs) {
    const quoted = open + text + close;
    if (readsAs(quoted, text)) return quoted;
  }
  return `「${text.replaceAll('」', '」」')}」`;
}

/** A bare dash could be an option, a bare mark could close a quote elsewhere in the line. */
function canStandBare(text: string): boolean {
  if (text === '' || isDash(text[0])) return false;
  for (let index = 0; index < text.length; index += 1) {
    if (quoteFamilyAt(text, index) !== undefined) return false;
  }
  return readsAs(text, text) && !isListMark(text[0]) && !hasInvisibleEdge(text);
}

/** What copying leaves at the ends of a text is dropped there, so it must stand inside quotes. */
function hasInvisibleEdge(text: string): boolean {
  return isEdgeInvisible(text[0]) || isEdgeInvisible(text.at(-1));
}

function readsAs(written: string, text: string): boolean {
  // Words around it must not change the reading, so it is tried between two.
  const tokens = tokenize(`a ${written} b`);
  if (!tokens.ok || tokens.value.words.length !== 3) return false;
  const word = tokens.value.words[1];
  return word?.kind === 'plain' && word.text === text;
}
