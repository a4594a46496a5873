/** Runs pending migrations on PostgreSQL: all in one transaction, by one process at a time. */
import type { MikroORM } from '@mikro-orm/core';
import type { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../entities/entities.ts';
import {
  MIGRATION_TABLE,
  type MigrationList,
  openMigrator,
  readMigrationState,
  toForeignTable,
} from '../migrations/migration-list.ts';
import type { LoadOrm } from '../orm.ts';
import { MIGRATION_LOCK } from './postgresql-dialect.ts';

/**
 * @throws OperationError `storage_unfit` when a newer Drover made the database, or the search path finds a table of another
 *   application first. Ours may stand in a later schema; but what else is there under our names would be taken for ours.
 */
export async function migratePostgresql(
  kysely: Kysely<Tables>,
  { migrations, loadOrm }: Migrations,
): Promise<string[]> {
  const { schema, isMade, isOurs, isFree } = await lookAround(kysely, migrations);
  if (isMade && !isOurs) throw toForeignTable(schema);
  // So it is at most starts, which then wait for nobody.
  if (isMade && isFree && (await listPending(kysely, migrations, schema)).length === 0) return [];
  const { classId, key } = MIGRATION_LOCK;
  return kysely.connection().execute(async (connection) => {
    // Both may take long: waiting for another process that migrates, and migrating.
    await sql`set statement_timeout = 0`.execute(connection);
    await sql`select pg_advisory_lock(${sql.lit(classId)}, ${sql.lit(key)})`.execute(connection);
    try {
      return await migrate(kysely, schema, { migrations, loadOrm });
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(classId)}, ${sql.lit(key)})`.execute(
        connection,
      );
      await sql`reset statement_timeout`.execute(connection);
    }
  });
}

interface Migrations {
  readonly migrations: MigrationList;
  readonly loadOrm: LoadOrm;
}

interface Surroundings {
  /** Of the table of migrations, made or to be made. */
  readonly schema: string;
  /** Else asking MikroORM would make it, beside another process that does. */
  readonly isMade: boolean;
  /** It has the columns of ours, and may be read. */
  readonly isOurs: boolean;
  /** Where another migrates just now, what can be read is of the past: it may be a newer Drover. */
  readonly isFree: boolean;
}

async function lookAround(
  kysely: Kysely<Tables>,
  migrations: MigrationList,
): Promise<Surroundings> {
  const { classId, key } = MIGRATION_LOCK;
  const { rows } = await sql<Surroundings & { readonly first: string }>`
    select coalesce(nspname, current_schema(), 'public') as schema,
      coalesce(current_schema(), 'public') as first, nspname is not null as "isMade",
      (select count(*) = 2 from pg_attribute where attrelid = made and attname in ('name', 'executed_at')
        and has_column_privilege(made, attnum, 'select')) as "isOurs",
      pg_try_advisory_xact_lock_shared(${sql.lit(classId)}, ${sql.lit(key)}) as "isFree"
    from (select to_regclass(${MIGRATION_TABLE}) as made) as looked
      left join pg_class on pg_class.oid = made
      left join pg_namespace on pg_namespace.oid = relnamespace`.execute(kysely);
  const [found] = rows;
  if (!found) throw new Error('PostgreSQL answers without a row');
  if (!found.isMade || found.schema === found.first) return found;
  if (found.isOurs && (await isNotedIn(kysely, found.schema, migrations))) return found;
  // It stands behind the schema in which ours is to be made: that one is not in the way.
  return { ...found, schema: found.first, isMade: false };
}

async function isNotedIn(
  kysely: Kysely<Tables>,
  schema: string,
  migrations: MigrationList,
): Promise<boolean> {
  const names = migrations.map(({ name }) => sql.lit(name));
  const { rows } = await sql`
    select 1 from ${sql.id(schema, MIGRATION_TABLE)}
    where name in (${sql.join(names)}) limit 1`.execute(kysely);
  return rows.length > 0;
}

async function listPending(
  kysely: Kysely<Tables>,
  migrations: MigrationList,
  schema: string,
): Promise<readonly string[]> {
  return (await readMigrationState(kysely, migrations, schema)).pending;
}

/** In MikroORM's own transaction: it opens one savepoint a migration, which Kysely's other kind has not. */
async function migrate(
  kysely: Kysely<Tables>,
  schema: string,
  { migrations, loadOrm }: Migrations,
): Promise<string[]> {
  // Another process may have done it meanwhile, in the same schema.
  const { isMade } = await lookAround(kysely, migrations);
  if (isMade && (await listPending(kysely, migrations, schema)).length === 0) return [];
  const orm = (await loadOrm(migrations)) as MikroORM<PostgreSqlDriver>;
  // Unless told, MikroORM looks in `public` for what it makes where the search path says.
  orm.config.set('schema', schema);
  const migrator = await openMigrator(orm);
  return orm.em.getConnection().transactional(async (transaction) => {
    await sql`set local statement_timeout = 0`.execute(transaction);
    const done = await migrator.up({ transaction });
    return done.map(({ name }) => name);
  });
}
