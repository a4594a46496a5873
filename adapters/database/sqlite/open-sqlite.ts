/** Opens a SQLite file. Its only owner is the process that holds the folder's lock. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, SqliteDriver } from '@mikro-orm/sql';
import type { Kysely } from 'kysely';
import { entities, type Tables } from '../entities/entities.ts';
import { type MigrationList, toMigrationOptions } from '../migrations/migration-list.ts';
import { sqliteMigrations } from '../migrations/sqlite/migrations.ts';
import type { OpenDatabase } from '../open-database.ts';
import { createGroupCommit } from './group-commit.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { createNodeSqliteDialect, openNodeSqlite } from './node-sqlite.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';

const FILE_NAME = 'drover.db';

export async function openSqlite(
  path: string,
  migrations: MigrationList = sqliteMigrations,
): Promise<OpenDatabase> {
  const file = toFile(path);
  mkdirSync(dirname(file), { recursive: true });
  const database = openNodeSqlite(file);
  const orm = await MikroORM.init({
    driver: SqliteDriver,
    entities,
    dbName: file,
    driverOptions: createNodeSqliteDialect(database),
    extensions: [Migrator],
    migrations: toMigrationOptions(migrations),
  });
  const close = () => orm.close();
  try {
    const migrated = await migrateSqlite(orm, file, migrations);
    const dialect = createSqliteDialect(database);
    const kysely = () => orm.em.getConnection().getClient() as Kysely<Tables>;
    const runTransaction = createGroupCommit(kysely);
    // There is one.
    const runOnOne: OpenDatabase['runOnOne'] = (work) => work(kysely());
    const running = { dialect, kysely, runTransaction, runOnOne };
    return { orm, url: `sqlite:${file}`, ...running, migrated, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function toFile(path: string): string {
  const isFolder =
    /[/\\]$/.test(path) || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return resolve(isFolder ? join(path, FILE_NAME) : path);
}
