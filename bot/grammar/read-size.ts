import { accept, type Outcome, refuse } from './grammar-error.ts';
import { checkAmount, type Quantity, readQuantity, type TypedValue } from './read-quantity.ts';
import type { Reading } from './reading.ts';
import { suggestNearest } from './suggest.ts';

const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** How a unit is written, in lower case, to what it means; all are powers of 1024 (H20). */
const meanings = new Map<string, { readonly unit: string; readonly bytes: number }>([
  ['b', { unit: 'B', bytes: 1 }],
  ...units.flatMap((unit, index) => {
    const meaning = { unit, bytes: 1024 ** (index + 1) };
    const letter = unit.charAt(0).toLowerCase();
    return [letter, `${letter}b`, `${letter}ib`].map((written) => [written, meaning] as const);
  }),
]);

export interface ReadSize {
  readonly bytes: number;
  readonly reading?: Reading;
}

/**
 * Reads a size into bytes, rounded up to a whole one; `16GB` and `16G` are read as 16 GiB and noted.
 *
 * A bare small `m` is refused with its readings: elsewhere on the same line it may be minutes or months (H20).
 */
export function readSize(value: TypedValue): Outcome<ReadSize> {
  const quantity = readQuantity(value);
  if (!quantity.ok) return quantity;
  const { amount, digits, unit } = quantity.value;
  if (unit === 'm') {
    const { name, type, typed, at } = value;
    const readings = [`${digits}MiB`, `${digits}GiB`];
    return refuse('unit_ambiguous', at, { name, type, typed, readings });
  }
  const meaning = meanings.get(unit.toLowerCase());
  if (meaning === undefined) return refuseUnit(value, quantity.value);
  const bytes = checkAmount(value, Math.ceil(amount * meaning.bytes));
  if (!bytes.ok) return bytes;
  if (/^(b|[kmgtp]ib)$/i.test(unit)) return accept({ bytes: bytes.value });
  const as = digits + meaning.unit;
  const reading = { code: 'unit_as_binary', at: value.at, typed: value.typed, as } as const;
  return accept({ bytes: bytes.value, reading });
}

function refuseUnit(value: TypedValue, quantity: Quantity): Outcome<never> {
  const { name, type, typed, at } = value;
  const { amount, digits, unit, unitAt } = quantity;
  if (unit !== '') {
    const nearest = suggestNearest(unit, units);
    return refuse('unit_unknown', unitAt, { name, type, typed, unit, units }, nearest);
  }
  if (amount === 0) return refuse('number_zero', at, { name, type, typed });
  const readings = [`${digits}MiB`, `${digits}GiB`];
  return refuse('unit_missing', at, { name, type, typed, readings });
}
