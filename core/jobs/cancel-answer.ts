/**
 * What a platform said to a cancel that it did not take. It stands in the facts of the step that is under way, so that
 * whoever takes the step over shows it too, and goes with the step's end or with a cancel that is taken.
 */
import type { ErrorCode, ErrorEnd, Facts, OperationError } from '../errors.ts';
import type { Step } from './job.ts';

export interface CancelAnswer {
  readonly code: ErrorCode;
  /** `not_started`: it did not reach the platform. `unknown`: nobody knows whether it was taken. */
  readonly end: ErrorEnd;
  readonly facts: Facts;
  readonly at: Date;
}

/** Facts are flat, and what a step waits for stands beside these. */
const MARK = 'cancel.';

export function toCancelFacts({ code, end, facts }: OperationError, at: Date): Facts {
  const all = { ...facts, code, end, at: at.toISOString() };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [`${MARK}${key}`, value]));
}

export function pickCancelFacts(facts: Facts | null): Facts {
  return Object.fromEntries(Object.entries(facts ?? {}).filter(([key]) => key.startsWith(MARK)));
}

export function omitCancelFacts(facts: Facts | null): Facts {
  return Object.fromEntries(Object.entries(facts ?? {}).filter(([key]) => !key.startsWith(MARK)));
}

/** Undefined: none was sent, or the last one was taken. */
export function readCancelAnswer(step: Pick<Step, 'facts'>): CancelAnswer | undefined {
  const kept = Object.entries(pickCancelFacts(step.facts)).map(([key, value]) => [
    key.slice(MARK.length),
    value,
  ]);
  const { code, end, at, ...facts } = Object.fromEntries(kept);
  return code === undefined ? undefined : { code, end, facts, at: new Date(at) };
}
