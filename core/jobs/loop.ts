/** What one carrying-out needs: the store, the kinds, the rules of patience, and who is told. */
import type { Announcer } from '../ports/announcer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Rest } from '../ports/work-queue.ts';
import type { StepKinds } from './step-kind.ts';

export interface Patience {
  /** An act is sent at most this long after the claim was last proven; a kind's `settleMs` must be longer. */
  readonly sendWithinMs: number;
  /** How often an act that did not reach the platform is tried. */
  readonly tries: number;
  /** Pause before the second try, doubled each time. */
  readonly retryMs: number;
  /** An unknown outcome is looked at after this pause, doubled each time up to `lookAtMostMs`. */
  readonly lookMs: number;
  readonly lookAtMostMs: number;
  /** After so many looks an operator is asked. */
  readonly looks: number;
  /**
   * A step begins only if it was read so long ago at most that whoever its job goes by may still ask for it; so often a
   * directory that does not answer is asked again.
   */
  readonly rightsMs: number;
}

/** 5 s doubled up to 5 min, an operator after a quarter of an hour. */
export const PATIENCE: Patience = {
  sendWithinMs: 2000,
  tries: 5,
  retryMs: 2000,
  lookMs: 5000,
  lookAtMostMs: 300_000,
  looks: 8,
  rightsMs: 5000,
};

export interface Scheduling {
  readonly kinds: StepKinds;
  readonly announcer: Announcer;
  /** How many may use a permit key at once; `undefined` is no limit. */
  readonly capacityOf: (key: string) => number | undefined;
}

export interface Loop extends Scheduling {
  readonly store: Store;
  readonly clock: Clock;
  readonly patience: Patience;
  /** Aborted when the step's job is cancelled; asked for before the claim, so that no cancel falls in between. */
  readonly cancelOf: (stepId: string) => AbortController;
  /** Aborted when this process ends: the step stays as it is and is taken over. */
  readonly stopSignal: AbortSignal;
  readonly rest: Rest;
  /** Whether the right behind a job was read just now: a step that follows without a wake-up of its own begins unread. */
  readonly isRightFresh: (jobId: string) => boolean;
  /** Faults that nobody waits for: logged, never swallowed. */
  readonly onError: (error: unknown) => void;
  /** For tests of crashes: called at each named seam; the product passes nothing. */
  readonly seam?: ((name: string) => Promise<void> | void) | undefined;
}

/** This process ends; nothing is concluded and nothing written. */
export class WorkerStops extends Error {}
