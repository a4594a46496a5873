/** The migrations of PostgreSQL, oldest first. */
import type { MigrationList } from '../migration-list.ts';
import { CreateTables } from './0001-create-tables.ts';

export const postgresqlMigrations: MigrationList = [
  { name: '0001-create-tables', class: CreateTables },
];
