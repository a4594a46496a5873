/** Where a time axis is marked: at durations that people count in. */
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 5, 10, 20, 50, 100].map((count) => count * day),
];

/** From 0 to `endMs` in milliseconds, at most `most` of them. */
export function listTicks(endMs: number, most: number): readonly number[] {
  const isFew = (step: number) => Math.floor(endMs / step) < most;
  const step = steps.find(isFew) ?? Math.ceil(endMs / Math.max(1, most - 1) / day) * day;
  const count = Math.floor(endMs / step) + 1;
  return Array.from({ length: count }, (_, at) => at * step);
}
