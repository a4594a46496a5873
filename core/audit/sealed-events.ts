/** What proving the chain reads: all that is stored of an event, to the byte. */
export interface SealedEvent {
  readonly id: number;
  /** The stored bytes, or a text that was made of them without loss. */
  readonly body: string | Uint8Array;
  readonly chainIndex: number;
  readonly hash: string | null;
  /** The columns that the event is found by; the body says them again. */
  readonly found?: FoundBy | undefined;
}

export interface FoundBy {
  readonly event: string;
  readonly requestId: string | null;
  readonly jobId: string | null;
}

export interface SealedEvents {
  /** In chain order, twins too; all are of one instant, whatever is written meanwhile. */
  listSealedAfter(chainIndex: number, limit: number): Promise<SealedEvent[]>;
  countEvents(): Promise<{ readonly sealed: number; readonly unsealed: number }>;
}

/**
 * Opens the audit for reading, writes nothing, and closes it again; a running Drover may own the database. May call
 * `work` again when the first reading was disturbed.
 */
export type ReadAudit = <A>(work: (events: SealedEvents) => Promise<A>) => Promise<A>;
