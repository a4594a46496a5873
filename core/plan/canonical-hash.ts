/** SHA-256 over one canonical form of a plan's operation, steps without placement, and bounds. */
import { createHash } from 'node:crypto';
import type { Json, Plan } from './plan.ts';

export function hashPlan({
  operation,
  steps,
  bounds,
}: Pick<Plan, 'operation' | 'steps' | 'bounds'>): string {
  const exact = steps.map(({ key, kind, version, input, after }) => ({
    key,
    kind,
    version,
    input,
    after,
  }));
  return hashJson({ operation, steps: exact, bounds } as unknown as Json);
}

export function hashJson(value: Json): string {
  return createHash('sha256').update(toCanonicalJson(value)).digest('hex');
}

/** Keys sorted by code unit, no spaces, absent values left out; numbers and strings as JSON writes them (RFC 8785). */
export function toCanonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value as Record<string, Json | undefined>)
    .filter((field): field is [string, Json] => field[1] !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${toCanonicalJson(field)}`).join(',')}}`;
}
