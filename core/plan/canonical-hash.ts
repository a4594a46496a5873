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
 * Whether `now` does nothing else than `approved` does, to the same things, wherever it is placed.
 * Steps that may be spared may be missing.
 *
 * A VM that was renamed is the same (H01): in its steps the name is for words, and a wished one stands in the bounds.
 */
export function isDeedWithin(now: Pick<Plan, 'steps'>, approved: Pick<Plan, 'steps'>): boolean {
  const kept = new Set(now.steps.map(({ key }) => key));
  const known = approved.steps.filter(({ key, isSparable }) => kept.has(key) || !isSparable);
  const toText = (steps: readonly PlannedStep[]) =>
    toCanonicalJson(
      steps
        .map(withoutPlacement)
        .map((step) => withoutName(step, kept))
        // What must come first stands in `after`; the rest of the order is that of the list on the card.
        .toSorted((a, b) => (a.key < b.key ? -1 : 1)) as unknown as Json,
    );
  return toText(now.steps) === toText(known);
}

function withoutName(
  { input, ...step }: Omit<PlannedStep, 'placement'>,
  kept: ReadonlySet<string>,
) {
  const { name: _forWords, ...what } = input as { readonly name?: Json };
  return { ...step, after: step.after.filter((key) => kept.has(key)), input: what };
}

function withoutPlacement({ placement: _placement, ...step }: PlannedStep) {
  return step;
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
