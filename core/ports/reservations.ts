/** What is kept free for open requests and their jobs. */
import type { Reserves } from '../plan/plan.ts';

/** Kept free for an open request or its job; deleted in the transaction that makes it needless. */
export interface Reservation extends Reserves {
  readonly requestId: string;
  /** Whose quota it takes. */
  readonly personId: string;
  readonly roleNames: readonly string[];
}

export interface ReservationReads {
  list(): Promise<Reservation[]>;
}
export interface ReservationTable extends ReservationReads {
  /** One a request; replaces an earlier one. */
  put(reservation: Reservation): Promise<void>;
  delete(requestId: string): Promise<void>;
}
