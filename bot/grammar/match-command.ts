import type { CommandShape } from './command-shape.ts';
import { accept, type Outcome, refuse, type Span } from './grammar-error.ts';
import { suggestNearest } from './suggest.ts';
import type { Word } from './tokenize.ts';

/** The command that the first words name, and how many of them it took. */
export interface CommandMatch {
  readonly shape: CommandShape;
  readonly length: number;
}

/** Finds the command with the longest run of words at the start of the text. */
export function matchCommand(
  words: readonly Word[],
  shapes: readonly CommandShape[],
): Outcome<CommandMatch> {
  let candidates = shapes;
  let longest: CommandMatch | undefined;
  let length = 0;
  for (;;) {
    const complete = candidates.find((shape) => shape.words.length === length);
    if (complete !== undefined && length > 0) longest = { shape: complete, length };
    const next = continueWith(candidates, length, words[length]);
    if (next.length === 0) break;
    candidates = next;
    length += 1;
  }
  return longest === undefined ? refuseCommand(words, candidates, length) : accept(longest);
}

function continueWith(
  candidates: readonly CommandShape[],
  length: number,
  word: Word | undefined,
): readonly CommandShape[] {
  if (word?.kind !== 'plain' || word.literal) return [];
  const typed = toAsciiLowerCase(word.text);
  return candidates.filter((shape) => shape.words[length] === typed);
}

/** `toLowerCase` would also turn the Kelvin sign into a k. */
export function toAsciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function refuseCommand(
  words: readonly Word[],
  candidates: readonly CommandShape[],
  length: number,
): Outcome<never> {
  const known = listNextWords(candidates, length);
  const last = words[length - 1];
  const word = words[length];
  const command = candidates[0]?.words.slice(0, length).join(' ') ?? '';
  if (word === undefined && last === undefined) return refuse('empty_command', noSpan, { known });
  if (word === undefined && last !== undefined) {
    return refuse('command_incomplete', last.at, { command, next: known });
  }
  const { typed, at } = toTyped(word);
  return refuse('unknown_command', at, { typed, command, known }, suggestNearest(typed, known));
}

const noSpan: Span = { start: 0, end: 0 };

function toTyped(word: Word | undefined): { typed: string; at: Span } {
  if (word === undefined) return { typed: '', at: noSpan };
  return { typed: word.kind === 'plain' ? word.text : `--${word.name}`, at: word.at };
}

/** The words that may follow the first `length` ones, each once, in the order of the definitions. */
export function listNextWords(shapes: readonly CommandShape[], length: number): readonly string[] {
  const next = shapes.flatMap((shape) => shape.words[length] ?? []);
  return [...new Set(next)];
}
