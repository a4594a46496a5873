/** Opens a PostgreSQL database that several processes share. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from '../entities/entities.ts';
import type { MigrationList } from '../migrations/migration-list.ts';
import { postgresqlMigrations } from '../migrations/postgresql/migrations.ts';
import type { OpenDatabase } from '../open-database.ts';
import { createOrmLoader } from '../orm.ts';
import { lookFirst } from './first-look.ts';
import { migratePostgresql } from './migrate-postgresql.ts';
import { createPipelined } from './pipelined.ts';
import { PostgresClient } from './postgres-client.ts';
import { postgresqlDialect } from './postgresql-dialect.ts';
import { withOwnOptions } from './session-options.ts';

/** A frozen process must not keep its locks: the server ends its session, and with it the transaction. */
const IDLE_IN_TRANSACTION_MS = 5000;
const STATEMENT_MS = 20_000;

/** Instants are read as text, with the session's offset and in its style, which a server or a role may have of its own. */
const SESSION = '-c timezone=UTC -c datestyle=ISO';

const { TIMESTAMPTZ } = pg.types.builtins;
/** A `Date` of the driver's costs more, and `codec.ts` makes its own. */
const INSTANTS_AS_TEXT: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === TIMESTAMPTZ && format !== 'binary'
      ? (text: string) => text
      : pg.types.getTypeParser(oid, format),
};

export async function openPostgresql(
  url: string,
  connections: number,
  migrations: MigrationList = postgresqlMigrations,
): Promise<OpenDatabase> {
  const db = await openPool(url, {
    max: connections,
    pipeline: true,
    application_name: 'drover',
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    statement_timeout: STATEMENT_MS,
  });
  const kysely = () => db;
  const loadOrm = createOrmLoader('postgresql', db);
  const close = () => db.destroy();
  try {
    const migrated = await migratePostgresql(db, { migrations, loadOrm });
    const running = { dialect: postgresqlDialect, kysely, ...createPipelined(kysely) };
    return { loadOrm, url, ...running, migrated, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Rejects when nobody lets it in, or answers it, in time: `options.connectionTimeoutMillis`, or ten seconds for each. */
export async function openPool(url: string, options: pg.PoolConfig): Promise<Kysely<Tables>> {
  const pool = new pg.Pool({
    ...{ ...withOwnOptions(url, SESSION), types: INSTANTS_AS_TEXT, Client: PostgresClient },
    ...options,
  });
  // Without a listener the end of an idle connection would be the end of the process. Who waits for an answer hears of it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  await lookFirst(pool, options.connectionTimeoutMillis).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}
