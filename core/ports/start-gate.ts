/**
 * What stands between a decision and the first act: requester and voters are read again, the plan is made again, and it
 * must lie inside what was approved. Core does not know approvals; it asks this port.
 */
import type { ErrorCode, Facts } from '../errors.ts';
import type { LostCode } from '../jobs/hold.ts';
import type { Job } from '../jobs/job.ts';
import type { Json, Plan } from '../plan/plan.ts';
import type { PersonRef } from './directory.ts';
import type { Tx } from './store.ts';

export type StartVerdict =
  | {
      readonly verdict: 'go';
      readonly plan: Plan;
      /** What differs from the approved plan, inside its bounds. */
      readonly notes: Json;
      /**
       * Makes the plan once more in the transaction that starts, under the quota lock, so that two starts never take the
       * same memory. Undefined: it no longer fits as checked; check again.
       */
      readonly confirm: (
        tx: Tx,
      ) => Promise<{ readonly plan: Plan; readonly notes: Json } | undefined>;
    }
  /** The request is open again: votes void, or bounds that no longer hold. `settle` writes it. */
  | {
      readonly verdict: 'back';
      readonly code: string;
      readonly facts: Facts;
      readonly settle: (tx: Tx) => Promise<void>;
    }
  | {
      readonly verdict: 'refused';
      readonly code: string;
      readonly facts: Facts;
      readonly settle: (tx: Tx) => Promise<void>;
    }
  /** A directory or a platform does not answer now. */
  | { readonly verdict: 'wait'; readonly code: string; readonly facts: Facts };

/** What the directory says now of whoever a running job goes by (H26). */
export type Standing =
  | { readonly standing: 'holds' }
  | {
      readonly standing: 'lost';
      readonly code: LostCode;
      readonly facts: Facts;
      /** Who may say what becomes of the job. */
      readonly asks: readonly PersonRef[];
    }
  /** No answer is no loss, and no leave to begin anything either (H09). */
  | {
      readonly standing: 'unknown';
      readonly code: ErrorCode;
      /** Who may say what becomes of the job, read once it has been so for long. */
      readonly asks?: readonly PersonRef[];
    };

export interface StartGate {
  /** Reads only; never called inside a transaction. */
  check(job: Job): Promise<StartVerdict>;
  /** Reads only; never called inside a transaction. */
  readStanding(job: Job): Promise<Standing>;
  /** Who may say what becomes of a job that may not go on; nobody where that cannot be read. Never called inside a transaction. */
  listOperators(): Promise<readonly PersonRef[]>;
  /** Ends the request of a job that waited too long for its start. */
  giveUp(tx: Tx, job: Job, code: string, facts: Facts): Promise<void>;
}
