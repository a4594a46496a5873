import type { ValueType } from './command-shape.ts';
import { accept, type Outcome, refuse, type Span } from './grammar-error.ts';

/** A typed value on its way to a number: which option, what text, where. */
export interface TypedValue {
  /** The option or position, for the sentence. */
  readonly name: string;
  readonly type: ValueType;
  readonly typed: string;
  readonly at: Span;
  /** Where `typed` starts in the original, past an opening quote. */
  readonly textStart: number;
}

/** A number above zero and the unit behind it, which may be empty. */
export interface Quantity {
  readonly amount: number;
  /** The amount as typed: `1.5`. */
  readonly digits: string;
  readonly unit: string;
  readonly unitAt: Span;
}

// Sign, digits and unit share no character, so the pattern looks at each only once.
const shape = /^([-+\u2010-\u2015\u2212\ufe63\uff0d]?)([0-9.,]+)[ \u00a0\u202f]?(\p{L}*)$/u;

/** Reads `16GiB` or `2h` into number and unit; refuses what can be read in two ways (H20). */
export function readQuantity(value: TypedValue): Outcome<Quantity> {
  const { name, type, typed, at } = value;
  const [, sign = '', digits = '', unit = ''] = shape.exec(typed) ?? [];
  if (digits === '' || sign === '+') return refuse('number_unreadable', at, { name, type, typed });
  if (sign !== '') return refuse('number_negative', at, { name, type, typed });
  const readings = listNumberReadings(digits);
  if (readings.length > 1) {
    const withUnit = readings.map((reading) => reading + unit);
    return refuse('number_ambiguous', at, { name, type, typed, readings: withUnit });
  }
  if (!/^\d+(\.\d+)?$/.test(digits)) return refuse('number_unreadable', at, { name, type, typed });
  const end = value.textStart + typed.length;
  return accept({
    amount: Number(digits),
    digits,
    unit,
    unitAt: { start: end - unit.length, end },
  });
}

/**
 * The numbers that a writing with one mark may stand for.
 *
 * A comma parts decimals in half of the world and thousands in the other; a full stop before exactly
 * three digits does so too. `0.125` is no thousand.
 */
function listNumberReadings(digits: string): readonly string[] {
  const [, whole = '', mark = '', part = ''] = /^(\d+)([.,])(\d+)$/.exec(digits) ?? [];
  if (mark === ',') return [`${whole}.${part}`, whole + part];
  const mayBeThousands = part.length === 3 && whole.length <= 3 && !whole.startsWith('0');
  return mark === '.' && mayBeThousands ? [digits, whole + part] : [digits];
}

/** Refuses zero and what a number cannot hold exactly. */
export function checkAmount(value: TypedValue, amount: number): Outcome<number> {
  const { name, type, typed, at } = value;
  if (amount === 0) return refuse('number_zero', at, { name, type, typed });
  if (amount <= Number.MAX_SAFE_INTEGER) return accept(amount);
  return refuse('number_too_large', at, { name, type, typed, max: Number.MAX_SAFE_INTEGER });
}
