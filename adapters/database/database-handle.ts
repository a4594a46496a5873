/** The database as work queues see it: the same one as the store's, so that a wake-up joins the domain transaction. */
import type { Kysely } from 'kysely';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { TxScope } from './scope.ts';

export interface DatabaseHandle {
  readonly dialect: 'sqlite' | 'postgresql';
  /** `sqlite:<file>` or the PostgreSQL URL, password included. */
  readonly url: string;
  /**
   * Runs outside a domain transaction; on SQLite it waits for the running one to end.
   *
   * @throws OperationError `called_inside_transaction` when called within one, which would wait for itself.
   */
  // biome-ignore lint/suspicious/noExplicitAny: each queue has tables of its own, which the store does not know.
  kysely(): Kysely<any>;
  /** Of the running domain transaction, given as `tx.native`. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  kyselyOf(native: unknown): Kysely<any>;
  /** Writes in that transaction what answers nothing: where it fails the transaction does, and only SQLite is waited for. */
  send(native: unknown, statement: Promise<unknown>): Promise<unknown>;
  /** Milliseconds since 1970 on the database's clock. */
  now(): Promise<number>;
}

/** What `tx.native` is. */
export interface Native {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly db: Kysely<any>;
  readonly send: TxScope['send'];
}

export function createDatabaseHandle({
  kysely,
  readClock,
  ...named
}: Pick<DatabaseHandle, 'dialect' | 'url' | 'kysely'> & {
  readonly readClock: () => Promise<number> | number;
}): DatabaseHandle {
  return {
    ...named,
    kysely() {
      refuseInsideTransaction('database');
      return kysely();
    },
    kyselyOf: (native) => (native as Native).db,
    send: (native, statement) => (native as Native).send(statement),
    now: async () => readClock(),
  };
}
