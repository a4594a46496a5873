/** What every table of one transaction or reading works with. */
import type { Kysely } from 'kysely';
import type { Codecs } from './codec.ts';
import type { Dialect } from './dialect.ts';
import type { Tables } from './entities/entities.ts';
import type { RunStatement } from './statements.ts';
import type { FirstAsks } from './tables/first-asks.ts';

export interface Scope {
  readonly db: Kysely<Tables>;
  readonly now: Date;
  readonly dialect: Dialect;
  readonly codecs: Codecs;
  readonly run: RunStatement;
  readonly asks: FirstAsks;
}

/** Inside a transaction. */
export interface TxScope extends Scope {
  /**
   * For a statement whose answer nobody reads. Where one that fails undoes the whole transaction, as on PostgreSQL, it is
   * not waited for: what is asked next goes out with it, and the transaction fails as it did.
   */
  readonly send: (statement: Promise<unknown>) => Promise<unknown>;
  /** What is written now nobody else sees before it is committed. */
  readonly keepToItself: () => void;
}

/** Keeps a row from others until the transaction ends. */
export function lockRow<Query extends { forUpdate(): Query }>(
  query: Query,
  { dialect }: Pick<Scope, 'dialect'>,
): Query {
  return dialect.locksRows ? query.forUpdate() : query;
}

/** Whether compare-and-set found what it compared with. */
export function isOne(result: { readonly numUpdatedRows: bigint }): boolean {
  return result.numUpdatedRows === 1n;
}
