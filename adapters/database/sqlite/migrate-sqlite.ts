/**
 * Runs pending migrations on SQLite without losing references: all in one transaction, checked before it commits.
 *
 * A migration that rebuilds a table switches foreign keys off inside its transaction, where that does nothing:
 * dropping the old table then applies `on delete set null` or `cascade` to every referring row. So they are
 * switched off on the connection before.
 */
import type { MikroORM } from '@mikro-orm/core';
import type { SqliteDriver } from '@mikro-orm/sql';
import { type Kysely, sql } from 'kysely';
import { OperationError } from '#core/errors.ts';
import type { Tables } from '../entities/entities.ts';
import {
  MIGRATION_TABLE,
  type MigrationList,
  type MigrationState,
  openMigrator,
  readMigrationState,
  toForeignTable,
} from '../migrations/migration-list.ts';
import type { LoadOrm } from '../orm.ts';

/**
 * A database that has rows is copied to `<file>.before-<first migration>-<time>` first.
 *
 * @throws OperationError `storage_unfit` when a newer Drover made it, or a reference would be broken; the database is
 *   then as it was.
 */
export async function migrateSqlite(
  db: Kysely<Tables>,
  file: string,
  { migrations, loadOrm }: { readonly migrations: MigrationList; readonly loadOrm: LoadOrm },
): Promise<string[]> {
  const { isFresh, pending } = await readState(db, migrations);
  if (pending.length === 0) return [];
  const orm = (await loadOrm(migrations)) as MikroORM<SqliteDriver>;
  const migrator = await openMigrator(orm);
  if (!isFresh) await backUp(db, `${file}.before-${pending[0]}`);
  await sql`pragma foreign_keys = off`.execute(db);
  try {
    return await orm.em.getConnection().transactional(async (transaction) => {
      const done = await migrator.up({ transaction });
      await refuseBrokenReferences(transaction);
      return done.map(({ name }) => name);
    });
  } finally {
    await sql`pragma foreign_keys = on`.execute(db);
  }
}

async function readState(db: Kysely<Tables>, migrations: MigrationList): Promise<MigrationState> {
  const { rows } = await sql<{
    name: string;
  }>`select name from pragma_table_info(${MIGRATION_TABLE})`.execute(db);
  const columns = rows.map(({ name }) => name);
  if (columns.length === 0) return { isFresh: true, pending: migrations.map(({ name }) => name) };
  if (!(columns.includes('name') && columns.includes('executed_at'))) throw toForeignTable();
  return readMigrationState(db, migrations);
}

/** A copy of an earlier try is kept: it may be the better one. */
async function backUp(db: Kysely<Tables>, file: string): Promise<void> {
  const { rows } = await sql<{
    now: string;
  }>`select strftime('%Y%m%dT%H%M%fZ') as now`.execute(db);
  await sql`vacuum into ${`${file}-${rows[0]?.now}`}`.execute(db);
}

async function refuseBrokenReferences<Tables>(transaction: Kysely<Tables>): Promise<void> {
  const { rows } = await sql`pragma foreign_key_check`.execute(transaction);
  if (rows.length === 0) return;
  const facts = { reason: 'broken_references', count: rows.length };
  throw new OperationError('storage_unfit', 'not_started', facts);
}
