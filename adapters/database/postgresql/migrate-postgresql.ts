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
  const { schema, isMade, isFree } = await lookAround(kysely);
  // Unless told, MikroORM looks in `public` for what it makes where the search path says.
  orm.config.set('schema', schema);
  if (isMade && isFree && (await isUpToDate(orm, migrations))) return [];
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

interface Surroundings {
  /** Of the table of migrations, made or to be made. */
  readonly schema: string;
  /** Else asking MikroORM would make it, beside another process that does. */
  readonly isMade: boolean;
  /** Where another migrates just now, what can be read is of the past: it may be a newer Drover. */
  readonly isFree: boolean;
}

async function lookAround(kysely: Kysely<Tables>): Promise<Surroundings> {
  const { classId, key } = MIGRATION_LOCK;
  const { rows } = await sql<Surroundings>`
    select coalesce(nspname, current_schema(), 'public') as schema, nspname is not null as "isMade",
      pg_try_advisory_xact_lock_shared(${sql.lit(classId)}, ${sql.lit(key)}) as "isFree"
    from (select to_regclass(${MIGRATION_TABLE}) as made) as looked
      left join pg_class on pg_class.oid = made
      left join pg_namespace on pg_namespace.oid = relnamespace`.execute(kysely);
  const [found] = rows;
  if (!found) throw new Error('PostgreSQL answers without a row');
  return found;
}

/** So it is at most starts, which then wait for nobody. */
async function isUpToDate(
  orm: MikroORM<PostgreSqlDriver>,
  migrations: MigrationList,
): Promise<boolean> {
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
