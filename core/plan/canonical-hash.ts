/** SHA-256 over one canonical form of a plan's operation, steps without placement, and bounds. */
import { createHash } from 'node:crypto';
import type { Json, Plan, PlannedStep } from './plan.ts';

export function hashPlan({
  operation,
  steps,
  bounds,
}: Pick<Plan, 'operation' | 'steps' | 'bounds'>): string {
  return hashJson({ operation, steps: steps.map(withoutPlacement), bounds } as unknown as Json);
}

/** Whether both do the same to the same things in the same order, wherever it is placed. */
export function isSameDeed(a: Pick<Plan, 'steps'>, b: Pick<Plan, 'steps'>): boolean {
  const toText = ({ steps }: Pick<Plan, 'steps'>) =>
    toCanonicalJson(steps.map(withoutPlacement) as unknown as Json);
  return toText(a) === toText(b);
}

function withoutPlacement({ key, kind, version, input, after }: PlannedStep) {
  return { key, kind, version, input, after };
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
