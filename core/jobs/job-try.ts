/** What a job came to before it was retried: written with the reopening, and kept. */
import type { Facts } from '../errors.ts';
import type { Job, JobState, Step } from './job.ts';

/** End states after which the same job can go on. */
export const RETRIED_STATES = [
  'failed',
  'incomplete',
  'cancelled',
] as const satisfies readonly JobState[];

export function isRetriable({ state }: Pick<Job, 'state'>): boolean {
  return RETRIED_STATES.some((one) => one === state);
}

/** One step as that try left it, for those that did not come to what was wished. */
export type TriedStep = Pick<Step, 'key' | 'kind' | 'input' | 'state' | 'code' | 'facts'>;

export interface JobTry {
  readonly jobId: string;
  /** From 1; the try under way is none yet. */
  readonly number: number;
  readonly state: JobState;
  readonly code: string | null;
  readonly facts: Facts | null;
  readonly endedAt: Date;
  readonly steps: readonly TriedStep[];
  /** Place in the list, from 1, of the first step that began anew. */
  readonly fromStep: number;
  readonly retriedById: string;
  readonly retriedBy: string;
  readonly retriedAt: Date;
  readonly reason: string | null;
}
