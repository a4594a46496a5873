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

/**
 * So it is at most starts, which then wait for nobody. Where another migrates just now, what stands there is of the past:
 * it may be a newer Drover. Asking MikroORM alone would make the table, beside another that does.
 */
async function isUpToDate(
  orm: MikroORM<PostgreSqlDriver>,
  kysely: Kysely<Tables>,
  migrations: MigrationList,
): Promise<boolean> {
  const { classId, key } = MIGRATION_LOCK;
  const looked = await sql<{ isThere: boolean; isStill: boolean }>`
    select to_regclass(${MIGRATION_TABLE}) is not null as "isThere",
      pg_try_advisory_xact_lock_shared(${sql.lit(classId)}, ${sql.lit(key)}) as "isStill"`.execute(
    kysely,
  );
  if (!(looked.rows[0]?.isThere && looked.rows[0].isStill)) return false;
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
