/**
 * Reads a database and writes nothing, beside a running Drover or without one: for `drover audit verify` and `doctor`.
 *
 * Not covered: a SQLite file that was left by a crash in a folder that nobody may write to.
 */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Kysely } from 'kysely';
import { OperationError } from '#core/errors.ts';
import { toAddress, toConnectError } from './connect-faults.ts';
import type { Tables } from './entities/entities.ts';
import { toStorageError } from './faults.ts';

const BUSY_TIMEOUT_MS = 5000;
/** What takes a connection and never answers ends after it, and not never. */
const CONNECT_TIMEOUT_MS = 10_000;

/** One consistent reading. */
export interface ReadOnlyWork<A> {
  readonly sqlite: (database: DatabaseSync) => Promise<A>;
  readonly postgresql: (tx: Kysely<Tables>) => Promise<A>;
  /** For the login, and again for the first answer. */
  readonly connectTimeoutMs?: number | undefined;
}

/** @param url `sqlite:<file>` or `postgresql://…`. @throws OperationError of the storage. */
export function readOnly<A>(url: string, work: ReadOnlyWork<A>): Promise<A> {
  const file = toSqliteFile(url);
  const reading = file === undefined ? readPostgresql(url, work) : readSqlite(file, work.sqlite);
  return reading.catch((error: unknown) => {
    throw toReadError(url, file, error);
  });
}

/** PostgreSQL's `undefined_table`. */
const UNDEFINED_TABLE = '42P01';

function toReadError(url: string, file: string | undefined, error: unknown): unknown {
  const known = toConnectError(url, error) ?? toStorageError(error);
  if (known instanceof OperationError)
    return file === undefined || known.code !== 'storage_unfit'
      ? known
      : unfit(String(known.facts.reason), { ...known.facts, file }, error);
  if (!(error instanceof Error)) return error;
  const isEmpty =
    /^no such table: /.test(error.message) || ('code' in error && error.code === UNDEFINED_TABLE);
  if (!isEmpty) return error;
  return unfit('not_of_drover', file === undefined ? toAddress(url) : { file }, error);
}

function unfit(reason: string, facts: object, cause?: unknown): OperationError {
  return new OperationError('storage_unfit', 'not_started', { ...facts, reason }, { cause });
}

/** Undefined for PostgreSQL. */
export function toSqliteFile(url: string): string | undefined {
  return url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : undefined;
}

/**
 * A file without a log beside it is whole and nobody's: read as it is, SQLite makes no files of its own. Unless a
 * Drover started meanwhile; then it is read again, with it.
 */
async function readSqlite<A>(file: string, work: ReadOnlyWork<A>['sqlite']): Promise<A> {
  if (!existsSync(dirname(file))) throw unfit('no_data_folder', { folder: dirname(file) });
  if (!existsSync(file)) throw unfit('no_database_file', { file });
  if (existsSync(`${file}-wal`)) return readFile(file, work);
  const immutable = pathToFileURL(file);
  immutable.searchParams.set('immutable', '1');
  const before = markOf(file);
  const [result] = await Promise.allSettled([readFile(immutable, work)]);
  if (markOf(file) !== before) return readFile(file, work);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

function markOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return `${found?.mtimeMs} ${found?.size} ${existsSync(`${file}-wal`)}`;
}

async function readFile<A>(file: string | URL, work: ReadOnlyWork<A>['sqlite']): Promise<A> {
  using database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  database.exec('begin');
  // Awaited here: what returns closes the file.
  return await work(database);
}

/** Loaded when wanted: the embedded product pays for no PostgreSQL driver. */
async function readPostgresql<A>(
  url: string,
  { postgresql, connectTimeoutMs = CONNECT_TIMEOUT_MS }: ReadOnlyWork<A>,
): Promise<A> {
  const { openPool } = await import('./postgresql/open-postgresql.ts');
  const db = await openPool(url, {
    ...{ max: 1, application_name: 'drover, reading only' },
    connectionTimeoutMillis: connectTimeoutMs,
  });
  try {
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(postgresql);
  } finally {
    await db.destroy();
  }
}
