import type { ValueType } from './command-shape.ts';

/** A stretch of the original text, in UTF-16 units; `end` is the first unit after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The option or position whose value is at fault, and what was typed. */
interface ValueFault {
  readonly name: string;
  readonly type: ValueType;
  readonly typed: string;
}

/** Values that may be meant, each written so that it can be typed back. */
interface WithReadings extends ValueFault {
  readonly readings: readonly string[];
}

/** Every way a text can fail to be a command, with what the sentence about it needs. */
export interface GrammarErrorFacts {
  text_too_long: { readonly length: number; readonly limit: number };
  empty_command: { readonly known: readonly string[] };
  quote_unclosed: { readonly mark: string };
  quote_unclear: { readonly mark: string };
  /** `command` holds the words before the unknown one: empty for a noun, `vm` for a verb. */
  unknown_command: {
    readonly typed: string;
    readonly command: string;
    readonly known: readonly string[];
  };
  command_incomplete: { readonly command: string; readonly next: readonly string[] };
  unknown_option: {
    readonly typed: string;
    readonly command: string;
    readonly known: readonly string[];
  };
  option_twice: { readonly option: string; readonly first: Span };
  /** One hyphen before a letter: an option that lacks one, or a name that starts so. */
  single_dash: { readonly typed: string; readonly readings: readonly string[] };
  unexpected_word: { readonly typed: string; readonly command: string };
  /** The same word again where several names are taken. */
  named_twice: { readonly name: string; readonly typed: string; readonly first: Span };
  too_many_names: { readonly name: string; readonly limit: number };
  value_missing: { readonly name: string; readonly type: ValueType };
  /** A bare yes or no after a flag: its value, or the next word. */
  flag_value_unclear: WithReadings;
  boolean_unknown: ValueFault;
  choice_unknown: ValueFault & { readonly values: readonly string[] };
  number_unreadable: ValueFault;
  /** A comma, or a full stop that may part thousands. */
  number_ambiguous: WithReadings;
  number_negative: ValueFault;
  number_zero: ValueFault;
  number_too_small: ValueFault & { readonly min: number };
  number_too_large: ValueFault & { readonly max: number };
  unit_missing: WithReadings;
  unit_unknown: ValueFault & { readonly unit: string; readonly units: readonly string[] };
  /** A bare `1m`: minute or month. */
  unit_ambiguous: WithReadings;
}

export type GrammarErrorCode = keyof GrammarErrorFacts;

/** What is wrong, and where. `nearest` replaces the text at `at`, if something near is known. */
export type GrammarError = {
  [Code in GrammarErrorCode]: {
    readonly code: Code;
    readonly at: Span;
    readonly facts: GrammarErrorFacts[Code];
    readonly nearest?: string;
  };
}[GrammarErrorCode];

/** One sentence maker a code: a table of this type compiles only when it is complete. */
export type GrammarErrorWords = {
  readonly [Code in GrammarErrorCode]: (facts: GrammarErrorFacts[Code]) => string;
};

export interface Refused {
  readonly ok: false;
  readonly error: GrammarError;
}

export type Outcome<Value> = { readonly ok: true; readonly value: Value } | Refused;

export function accept<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

export function refuse<Code extends GrammarErrorCode>(
  code: Code,
  at: Span,
  facts: GrammarErrorFacts[Code],
  nearest?: string,
): Refused {
  const error = { code, at, facts, ...(nearest === undefined ? {} : { nearest }) };
  // The union cannot be built from a type parameter; the signature above keeps code and facts together.
  return { ok: false, error: error as unknown as GrammarError };
}

/** Puts the nearest name in the place of the fault, so that the answer can be copied as one line. */
export function applyNearest(text: string, error: GrammarError): string | undefined {
  if (error.nearest === undefined) return undefined;
  return text.slice(0, error.at.start) + error.nearest + text.slice(error.at.end);
}
