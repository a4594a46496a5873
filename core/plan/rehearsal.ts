/** What came of a plan that was carried out on a twin of the estate: when each step would begin and end, and how. */
import type { ErrorCode, Facts } from '../errors.ts';

export interface Rehearsal {
  /** From the start of the first step to the end of the last, in milliseconds. */
  readonly finishMs: number;
  /** By their begin; what would not run is missing. */
  readonly steps: readonly RehearsedStep[];
}

export interface RehearsedStep {
  readonly key: string;
  /** Milliseconds from the start of the first. */
  readonly fromMs: number;
  readonly toMs: number;
  /** `asked`: a question, which the twin answers with what does least. */
  readonly outcome: 'done' | 'done_with_warning' | 'failed' | 'asked';
  /** Why it failed, or what is to be known of it. */
  readonly code?: ErrorCode | undefined;
  readonly facts?: Facts | undefined;
}
