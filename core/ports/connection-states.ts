/** How each configured connection stands, kept over restarts. */
import type { Json } from '../plan/plan.ts';

/** What Drover knows of a configured connection over time (H06, H10). */
export interface ConnectionState {
  readonly id: string;
  readonly identity: string | null;
  readonly product: string | null;
  /** Why it is on hold; no change goes out until an administrator accepts. */
  readonly holdCode: 'identity_changed' | 'went_back' | 'many_vanished' | null;
  readonly holdFacts: Json;
  readonly holdSince: Date | null;
  /** When it last answered. */
  readonly answeredAt: Date | null;
  /** Since when it does not answer, and how it fails. */
  readonly failingSince: Date | null;
  readonly errorCode: string | null;
  readonly errorFacts: Json;
  /** When the last full reading ended. */
  readonly syncedAt: Date | null;
}

export interface ConnectionStateReads {
  find(id: string): Promise<ConnectionState | undefined>;
  list(): Promise<ConnectionState[]>;
}
export interface ConnectionStateTable extends ConnectionStateReads {
  /** Inserts or changes the named fields. */
  save(id: string, changes: Partial<Omit<ConnectionState, 'id'>>): Promise<void>;
}
