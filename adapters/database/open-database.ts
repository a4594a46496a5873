/** What opening answers, whichever database it is. */
import type { Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { Tables } from './entities/entities.ts';
import type { LoadOrm } from './orm.ts';

/**
 * Resolves once what `work` did is committed; when it rejects, nothing of it stays.
 *
 * Others may join its commit, and then see before what it wrote; `keepToItself` lets no more of them in.
 */
export type RunTransaction<Of = Tables> = <A>(
  work: (db: Kysely<Of>, keepToItself: () => void) => Promise<A>,
) => Promise<A>;

/** Outside a transaction. Of a connection that is given back nothing may still be awaited. */
export type RunOnOne<Of = Tables> = <A>(work: (db: Kysely<Of>) => Promise<A>) => Promise<A>;

export interface OpenDatabase {
  readonly loadOrm: LoadOrm;
  readonly url: string;
  readonly dialect: Dialect;
  readonly kysely: () => Kysely<Tables>;
  readonly runTransaction: RunTransaction;
  readonly runOnOne: RunOnOne;
  /** Names of the migrations that ran now. */
  readonly migrated: readonly string[];
  readonly close: () => Promise<void>;
}
