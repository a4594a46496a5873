/** Reads what configured groups are pinned to, and writes nothing: for `drover doctor`. */
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { type Kysely, sql } from 'kysely';
import type { GroupPin } from '#core/ports/group-pins.ts';
import type { Tables } from './entities/entities.ts';
import { readOnly, toSqliteFile } from './read-only.ts';

export type ReadPins = (source: string) => Promise<readonly GroupPin[]>;

/**
 * A database that is not there yet, or was made by a Drover that pinned nothing, has no pins.
 *
 * @param url `sqlite:<file>` or `postgresql://…`.
 */
export function createReadPins(url: string): ReadPins {
  const file = toSqliteFile(url);
  return async (source) => {
    if (file !== undefined && !existsSync(file)) return [];
    return readOnly(url, {
      sqlite: async (database) => listSqlite(database, source).map(toPin),
      postgresql: async (tx) => (await listPostgresql(tx, source)).map(toPin),
    });
  };
}

const COLUMNS = ['source', 'name', 'group_id', 'config_key', 'pinned_at'] as const;
const TABLE = 'group_pin';

function listSqlite(database: DatabaseSync, source: string): object[] {
  const found = database.prepare('select 1 from sqlite_master where name = ?').get(TABLE);
  if (!found) return [];
  const select = `select ${COLUMNS.join(', ')} from ${TABLE} where source = ? order by name`;
  return database.prepare(select).all(source);
}

async function listPostgresql(tx: Kysely<Tables>, source: string): Promise<object[]> {
  const { rows } = await sql<{
    found: string | null;
  }>`select to_regclass(${TABLE}) as found`.execute(tx);
  if (rows[0]?.found == null) return [];
  const select = tx.selectFrom(TABLE).select(COLUMNS).where('source', '=', source);
  return select.orderBy('name').execute();
}

interface StoredPin {
  readonly source: string;
  readonly name: string;
  readonly group_id: string;
  readonly config_key: string;
  readonly pinned_at: number | string | Date;
}

function toPin(row: object): GroupPin {
  const { source, name, group_id, config_key, pinned_at } = row as StoredPin;
  return { source, name, groupId: group_id, configKey: config_key, pinnedAt: new Date(pinned_at) };
}
