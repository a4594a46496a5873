/** Which migrations there are, and whether a database knows more of them than this code does. */
import type { MikroORM } from '@mikro-orm/core';
import type { Migration, Migrator } from '@mikro-orm/migrations';
import { type Kysely, sql } from 'kysely';
import { OperationError } from '#core/errors.ts';

/** A name is for life: it stands in each database. */
export type MigrationList = readonly {
  readonly name: string;
  /** Only to run it, and with it MikroORM. */
  readonly load: () => Promise<
    new (
      ...parameters: ConstructorParameters<typeof Migration>
    ) => Migration
  >;
}[];

export const MIGRATION_TABLE = 'migration';

export interface MigrationState {
  readonly isFresh: boolean;
  readonly pending: readonly string[];
}

/**
 * @param schema Of PostgreSQL. There is a table of migrations, with the columns of ours.
 * @throws OperationError `storage_unfit` when a newer Drover has been here, or another application.
 */
export async function readMigrationState<Tables>(
  db: Kysely<Tables>,
  list: MigrationList,
  schema?: string,
): Promise<MigrationState> {
  const table = schema ? sql.id(schema, MIGRATION_TABLE) : sql.id(MIGRATION_TABLE);
  const { rows } = await sql<{ readonly name: string }>`select name from ${table}`.execute(db);
  const executed = rows.map(({ name }) => name);
  const known = new Set(list.map(({ name }) => name));
  const unknown = executed.filter((name) => !known.has(name));
  // Whoever was here before knew the first ones too.
  if (unknown.length > 0 && unknown.length === executed.length) throw toForeignTable(schema);
  if (unknown.length > 0) {
    const facts = { reason: 'newer_version', migrations: unknown };
    throw new OperationError('storage_unfit', 'not_started', facts);
  }
  const pending = [...known].filter((name) => !executed.includes(name));
  return { isFresh: executed.length === 0, pending };
}

/** The table that bears the name of ours belongs to somebody else. */
export function toForeignTable(schema?: string): OperationError {
  const facts = { reason: 'table_of_another', table: MIGRATION_TABLE, ...(schema && { schema }) };
  return new OperationError('storage_unfit', 'not_started', facts);
}

/** With its table made: inside the transaction that migrates it would wait for that transaction. */
export async function openMigrator(orm: MikroORM): Promise<Migrator> {
  const migrator = orm.migrator as Migrator;
  await migrator.getExecuted();
  return migrator;
}
