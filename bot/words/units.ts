/** Human units: 16 GiB, 1 min 12 s, 26 Nov 14:30 CET. Sizes are binary everywhere (H20). */
import type { Facts } from '#core/errors.ts';

const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `16 GiB`, `1.5 TiB`, `1,027 MiB`: never rounded to something that is not the size. */
export function toSize(bytes: number): string {
  let step = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && step < STEPS.length - 1) {
    value /= 1024;
    step += 1;
  }
  const isExact = Number.isInteger(value * 10);
  if (!isExact && step > 0 && Number.isInteger(value * 1024))
    return `${toCount(value * 1024)} ${STEPS[step - 1]}`;
  return `${toCount(Math.round(value * 10) / 10)} ${STEPS[step]}`;
}

/** The same, but to the last byte: `20,971,521 KiB`. For where two sizes stand side by side that are nearly one. */
export function toExactSize(bytes: number): string {
  let step = 0;
  let value = bytes;
  while (value >= 1024 && Number.isInteger((value / 1024) * 10) && step < STEPS.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${toCount(value)} ${STEPS[step]}`;
}

/** 28.8 GiB is no whole number of bytes, and is a tenth all the same. */
const WHOLE_BYTES = 0.0001;

/**
 * A part and its whole in one unit, to a tenth of it: `['202 GiB', '512 GiB']`. For lists, where both are measured and
 * compared by eye; what is planned and asked for is said by `toSize`.
 *
 * The unit is the whole's, or the next smaller one where the part is less than one of it.
 */
export function toSizesOf(partBytes: number, wholeBytes: number): [string, string] {
  const step = stepOf(wholeBytes);
  const isSmall = partBytes !== 0 && step > 0 && Math.abs(partBytes) < 1024 ** step;
  const unit = isSmall ? step - 1 : step;
  return [toTenths(partBytes, unit), toTenths(wholeBytes, unit)];
}

function stepOf(bytes: number): number {
  let step = 0;
  while (Math.abs(bytes) >= 1024 ** (step + 1) && step < STEPS.length - 1) step += 1;
  return step;
}

/** Rounded down, so that no part is shown as the whole and no free space as more; what there is, never as none. */
function toTenths(bytes: number, step: number): string {
  const tenths = Math.floor((bytes / 1024 ** step) * 10 + WHOLE_BYTES);
  const isLess = tenths === 0 && bytes > 0;
  return `${isLess ? '< 0.1' : toCount(tenths / 10)} ${STEPS[step]}`;
}

const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

export function toCount(value: number): string {
  return COUNT.format(value);
}

/** `0.4 s`, `12 s`, `1 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function toDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (milliseconds < 1000) return `${(Math.max(0, milliseconds) / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return join(hours, 'h', minutes % 60, 'min');
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `14:30 CET` today, `26 Nov 14:30 CET` on another day. */
export function toTime(at: Date, now: Date, timeZone: string): string {
  const day = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone,
  });
  const clock = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  });
  if (day.format(at) === day.format(now)) return clock.format(at);
  const year =
    day.format(at).slice(-4) === day.format(now).slice(-4) ? undefined : ('numeric' as const);
  const date = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(year ? { year } : {}),
    timeZone,
  });
  return `${date.format(at)} ${clock.format(at)}`;
}

/** `today 14:30 CET, in 58 min`. */
export function toDeadline(at: Date, now: Date, timeZone: string): string {
  return `${toTime(at, now, timeZone)}, in ${toCoarse(Math.max(0, at.getTime() - now.getTime()))}`;
}

/** Whole minutes from five minutes on: seconds would only make the eye stumble. */
function toCoarse(milliseconds: number): string {
  const minute = 60_000;
  return toDuration(
    milliseconds < 5 * minute ? milliseconds : Math.round(milliseconds / minute) * minute,
  );
}

/** `★★★★½`, and `no star` where there is none. */
export function toStars(stars: number): string {
  if (stars === 0) return 'no star';
  return '★'.repeat(Math.floor(stars)) + (stars % 1 ? '½' : '');
}

export function sizeOf(facts: Facts, key: string): string {
  const value = facts[key];
  return typeof value === 'number' ? toSize(value) : 'unknown size';
}

export function exactSizeOf(facts: Facts, key: string): string {
  const value = facts[key];
  return typeof value === 'number' ? toExactSize(value) : 'unknown size';
}

export function textOf(facts: Facts, key: string, otherwise = '?'): string {
  const value = facts[key];
  if (value === undefined) return otherwise;
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** `web-01, web-02 and 3 more`. */
export function listOf(facts: Facts, key: string, atMost: number): string {
  const value = facts[key];
  const all = Array.isArray(value) ? value.map(String) : [textOf(facts, key)];
  const rest = all.length - atMost;
  const shown = all.slice(0, atMost).join(', ');
  return rest > 0 ? `${shown} and ${toCount(rest)} more` : shown;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${toCount(count)} ${count === 1 ? one : many}`;
}

/** `2026-11-26T13:20:07.000Z` → `2026-11-26 13:20 UTC`: a plan is read in every zone. */
export function toUtc(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}
