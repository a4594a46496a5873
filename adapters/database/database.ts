/**
 * Opens the database, brings its tables up to date and puts store and work queue on it.
 *
 * Guarantees: the store contract, on SQLite (one process, node:sqlite, a file on a local disk) and PostgreSQL (several
 * processes; tested with 15).
 * Not covered: who may own the folder and whether its disk fits (`adapters/machine`).
 */
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { WorkQueue } from '#core/ports/work-queue.ts';
import { createCodecs } from './codec.ts';
import type { DatabaseConfig } from './config.ts';
import { toConnectError } from './connect-faults.ts';
import { createDatabaseHandle, type DatabaseHandle } from './database-handle.ts';
import { ensureEpoch } from './epoch.ts';
import { toStorageError } from './faults.ts';
import type { OpenDatabase } from './open-database.ts';
import { createStore } from './store.ts';

export interface OpenStore<Queue extends Pick<WorkQueue, 'enqueue'> = WorkQueue> {
  readonly store: ApprovalStore;
  readonly queue: Queue;
  readonly dialect: 'sqlite' | 'postgresql';
  readonly handle: DatabaseHandle;
  /** Of this database, and whether it was made just now: for `compareEpoch` (H37). */
  readonly epoch: { readonly value: string; readonly isNew: boolean };
  /** Names of the migrations that ran now. */
  readonly migrated: readonly string[];
  /** Does not stop the queue: stop it before. */
  close(): Promise<void>;
}

export interface StoreOptions<Queue> {
  createQueue(handle: DatabaseHandle): Promise<Queue>;
}

/** @throws OperationError `storage_unfit` when a newer Drover made the database, it is none, or nobody can get in. */
export async function openStore<Queue extends Pick<WorkQueue, 'enqueue'>>(
  config: DatabaseConfig,
  { createQueue }: StoreOptions<Queue>,
): Promise<OpenStore<Queue>> {
  const database = await openDatabase(config).catch((error: unknown) => {
    throw toConnectError(config.url, error) ?? toStorageError(error);
  });
  try {
    return await putStoreOn(database, createQueue);
  } catch (error) {
    await database.close();
    throw toStorageError(error);
  }
}

async function putStoreOn<Queue extends Pick<WorkQueue, 'enqueue'>>(
  database: OpenDatabase,
  createQueue: StoreOptions<Queue>['createQueue'],
): Promise<OpenStore<Queue>> {
  const { dialect, kysely, runTransaction, runOnOne, url, migrated, close } = database;
  const epoch = await ensureEpoch(kysely());
  const readClock = () => dialect.readClock(kysely());
  const handle = createDatabaseHandle({ dialect: dialect.name, url, kysely, readClock });
  const queue = await createQueue(handle);
  const codecs = createCodecs(dialect);
  const parts = { kysely, runTransaction, runOnOne, dialect, codecs, queue, close };
  const store = createStore({ ...parts, statements: new Map() });
  return { store, queue, dialect: dialect.name, handle, epoch, migrated, close };
}

/** Loaded when wanted: the embedded product pays for no PostgreSQL driver. */
async function openDatabase({ url, connections }: DatabaseConfig): Promise<OpenDatabase> {
  if (url.startsWith('sqlite:')) {
    const { openSqlite } = await import('./sqlite/open-sqlite.ts');
    return openSqlite(url.slice('sqlite:'.length));
  }
  const { openPostgresql } = await import('./postgresql/open-postgresql.ts');
  return openPostgresql(url, connections);
}
