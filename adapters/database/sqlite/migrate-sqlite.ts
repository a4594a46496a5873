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
import {
  type MigrationList,
  readMigrationState,
  toMigrator,
} from '../migrations/migration-list.ts';

/**
 * A database that has rows is copied to `<file>.before-<first migration>-<time>` first.
 *
 * @throws OperationError `storage_unfit` when a newer Drover made it, or a reference would be broken; the database is
 *   then as it was.
 */
export async function migrateSqlite(
  orm: MikroORM<SqliteDriver>,
  file: string,
  migrations: MigrationList,
): Promise<string[]> {
  const { isFresh, pending } = await readMigrationState(orm, migrations);
  if (pending.length === 0) return [];
  const db = orm.em.getConnection().getClient();
  if (!isFresh) await backUp(db, `${file}.before-${pending[0]}`);
  await sql`pragma foreign_keys = off`.execute(db);
  try {
    return await orm.em.getConnection().transactional(async (transaction) => {
      const done = await toMigrator(orm).up({ transaction });
      await refuseBrokenReferences(transaction);
      return done.map(({ name }) => name);
    });
  } finally {
    await sql`pragma foreign_keys = on`.execute(db);
  }
}

/** A copy of an earlier try is kept: it may be the better one. */
async function backUp<Tables>(db: Kysely<Tables>, file: string): Promise<void> {
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
