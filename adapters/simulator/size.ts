/** Sizes in the estate file: whole bytes, or `16GiB`; binary units alone (H20). */
import { z } from 'zod';

const UNITS = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;
const PATTERN = /^(\d{1,9})(KiB|MiB|GiB|TiB)$/;

export const Size = z.union([
  z.int().min(0),
  z.string().regex(PATTERN, 'Write a whole number of bytes, or one with KiB, MiB, GiB or TiB.'),
]);
export type Size = z.infer<typeof Size>;

export function toBytes(size: Size): number;
export function toBytes(size: Size | undefined): number | undefined;
export function toBytes(size: Size | undefined): number | undefined {
  if (size === undefined || typeof size === 'number') return size;
  const [, count, unit] = PATTERN.exec(size) ?? [];
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** In the largest unit that says it exactly. */
export function toSize(bytes: number | undefined): Size | undefined {
  if (bytes === undefined || bytes === 0) return bytes;
  for (const unit of ['TiB', 'GiB', 'MiB'] as const)
    if (bytes % UNITS[unit] === 0) return `${bytes / UNITS[unit]}${unit}`;
  return bytes;
}
