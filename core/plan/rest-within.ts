/** Whether a plan that is made again for the rest of a job does nothing that was not approved. */
import { toCanonicalJson } from './canonical-hash.ts';
import type { Json, Plan, PlannedStep } from './plan.ts';

/**
 * Answers the keys that differ: steps of `now` that were not approved so, and approved ones that it lacks though they
 * may not be spared. Keys in `kept` are done and may be missing; those in `older` were written by an older version,
 * and are compared by their bounds alone.
 */
export function listOtherSteps(
  now: Pick<Plan, 'steps'>,
  approved: Pick<Plan, 'steps'>,
  { kept, older }: { kept: ReadonlySet<string>; older: ReadonlySet<string> },
): string[] {
  const known = new Map(approved.steps.map((step) => [step.key, step]));
  const planned = new Set(now.steps.map(({ key }) => key));
  const other = now.steps.filter((step) => {
    const was = known.get(step.key);
    return !was || !(older.has(step.key) || isSameDeed(step, was));
  });
  const missing = approved.steps.filter(
    ({ key, isSparable }) => !(planned.has(key) || isSparable || kept.has(key)),
  );
  return [...other, ...missing].map(({ key }) => key);
}

/** What waited for more before waits for it still; it may wait for nothing else. */
function isSameDeed(now: PlannedStep, was: PlannedStep): boolean {
  const before = new Set(was.after);
  return toText(now) === toText(was) && now.after.every((key) => before.has(key));
}

/** In its steps a VM's name is for words. */
function toText({ kind, version, input, begins = 'when_done', choice = '' }: PlannedStep): string {
  const { name: _forWords, ...what } = input as { readonly name?: Json };
  return toCanonicalJson({ kind, version, begins, choice, what } as unknown as Json);
}
