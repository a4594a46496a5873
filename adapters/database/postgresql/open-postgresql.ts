/** Opens a PostgreSQL database that several processes share. */
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Kysely } from 'kysely';
import { entities, type Tables } from '../entities/entities.ts';
import { type MigrationList, toMigrationOptions } from '../migrations/migration-list.ts';
import { postgresqlMigrations } from '../migrations/postgresql/migrations.ts';
import type { OpenDatabase } from '../open-database.ts';
import { createFirstLook } from './first-look.ts';
import { migratePostgresql } from './migrate-postgresql.ts';
import { createPipelined } from './pipelined.ts';
import { PostgresClient } from './postgres-client.ts';
import { postgresqlDialect } from './postgresql-dialect.ts';

/** A frozen process must not keep its locks: the server ends its session, and with it the transaction. */
const IDLE_IN_TRANSACTION_MS = 5000;
const STATEMENT_MS = 20_000;

export async function openPostgresql(
  url: string,
  connections: number,
  migrations: MigrationList = postgresqlMigrations,
): Promise<OpenDatabase> {
  const { look, onPoolCreated } = createFirstLook();
  const orm = await MikroORM.init({
    driver: PostgreSqlDriver,
    entities,
    clientUrl: url,
    pool: { max: connections },
    driverOptions: {
      Client: PostgresClient,
      onPoolCreated,
      pipeline: true,
      application_name: 'drover',
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      statement_timeout: STATEMENT_MS,
      // Instants are read as text with the session's offset; every process reads and writes the same.
      options: '-c timezone=UTC',
    },
    // Without this, a schema update would drop the tables of pg-boss.
    schemaGenerator: { ignoreSchema: ['pgboss'] },
    extensions: [Migrator],
    migrations: toMigrationOptions(migrations),
  });
  const close = () => orm.close();
  try {
    await look(orm);
    const kysely = () => orm.em.getConnection().getClient() as Kysely<Tables>;
    const migrated = await migratePostgresql(orm, kysely(), migrations);
    const runTransaction = createPipelined(kysely);
    return { orm, url, dialect: postgresqlDialect, kysely, runTransaction, migrated, close };
  } catch (error) {
    await close();
    throw error;
  }
}
