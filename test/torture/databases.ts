/** Where a Drover under torture keeps what it knows: beside the trial's files, or in a PostgreSQL of this run. */
import { join } from 'node:path';
import type { Postgres } from '#test/helpers/peers/postgres.ts';
import { askJson, PG_BOSS_WAKE_UPS, readFile, WAKE_UPS } from './lab-bed.ts';
import type { Place } from './place.ts';

export interface Database extends Pick<Place, 'env' | 'rows' | 'wakeUps'> {
  /** A section of `drover.yaml`. */
  readonly yaml: string;
}

export function toSqlite(dataFolder: string): Database {
  const rows = async (sql: string) => readFile(join(dataFolder, 'drover.db'), sql);
  return { yaml: '', env: {}, rows, wakeUps: WAKE_UPS };
}

export async function toPostgres(postgres: Postgres): Promise<Database> {
  const url = await postgres.createDatabase();
  const query = (sql: string) => postgres.query(sql, url);
  return {
    yaml: `database: { url: '\${env:DATABASE_URL}', connections: 6 }\n`,
    env: { DATABASE_URL: url },
    rows: (sql) => askJson(query, sql),
    wakeUps: PG_BOSS_WAKE_UPS,
  };
}
