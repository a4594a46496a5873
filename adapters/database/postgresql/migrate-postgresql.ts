/** Runs pending migrations on PostgreSQL: all in one transaction, by one process at a time. */
import type { MikroORM } from '@mikro-orm/core';
import type { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../entities/entities.ts';
import {
  MIGRATION_TABLE,
  type MigrationList,
  readMigrationState,
  toMigrator,
} from '../migrations/migration-list.ts';
import { MIGRATION_LOCK } from './postgresql-dialect.ts';

/** @throws OperationError `storage_unfit` when a newer Drover made the database. */
export async function migratePostgresql(
  orm: MikroORM<PostgreSqlDriver>,
  kysely: Kysely<Tables>,
  migrations: MigrationList,
): Promise<string[]> {
  if (await isUpToDate(orm, kysely, migrations)) return [];
  const { classId, key } = MIGRATION_LOCK;
  return kysely.connection().execute(async (connection) => {
    // Both may take long: waiting for another process that migrates, and migrating.
    await sql`set statement_timeout = 0`.execute(connection);
    await sql`select pg_advisory_lock(${sql.lit(classId)}, ${sql.lit(key)})`.execute(connection);
    try {
      return await migrate(orm, migrations);
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(classId)}, ${sql.lit(key)})`.execute(
        connection,
      );
      await sql`reset statement_timeout`.execute(connection);
    }
  });
}

/** So it is at most starts, which then take no lock. Asking MikroORM alone would make the table, beside another that does. */
async function isUpToDate(
  orm: MikroORM<PostgreSqlDriver>,
  kysely: Kysely<Tables>,
  migrations: MigrationList,
): Promise<boolean> {
  const looked = await sql<{ isThere: boolean }>`
    select to_regclass(${MIGRATION_TABLE}) is not null as "isThere"`.execute(kysely);
  if (!looked.rows[0]?.isThere) return false;
  const { pending } = await readMigrationState(orm, migrations);
  return pending.length === 0;
}

/** In MikroORM's own transaction: it opens one savepoint a migration, which Kysely's other kind has not. */
async function migrate(
  orm: MikroORM<PostgreSqlDriver>,
  migrations: MigrationList,
): Promise<string[]> {
  const { pending } = await readMigrationState(orm, migrations);
  if (pending.length === 0) return [];
  return orm.em.getConnection().transactional(async (transaction) => {
    await sql`set local statement_timeout = 0`.execute(transaction);
    const done = await toMigrator(orm).up({ transaction });
    return done.map(({ name }) => name);
  });
}
