/** Which migrations there are, and whether a database knows more of them than this code does. */
import type { MikroORM } from '@mikro-orm/core';
import type { Migration, Migrator } from '@mikro-orm/migrations';
import { OperationError } from '#core/errors.ts';

/** A name is for life: it stands in each database. */
export type MigrationList = readonly {
  readonly name: string;
  readonly class: new (...parameters: ConstructorParameters<typeof Migration>) => Migration;
}[];

export const MIGRATION_TABLE = 'migration';

export interface MigrationState {
  readonly isFresh: boolean;
  readonly pending: readonly string[];
}

/** @throws OperationError `storage_unfit` when a newer Drover has been here, or another application. */
export async function readMigrationState(
  orm: MikroORM,
  list: MigrationList,
): Promise<MigrationState> {
  const executed = (await toMigrator(orm).getExecuted()).map(({ name }) => name);
  const known = new Set(list.map(({ name }) => name));
  const unknown = executed.filter((name) => !known.has(name));
  // Whoever was here before knew the first ones too.
  if (unknown.length > 0 && unknown.length === executed.length) throw toForeignTable(orm);
  if (unknown.length > 0) {
    const facts = { reason: 'newer_version', migrations: unknown };
    throw new OperationError('storage_unfit', 'not_started', facts);
  }
  const pending = [...known].filter((name) => !executed.includes(name));
  return { isFresh: executed.length === 0, pending };
}

/** The table that bears the name of ours belongs to somebody else. */
export function toForeignTable({ config }: MikroORM): OperationError {
  const schema = config.get('schema');
  const facts = { reason: 'table_of_another', table: MIGRATION_TABLE, ...(schema && { schema }) };
  return new OperationError('storage_unfit', 'not_started', facts);
}

export function toMigrator(orm: MikroORM): Migrator {
  return orm.migrator as Migrator;
}

/** Options of MikroORM: explicit classes, no folders, no snapshots on an operator's disk. */
export function toMigrationOptions(list: MigrationList) {
  return { migrationsList: [...list], tableName: MIGRATION_TABLE, snapshot: false, silent: true };
}
