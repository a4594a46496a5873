/** SQLite: instants and booleans are integers, JSON is text, and the one connection is all the locking there is. */
import type { DatabaseSync } from 'node:sqlite';
import type { Dialect } from '../dialect.ts';

export function createSqliteDialect(database: DatabaseSync): Dialect {
  // Asked past Kysely: the clock costs two microseconds so, and stays the database's own word.
  const clock = database.prepare("select unixepoch('subsec') as now");
  return {
    name: 'sqlite',
    readClock: () => Math.round(Number(clock.get()?.now) * 1000),
    lock: async () => {},
    locksRows: false,
    pipelines: false,
    isEcho: () => false,
    storeInstant: (value) => value.getTime(),
    readInstant: (value) => new Date(value),
    storeBoolean: Number,
    readJson: (value) => JSON.parse(value as string),
  };
}
