/** What the entities say of their columns, in few words: as `adapters/database/entities/table-columns.json` has it. */
import { JsonType, type MikroORM } from '@mikro-orm/core';
import { PostgreSqlDriver, MikroORM as PostgreSqlOrm } from '@mikro-orm/postgresql';
import { SqliteDriver, MikroORM as SqliteOrm } from '@mikro-orm/sql';
import { entities } from '#adapters/database/entities/entities.ts';
import { toColumnName } from '#adapters/database/entities/table-columns.ts';

/** For each database; they say the same. No connection is opened. */
export async function readTableColumns(): Promise<{ sqlite: string; postgresql: string }> {
  const sqlite = await SqliteOrm.init({ entities, driver: SqliteDriver, dbName: ':memory:' });
  const postgresql = await PostgreSqlOrm.init({ entities, driver: PostgreSqlDriver, dbName: 'x' });
  return { sqlite: toText(sqlite), postgresql: toText(postgresql) };
}

function toText(orm: MikroORM): string {
  const tables = [...orm.getMetadata().getAll().values()].map(({ tableName, props }) => {
    const columns = props.map(({ name, fieldNames, customType, runtimeType, ...property }) => {
      if (fieldNames[0] !== toColumnName(name)) throw new Error(`${name} is ${fieldNames[0]}`);
      const kind = customType instanceof JsonType ? 'json' : toKind(runtimeType);
      return [name, `${property.hidden ? '-' : ''}${kind}${property.nullable ? '?' : ''}`] as const;
    });
    return [tableName, Object.fromEntries(columns)] as const;
  });
  const sorted = tables.toSorted(([a], [b]) => a.localeCompare(b));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}

function toKind(runtimeType: string): string {
  if (runtimeType === 'Date') return 'instant';
  return runtimeType === 'boolean' || runtimeType === 'number' ? runtimeType : 'text';
}
