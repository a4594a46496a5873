import {
  type CommandShape,
  findManyPosition,
  listPositions,
  type ManyPosition,
  type OptionShape,
  type PositionShape,
} from './command-shape.ts';
import { accept, type Outcome, refuse, type Span } from './grammar-error.ts';
import { toAsciiLowerCase } from './match-command.ts';
import { quoteWord } from './quote.ts';
import { isBooleanWord } from './read-value.ts';
import { suggestNearest } from './suggest.ts';
import type { OptionWord, PlainWord, Word } from './tokenize.ts';

/** A declared option or position and the word given for it; a bare flag has none. */
export interface Argument<Shape> {
  readonly shape: Shape;
  readonly at: Span;
  readonly word?: PlainWord;
}

export interface Arguments {
  readonly options: readonly Argument<OptionShape>[];
  readonly positions: readonly Argument<PositionShape>[];
  /** All words of the position that takes several; the first is among the positions, too. */
  readonly named: readonly Argument<PositionShape>[];
}

/** What the reading of the words after the command remembers. */
interface Reader {
  readonly shape: CommandShape;
  readonly words: readonly Word[];
  readonly options: Map<string, Argument<OptionShape>>;
  readonly positions: Map<string, Argument<PositionShape>>;
  readonly many: ManyPosition | undefined;
  /** By what was typed. */
  readonly named: Map<string, Argument<PositionShape>>;
}

/** Gives each word after the command its place: each is an option, a value or a position, or refused. */
export function readArguments(shape: CommandShape, words: readonly Word[]): Outcome<Arguments> {
  const reader: Reader = {
    ...{ shape, words, options: new Map(), positions: new Map() },
    ...{ many: findManyPosition(shape), named: new Map() },
  };
  let index = 0;
  while (index < words.length) {
    const word = words[index];
    if (word === undefined) break;
    const taken =
      word.kind === 'option' ? takeOption(reader, word, index) : takePosition(reader, word, index);
    if (!taken.ok) return taken;
    index += taken.value;
  }
  return accept({
    options: [...reader.options.values()],
    positions: [...reader.positions.values()],
    named: [...reader.named.values()],
  });
}

/** Takes an option with its value and says how many words that were. */
function takeOption(reader: Reader, option: OptionWord, index: number): Outcome<number> {
  const found = findOption(reader.shape, option);
  if (!found.ok) return found;
  const shape = found.value;
  const first = reader.options.get(shape.name);
  if (first !== undefined) {
    return refuse('option_twice', option.at, { option: shape.name, first: first.at });
  }
  const value = takeValue(reader, option, index, shape);
  if (!value.ok) return value;
  const word = value.value;
  reader.options.set(shape.name, { shape, at: option.at, ...(word === undefined ? {} : { word }) });
  return accept(word === undefined || word === option.value ? 1 : 2);
}

function findOption(shape: CommandShape, option: OptionWord): Outcome<OptionShape> {
  const known = shape.options ?? [];
  const typed = toAsciiLowerCase(option.name);
  const found = known.find((one) => one.name === typed);
  if (found !== undefined) return accept(found);
  const names = known.map((one) => one.name);
  const near = suggestNearest(option.name, names);
  const facts = { typed: `--${option.name}`, command: shape.words.join(' '), known: names };
  return refuse('unknown_option', option.at, facts, near === undefined ? undefined : `--${near}`);
}

/** The word with an option's value: behind `=`, or the next one; a flag takes none. */
function takeValue(
  reader: Reader,
  option: OptionWord,
  index: number,
  shape: OptionShape,
): Outcome<PlainWord | undefined> {
  if (option.value !== undefined) return accept(option.value);
  const next = reader.words[index + 1];
  if (shape.type === 'boolean') return takeFlagValue(reader, shape, next);
  if (next?.kind === 'plain')
    return next.singleDash ? refuseSingleDash(reader, next) : accept(next);
  return refuse('value_missing', option.at, { name: shape.name, type: shape.type });
}

/**
 * A bare yes or no after a flag is its value when no position could want it.
 *
 * `vm create --start false` may also mean a VM called false: then nothing is guessed (H32).
 */
function takeFlagValue(
  reader: Reader,
  shape: OptionShape,
  next: Word | undefined,
): Outcome<PlainWord | undefined> {
  if (next?.kind !== 'plain' || next.literal || !isBooleanWord(next.text)) return accept(undefined);
  const areAllFilled = !reader.many && reader.positions.size === listPositions(reader.shape).length;
  if (areAllFilled) return accept(next);
  const { name, type } = shape;
  const readings = [`--${name}=${next.text}`, `--${name} "${next.text}"`];
  return refuse('flag_value_unclear', next.at, { name, type, typed: next.text, readings });
}

/** Takes a bare word for the first open position, or for the one that its connective names. */
function takePosition(reader: Reader, word: PlainWord, index: number): Outcome<number> {
  if (word.singleDash) return refuseSingleDash(reader, word);
  const open = listPositions(reader.shape).filter(({ name }) => !reader.positions.has(name));
  const behind = open.find(({ after }) => !word.literal && after === toAsciiLowerCase(word.text));
  const inOrder = open.find(({ after }) => after === undefined);
  if (behind === undefined) return fillPosition(reader, inOrder, word);
  const next = reader.words[index + 1];
  if (next?.kind !== 'plain') {
    return refuse('value_missing', word.at, { name: behind.name, type: behind.type });
  }
  if (next.singleDash) return refuseSingleDash(reader, next);
  const filled = fillPosition(reader, behind, next);
  return filled.ok ? accept(2) : filled;
}

function fillPosition(
  reader: Reader,
  shape: PositionShape | undefined,
  word: PlainWord,
): Outcome<number> {
  const { many } = reader;
  if (many && (shape === undefined || shape.name === many.name))
    return addNamed(reader, many, word);
  if (shape === undefined) {
    const command = reader.shape.words.join(' ');
    return refuse('unexpected_word', word.at, { typed: word.text, command });
  }
  reader.positions.set(shape.name, { shape, at: word.at, word });
  return accept(1);
}

/** One more word for the position that takes several. */
function addNamed(reader: Reader, shape: ManyPosition, word: PlainWord): Outcome<number> {
  const { name, many: limit } = shape;
  const first = reader.named.get(word.text);
  if (first) return refuse('named_twice', word.at, { name, typed: word.text, first: first.at });
  if (reader.named.size >= limit) return refuse('too_many_names', word.at, { name, limit });
  const argument = { shape, at: word.at, word };
  reader.named.set(word.text, argument);
  if (!reader.positions.has(name)) reader.positions.set(name, argument);
  return accept(1);
}

function refuseSingleDash(reader: Reader, word: PlainWord): Outcome<never> {
  const names = (reader.shape.options ?? []).map((one) => one.name);
  const near = suggestNearest(word.text.slice(1), names);
  const nearest = near === undefined ? undefined : `--${near}`;
  const readings = [nearest ?? `-${word.text}`, quoteWord(word.text)];
  return refuse('single_dash', word.at, { typed: word.text, readings }, nearest);
}
