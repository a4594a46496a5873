import type { Span } from './grammar-error.ts';

/** Ways in which something was read that differs from how it was typed; none is silent (H20, H32). */
export type ReadingCode =
  | 'dash_as_option'
  | 'dash_as_end_of_options'
  | 'list_mark_dropped'
  | 'invisible_dropped'
  | 'unit_as_binary'
  | 'month_as_30_days';

/** A note for the card: `typed` was read `as`. */
export interface Reading {
  readonly code: ReadingCode;
  readonly at: Span;
  readonly typed: string;
  readonly as: string;
}

/** One sentence maker a code: a table of this type compiles only when it is complete. */
export type ReadingWords = { readonly [Code in ReadingCode]: (reading: Reading) => string };
