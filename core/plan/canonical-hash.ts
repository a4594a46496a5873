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

/**
 * Whether both do the same to the same things in the same order, wherever it is placed.
 *
 * A VM that was renamed is the same (H01): in its steps the name is for words, and a wished one stands in the bounds.
 */
export function isSameDeed(a: Pick<Plan, 'steps'>, b: Pick<Plan, 'steps'>): boolean {
  const toText = ({ steps }: Pick<Plan, 'steps'>) =>
    toCanonicalJson(steps.map(withoutPlacement).map(withoutName) as unknown as Json);
  return toText(a) === toText(b);
}

function withoutName({ input, ...step }: Omit<PlannedStep, 'placement'>) {
  const { name: _forWords, ...what } = input as { readonly name?: Json };
  return { ...step, input: what };
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

/** Whether both have the same canonical JSON, told without writing it: of 25,000 objects most are as they were. */
export function isSameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, at) => isSameJson(item, other[at]));
  }
  const [a, b] = [one, other] as Record<string, Json | undefined>[];
  if (!a || !b) return false;
  return (
    Object.keys(a).every((key) => isSameJson(a[key], b[key])) &&
    Object.keys(b).every((key) => b[key] === undefined || Object.hasOwn(a, key))
  );
}
