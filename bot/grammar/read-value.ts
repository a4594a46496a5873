import type { ValueShape } from './command-shape.ts';
import { accept, type Outcome, refuse } from './grammar-error.ts';
import { readDuration } from './read-duration.ts';
import { readQuantity, type TypedValue } from './read-quantity.ts';
import { readSize } from './read-size.ts';
import type { Reading } from './reading.ts';
import { suggestNearest } from './suggest.ts';
import type { PlainWord } from './tokenize.ts';

/** Text, name and choice are strings; bytes, milliseconds and counts numbers; flags booleans. */
export type Value = string | number | boolean;

export interface ReadValue {
  readonly value: Value;
  readonly reading?: Reading;
}

const booleans = new Map([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
]);

/** Reads a word as what the option or position declares. */
export function readValue(
  shape: ValueShape & { name: string },
  word: PlainWord,
): Outcome<ReadValue> {
  const { name, type } = shape;
  const value = { name, type, typed: word.text, at: word.at, textStart: word.textStart };
  // Only a quoted text may be empty on purpose.
  if (word.text === '' && !(type === 'text' && word.literal)) {
    return refuse('value_missing', word.at, { name, type });
  }
  if (shape.type === 'count') return readCount(value, shape);
  if (shape.type === 'choice') return readChoice(value, shape.values);
  if (type === 'boolean') return readBoolean(value);
  if (type === 'size') return readSizeValue(value);
  return type === 'duration' ? readDurationValue(value) : accept({ value: word.text });
}

export function isBooleanWord(text: string): boolean {
  return booleans.has(text.toLowerCase());
}

function readSizeValue(value: TypedValue): Outcome<ReadValue> {
  const size = readSize(value);
  return size.ok ? accept({ ...size.value, value: size.value.bytes }) : size;
}

function readDurationValue(value: TypedValue): Outcome<ReadValue> {
  const duration = readDuration(value);
  return duration.ok ? accept({ ...duration.value, value: duration.value.ms }) : duration;
}

function readBoolean(value: TypedValue): Outcome<ReadValue> {
  const { name, type, typed, at } = value;
  const known = booleans.get(typed.toLowerCase());
  if (known !== undefined) return accept({ value: known });
  const nearest = suggestNearest(typed, booleans.keys());
  return refuse('boolean_unknown', at, { name, type, typed }, nearest);
}

/** Finds the choice in any case of its letters and returns it as declared. */
function readChoice(value: TypedValue, values: readonly string[]): Outcome<ReadValue> {
  const { name, type, typed, at } = value;
  const choice = values.find((one) => one.toLowerCase() === typed.toLowerCase());
  if (choice !== undefined) return accept({ value: choice });
  const nearest = suggestNearest(typed, values);
  return refuse('choice_unknown', at, { name, type, typed, values }, nearest);
}

interface CountBounds {
  readonly min?: number;
  readonly max?: number;
}

function readCount(value: TypedValue, bounds: CountBounds): Outcome<ReadValue> {
  const quantity = readQuantity(value);
  if (!quantity.ok) return quantity;
  const { name, type, typed, at } = value;
  const { amount, unit } = quantity.value;
  const { min = 1, max = Number.MAX_SAFE_INTEGER } = bounds;
  if (unit !== '' || !Number.isInteger(amount)) {
    return refuse('number_unreadable', at, { name, type, typed });
  }
  if (amount === 0 && min > 0) return refuse('number_zero', at, { name, type, typed });
  if (amount < min) return refuse('number_too_small', at, { name, type, typed, min });
  if (amount > max) return refuse('number_too_large', at, { name, type, typed, max });
  return accept({ value: amount });
}
