/** What the parts of `bot` share: made once by compose.ts, passed on, and never a global. */
import type { DecideDeps } from '#approvals/decide.ts';
import type { RequestDeps } from '#approvals/open-request.ts';
import type { Rules } from '#approvals/policy.ts';
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { SyncOptions } from '#core/inventory/sync-connection.ts';
import type { Scheduling } from '#core/jobs/loop.ts';
import type { WorldDeps } from '#core/operations/prepare-world.ts';
import type { Connection } from '#core/ports/connection.ts';
import type { Directory } from '#core/ports/directory.ts';
import type { Reach } from './conversation/tell-operators.ts';
import type { RehearsePlan } from './rehearsal/rehearse-plan.ts';

export interface House {
  readonly store: ApprovalStore;
  readonly directory: Directory;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly index: EstateIndex;
  readonly sync: SyncOptions;
  readonly world: WorldDeps;
  readonly rules: Rules;
  readonly scheduling: Scheduling;
  readonly requests: RequestDeps & DecideDeps;
  readonly rehearsePlan: RehearsePlan;
  readonly newId: () => string;
  /** How long after its approval a job may be retried, in milliseconds. */
  readonly retryWithinMs: number;
  /** Faults that nobody waits for; logged. */
  readonly onError: (error: unknown) => void;
  /** Tells steps under way in this process that their job is cancelled. */
  readonly passOnCancel: (jobId: string) => void;
  /** Reads a connection anew at once instead of at its next turn. */
  readonly resync: (connectionId: string) => void;
  /** An administrator has seen that the database went back, and accepts it as it is (H37). */
  readonly acceptDatabase: () => void;
  /** Where times are shown: an IANA zone. */
  readonly timeZone: string;
  readonly version: string;
  readonly links: { readonly confirmEveryDays: number };
  readonly reach: Reach;
  /** Where people sign in; known once the console listens. */
  readonly signInUrl: () => string;
}
