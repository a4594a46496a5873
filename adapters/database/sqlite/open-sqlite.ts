/** Opens a SQLite file. Its only owner is the process that holds the folder's lock. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Kysely } from 'kysely';
import type { Tables } from '../entities/entities.ts';
import type { MigrationList } from '../migrations/migration-list.ts';
import { sqliteMigrations } from '../migrations/sqlite/migrations.ts';
import type { OpenDatabase } from '../open-database.ts';
import { createOrmLoader } from '../orm.ts';
import { createCheckpoints } from './checkpoints.ts';
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
  const db = new Kysely<Tables>({ dialect: createNodeSqliteDialect(database) });
  const loadOrm = createOrmLoader('sqlite', db);
  const checkpoints = createCheckpoints(database);
  const close = async () => {
    await checkpoints.close();
    await db.destroy();
  };
  try {
    const migrated = await migrateSqlite(db, file, { migrations, loadOrm });
    const dialect = createSqliteDialect(database);
    const kysely = () => db;
    const runTransaction = createGroupCommit(kysely, checkpoints.note);
    // There is one.
    const runOnOne: OpenDatabase['runOnOne'] = (work) => work(kysely());
    const running = { dialect, kysely, runTransaction, runOnOne };
    return { loadOrm, url: `sqlite:${file}`, ...running, migrated, close };
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
