import type { CommandShape } from './command-shape.ts';
import { matchCommand } from './match-command.ts';
import { quoteAlways, quoteWord } from './quote.ts';
import { type Argument, readArguments } from './read-arguments.ts';
import { type PlainWord, tokenize, type Word } from './tokenize.ts';

export interface FlagChange {
  readonly without?: readonly string[];
  /** Written last, and once, whether it was typed or not. */
  readonly add?: string;
}

/**
 * Writes a line anew with other flags, for buttons that give it again.
 *
 * It is made from what the grammar read: words inside a reason are no flags, whatever they look like, and each value is read
 * back letter-true, whatever quotes and dashes stood around it. A line that is not this command's stays as it is.
 */
export function rewriteFlags(
  text: string,
  shape: CommandShape | undefined,
  { without = [], add }: FlagChange,
): string {
  const tokens = tokenize(text);
  if (!shape || !tokens.ok) return text;
  const match = matchCommand(tokens.value.words, [shape]);
  if (!match.ok) return text;
  const words = tokens.value.words.slice(match.value.length);
  const given = readArguments(shape, words);
  if (!given.ok) return text;
  const names = new Set([...without, ...(add === undefined ? [] : [add])]);
  const dropped = given.value.options.filter((option) => names.has(option.shape.name));
  const kept = words.filter((word) => !isOf(dropped, word));
  return [...shape.words, ...kept.map(write), ...(add === undefined ? [] : [`--${add}`])].join(' ');
}

/** Whether it is one of these options, or the word with its value. */
function isOf(options: readonly Argument<unknown>[], word: Word): boolean {
  return options.some(({ at, word: value }) => word.at.start === at.start || word === value);
}

function write(word: Word): string {
  if (word.kind === 'plain') return writePlain(word);
  const name = `--${word.name}`;
  return word.value === undefined ? name : `${name}=${writePlain(word.value)}`;
}

/** What was quoted stays so: bare, `to` would lead in a place and `true` would belong to the flag before it. */
function writePlain({ text, literal }: PlainWord): string {
  return literal ? quoteAlways(text) : quoteWord(text);
}
