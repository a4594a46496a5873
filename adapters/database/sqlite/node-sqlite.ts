/**
 * Node's own SQLite behind Kysely: WAL, synchronous FULL, a busy timeout and a prepared-statement cache.
 *
 * MikroORM's stock dialect leaves journal_mode at delete and sets no busy timeout.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteDialect, type SqliteStatement } from 'kysely';

const BUSY_TIMEOUT_MS = 5000;
const CACHED_STATEMENTS = 300;
const CHANGES_SCHEMA = /^\s*(create|alter|drop|pragma|attach|detach|vacuum)/i;

export function openNodeSqlite(file: string): DatabaseSync {
  const database = new DatabaseSync(file, {
    timeout: BUSY_TIMEOUT_MS,
    enableForeignKeyConstraints: true,
  });
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma temp_store = memory;
    pragma cache_size = -16000;
    pragma trusted_schema = off`);
  return database;
}

export function createNodeSqliteDialect(database: DatabaseSync): SqliteDialect {
  const prepare = cacheStatements(database);
  const nothing = { reader: false, all: () => [], run: () => ({ changes: 0, lastInsertRowid: 0 }) };
  const rolledBack: SqliteStatement = { ...nothing, iterate: () => [].values() };
  return new SqliteDialect({
    database: {
      // A full disk lets SQLite roll back by itself; a second rollback would be an error that hides the first.
      prepare: (sql) => (sql === 'rollback' && !database.isTransaction ? rolledBack : prepare(sql)),
      close: () => database.close(),
    },
  });
}

/** Keeps the most recently used statements; a change of schema empties the cache. */
function cacheStatements(database: DatabaseSync): (sql: string) => SqliteStatement {
  const cache = new Map<string, SqliteStatement>();

  return (sql) => {
    const statement = cache.get(sql) ?? toKyselyStatement(database.prepare(sql));
    if (CHANGES_SCHEMA.test(sql)) {
      cache.clear();
      return statement;
    }
    cache.delete(sql);
    cache.set(sql, statement);
    if (cache.size > CACHED_STATEMENTS) dropOldest(cache);
    return statement;
  };
}

function dropOldest(cache: Map<string, SqliteStatement>): void {
  for (const oldest of cache.keys()) {
    cache.delete(oldest);
    return;
  }
}

/** `get` is beyond Kysely's own interface; MikroORM calls it. */
function toKyselyStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  const adapted = {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...values(parameters)),
    get: (parameters: readonly unknown[]) => statement.get(...values(parameters)),
    run: (parameters: readonly unknown[]) => statement.run(...values(parameters)),
    iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)),
  };
  return adapted;
}
