import { type CommandShape, listPositions, toCommandName } from './command-shape.ts';
import { accept, type Outcome, type Refused, refuse, type Span } from './grammar-error.ts';
import { type CommandMatch, listNextWords, matchCommand } from './match-command.ts';
import { type Argument, type Arguments, readArguments } from './read-arguments.ts';
import { readValue, type Value } from './read-value.ts';
import type { Reading } from './reading.ts';
import { suggestNearest } from './suggest.ts';
import { type Tokens, tokenize, type Word } from './tokenize.ts';

/** One of several names, and where it stands. */
export interface Named {
  readonly name: string;
  readonly at: Span;
}

/** What a text says, typed. Names are letter-true; no name has been looked up yet. */
export interface Command {
  /** `vm.create`. */
  readonly name: string;
  readonly words: readonly string[];
  readonly target?: string;
  /** Values of the further positions, by their names. */
  readonly more: Readonly<Record<string, Value>>;
  /** All that stand at the position that takes several, in order: the first is its value, too. */
  readonly named: readonly Named[];
  /** All behind the words, as typed, for commands that declare `rest`. */
  readonly rest?: string;
  readonly options: Readonly<Record<string, Value>>;
  /** Required target, positions and options that were not given: the caller opens a form. */
  readonly missing: readonly string[];
  /** What was read otherwise than typed; shown with the answer. */
  readonly readings: readonly Reading[];
  /** Where each given value stands, by name, for faults that are found later. */
  readonly at: Readonly<Record<string, Span>>;
}

export type ParseResult = { readonly ok: true; readonly command: Command } | Refused;

/** Reads a text as one of the commands, or says what is wrong and where. Never throws. */
export function parseCommand(text: string, shapes: readonly CommandShape[]): ParseResult {
  const tokens = tokenize(text);
  if (!tokens.ok) return tokens;
  const match = matchCommand(tokens.value.words, shapes);
  if (!match.ok) return match;
  const command = match.value.shape.rest
    ? readRest(text, tokens.value, match.value)
    : readCommand(tokens.value, match.value, shapes);
  return command.ok ? { ok: true, command: command.value } : command;
}

/** Hands on what follows the command as it was typed: it is read again as a command of its own. */
function readRest(text: string, tokens: Tokens, match: CommandMatch): Outcome<Command> {
  const { shape, length } = match;
  const first = tokens.words[length];
  const last = tokens.words.at(-1);
  const name = shape.rest?.name ?? '';
  const common = {
    ...{ name: toCommandName(shape), words: shape.words },
    ...{ more: {}, named: [], options: {} },
  };
  const { readings } = tokens;
  if (first === undefined || last === undefined) {
    return accept({ ...common, readings, missing: shape.rest?.required ? [name] : [], at: {} });
  }
  const at = { start: first.at.start, end: toEnd(last) };
  const rest = text.slice(at.start, at.end);
  return accept({ ...common, readings, rest, missing: [], at: { [name]: at } });
}

function toEnd(word: Word): number {
  return word.kind === 'option' ? (word.value?.at.end ?? word.at.end) : word.at.end;
}

function readCommand(
  tokens: Tokens,
  match: CommandMatch,
  shapes: readonly CommandShape[],
): Outcome<Command> {
  const { shape, length } = match;
  const given = readArguments(shape, tokens.words.slice(length));
  if (!given.ok) return suggestVerb(given, match, shapes);
  const positions = readValues(given.value.positions);
  if (!positions.ok) return positions;
  const named = readNamed(given.value.named);
  if (!named.ok) return named;
  const options = readValues(given.value.options);
  if (!options.ok) return options;
  const { target, more } = splitTarget(shape, positions.value.values);
  return accept({
    name: toCommandName(shape),
    words: shape.words,
    ...(target === undefined ? {} : { target }),
    more,
    named: named.value,
    options: options.value.values,
    missing: listMissing(shape, given.value),
    readings: [...tokens.readings, ...positions.value.readings, ...options.value.readings],
    at: { ...positions.value.at, ...options.value.at },
  });
}

/** `link lsit`: a word that the command cannot take may be a mistyped verb of a longer one. */
function suggestVerb(
  refused: Refused,
  match: CommandMatch,
  shapes: readonly CommandShape[],
): Refused {
  const { error } = refused;
  if (error.code !== 'unexpected_word') return refused;
  const { words } = match.shape;
  const longer = shapes.filter((shape) => words.every((word, at) => shape.words[at] === word));
  const nearest = suggestNearest(error.facts.typed, listNextWords(longer, words.length));
  return refuse('unexpected_word', error.at, error.facts, nearest);
}

interface Values {
  readonly values: Record<string, Value>;
  readonly readings: readonly Reading[];
  readonly at: Record<string, Span>;
}

function readValues(given: readonly Argument<CommandShapePart>[]): Outcome<Values> {
  const values: Record<string, Value> = {};
  const at: Record<string, Span> = {};
  const readings: Reading[] = [];
  for (const { shape, word, at: optionAt } of given) {
    const read = word === undefined ? accept({ value: true }) : readValue(shape, word);
    if (!read.ok) return read;
    values[shape.name] = read.value.value;
    at[shape.name] = word?.at ?? optionAt;
    if ('reading' in read.value && read.value.reading) readings.push(read.value.reading);
  }
  return accept({ values, readings, at });
}

/** Each is read as the position's first is: an empty one is missing at its own place. */
function readNamed(given: Arguments['named']): Outcome<Named[]> {
  const named: Named[] = [];
  for (const { shape, word, at } of given) {
    if (!word) continue;
    const read = readValue(shape, word);
    if (!read.ok) return read;
    named.push({ name: word.text, at });
  }
  return accept(named);
}

type CommandShapePart = Arguments['options' | 'positions'][number]['shape'];

function splitTarget(
  shape: CommandShape,
  values: Readonly<Record<string, Value>>,
): { target?: string; more: Record<string, Value> } {
  const { [shape.target?.name ?? '']: target, ...more } = values;
  return typeof target === 'string' ? { target, more } : { more };
}

function listMissing(shape: CommandShape, given: Arguments): readonly string[] {
  const names = new Set([...given.positions, ...given.options].map((one) => one.shape.name));
  const declared = [...listPositions(shape), ...(shape.options ?? [])];
  return declared.filter((one) => one.required && !names.has(one.name)).map((one) => one.name);
}
