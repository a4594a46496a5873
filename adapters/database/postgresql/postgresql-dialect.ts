/** PostgreSQL: many processes and connections, so rows and advisory locks keep order between them. */
import { sql } from 'kysely';
import type { Dialect, Lock } from '../dialect.ts';
import { CLOCK, TRANSACTION_FAILED } from './postgres-client.ts';

/** First half of the two-part advisory keys, apart from the one-part keys that pg-boss takes in the same database. */
const LOCK_CLASS = 0x4452;
const LOCK_KEYS: Readonly<Record<Lock, number>> = {
  permits: 1,
  quota: 2,
  estate: 3,
  audit_chain: 4,
};
export const MIGRATION_LOCK = { classId: LOCK_CLASS, key: 5 };

const readNow = sql<{ now: string }>`${sql.raw(CLOCK)}`;

export const postgresqlDialect: Dialect = {
  name: 'postgresql',
  async readClock(db) {
    const { rows } = await readNow.execute(db);
    return Date.parse(rows[0]?.now ?? '');
  },
  async lock(db, what) {
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK_CLASS)}, ${sql.lit(LOCK_KEYS[what])})`.execute(
      db,
    );
  },
  locksRows: true,
  pipelines: true,
  isEcho: (error) => error instanceof Error && 'code' in error && error.code === TRANSACTION_FAILED,
  storeInstant: (value) => value,
  readInstant: (value) => new Date(value),
  storeBoolean: (value) => value,
  readJson: (value) => value,
};
