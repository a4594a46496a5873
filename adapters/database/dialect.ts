/** All in which SQLite and PostgreSQL differ for the store; everything else is one SQL for both. */
import type { Kysely } from 'kysely';
import type { Tx } from '#core/ports/store.ts';
import type { Stored, Tables } from './entities/entities.ts';

export type Lock = Parameters<Tx['lock']>[0] | 'audit_chain';

export interface Dialect {
  readonly name: 'sqlite' | 'postgresql';
  /** Milliseconds since 1970 on the database's clock. */
  readClock(db: Kysely<Tables>): Promise<number> | number;
  /**
   * Held until the transaction ends. Both do nothing where one process owns the database and has one connection: its
   * transactions follow one another.
   */
  lock(db: Kysely<Tables>, what: Lock): Promise<void>;
  readonly locksRows: boolean;
  /** Statements may be sent before others are answered, and one that fails undoes the transaction. */
  readonly pipelines: boolean;
  /** Says only that a statement before it has failed; answers that come together may be heard in another order. */
  isEcho(error: unknown): boolean;
  storeInstant(value: Date): Stored;
  readInstant(value: string | number): Date;
  storeBoolean(value: boolean): Stored;
  readJson(value: unknown): unknown;
}
