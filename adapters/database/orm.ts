/**
 * MikroORM on an open database: it makes the tables what the entities say, by migrations.
 *
 * Loaded when there is something to migrate, and by tests: loading it and reading the entities takes longer than all else
 * that a start does with a database.
 */
import type { MikroORM } from '@mikro-orm/core';
import { type Kysely, sql } from 'kysely';
import type { Tables } from './entities/entities.ts';
import { MIGRATION_TABLE, type MigrationList } from './migrations/migration-list.ts';

/** It closes with `kysely`, and is not to be closed by itself. */
export type LoadOrm = (migrations?: MigrationList) => Promise<MikroORM>;

export function createOrmLoader(dialect: 'sqlite' | 'postgresql', kysely: Kysely<Tables>): LoadOrm {
  return async (migrations = []) => {
    const { Migrator } = await import('@mikro-orm/migrations');
    const { entities } = await import('./entities/entities.ts');
    const listed = migrations.map(async ({ name, load }) => ({ name, class: await load() }));
    const options = {
      ...{ entities, driverOptions: kysely, extensions: [Migrator] },
      // No folders, and no snapshots on an operator's disk.
      migrations: {
        ...{ migrationsList: await Promise.all(listed), tableName: MIGRATION_TABLE },
        ...{ snapshot: false, silent: true },
      },
    };
    if (dialect === 'sqlite') {
      const { MikroORM: Orm, SqliteDriver } = await import('@mikro-orm/sql');
      return Orm.init({ ...options, driver: SqliteDriver, dbName: 'drover' });
    }
    const { MikroORM: Orm, PostgreSqlDriver } = await import('@mikro-orm/postgresql');
    // It would make a database of any other name.
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(kysely);
    const dbName = rows[0]?.name ?? '';
    // Without this, a schema update would drop the tables of pg-boss.
    const schemaGenerator = { ignoreSchema: ['pgboss'] };
    return Orm.init({ ...options, driver: PostgreSqlDriver, dbName, schemaGenerator });
  };
}
