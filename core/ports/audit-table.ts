/** Audit events, written in the transaction they tell of and sealed into one hash chain afterwards. */
import type { Json } from '../plan/plan.ts';

export interface NewAuditEvent {
  /** `vote_cast`, `refused`, `step_ended`: snake_case. */
  readonly event: string;
  /** Directory id of the person who did it; absent when Drover did. */
  readonly personId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly jobId?: string | undefined;
  readonly facts: Json;
}

/** The bytes that were stored and are hashed, unchanged: `body` is the JSON text itself. */
export interface AuditRow {
  /** Rises with each event; gaps are allowed before sealing. */
  readonly id: number;
  readonly body: string;
  /** Place in the chain, from 1 without gaps; absent until sealed. */
  readonly chainIndex: number | null;
  readonly hash: string | null;
}

export interface AuditReads {
  /** Events not sealed yet, oldest first. */
  listUnsealed(limit: number): Promise<AuditRow[]>;
  /** Sealed events after `chainIndex`, in chain order. */
  listSealedAfter(chainIndex: number, limit: number): Promise<AuditRow[]>;
  findHead(): Promise<{ readonly chainIndex: number; readonly hash: string } | undefined>;
  /** Newest first; for views and tests. */
  list(where: {
    requestId?: string;
    jobId?: string;
    event?: string;
    limit: number;
  }): Promise<AuditRow[]>;
}

export interface AuditTable extends AuditReads {
  insert(event: NewAuditEvent): Promise<void>;
  /** One sealer at a time over all processes, until the transaction ends. */
  lockChain(): Promise<void>;
  seal(
    rows: readonly { readonly id: number; readonly chainIndex: number; readonly hash: string }[],
  ): Promise<void>;
}
