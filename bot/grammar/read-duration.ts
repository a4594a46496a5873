import { accept, type Outcome, refuse } from './grammar-error.ts';
import { checkAmount, type Quantity, readQuantity, type TypedValue } from './read-quantity.ts';
import type { Reading } from './reading.ts';
import { suggestNearest } from './suggest.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const month = 30 * day;

const units: readonly (readonly [string, number])[] = [
  ['s sec second seconds', second],
  ['min mins minute minutes', minute],
  ['h hr hrs hour hours', hour],
  ['d day days', day],
  ['w week weeks', 7 * day],
  ['mo month months', month],
];
const msOfUnit = new Map(
  units.flatMap(([written, ms]) => written.split(' ').map((unit) => [unit, ms] as const)),
);
const shownUnits = ['s', 'min', 'h', 'd', 'w', 'month'] as const;

export interface ReadDuration {
  readonly ms: number;
  readonly reading?: Reading;
}

/** Reads `2h`, `90min` or `1h30m` into milliseconds; a bare `1m` may be a minute or a month (H20). */
export function readDuration(value: TypedValue): Outcome<ReadDuration> {
  const compound = readCompound(value);
  if (compound !== undefined) return checkDuration(value, compound);
  const quantity = readQuantity(value);
  if (!quantity.ok) return quantity;
  const ms = msOfUnit.get(quantity.value.unit.toLowerCase());
  if (ms === undefined) return refuseUnit(value, quantity.value);
  return checkDuration(value, Math.round(quantity.value.amount * ms), ms === month);
}

/** `1h30m`, `1d12h`: whole numbers, each unit smaller than the one before; `m` after hours is minutes. */
function readCompound(value: TypedValue): number | undefined {
  const parts = value.typed
    .toLowerCase()
    .match(/^(\d+)([a-z]+) ?(\d+)([a-z]+)(?: ?(\d+)([a-z]+))?$/);
  if (parts === null) return undefined;
  let total = 0;
  let last = month;
  for (let index = 1; index < parts.length && parts[index] !== undefined; index += 2) {
    const unit = parts[index + 1] ?? '';
    const ms = unit === 'm' && last === hour ? minute : msOfUnit.get(unit);
    if (ms === undefined || ms >= last) return undefined;
    total += Number(parts[index]) * ms;
    last = ms;
  }
  return total;
}

function checkDuration(value: TypedValue, ms: number, isMonth = false): Outcome<ReadDuration> {
  const checked = checkAmount(value, ms);
  if (!checked.ok) return checked;
  if (!isMonth) return accept({ ms });
  const { at, typed } = value;
  return accept({ ms, reading: { code: 'month_as_30_days', at, typed, as: `${ms / day}d` } });
}

function refuseUnit(value: TypedValue, quantity: Quantity): Outcome<never> {
  const { name, type, typed, at } = value;
  const { amount, digits, unit, unitAt } = quantity;
  if (unit.toLowerCase() === 'm') {
    const readings = amount === 1 ? ['1minute', '1month'] : [`${digits}minutes`, `${digits}months`];
    return refuse('unit_ambiguous', at, { name, type, typed, readings });
  }
  if (unit !== '') {
    const nearest = suggestNearest(unit, msOfUnit.keys());
    return refuse('unit_unknown', unitAt, { name, type, typed, unit, units: shownUnits }, nearest);
  }
  if (amount === 0) return refuse('number_zero', at, { name, type, typed });
  const readings = [`${digits}min`, `${digits}h`, `${digits}d`];
  return refuse('unit_missing', at, { name, type, typed, readings });
}
