/**
 * Proves that one process owns a data folder (H38).
 *
 * An open exclusive transaction on a SQLite file of its own; the operating system frees it when the process dies,
 * however it dies. The file stays and is never stale. Local disks only: `checkStorage` refuses others.
 *
 * Nothing else in the process may open that file, and nobody may copy or delete it while the owner runs: closing any
 * descriptor of it drops the lock (POSIX). So the owner's name stands in a text file beside it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { OperationError } from '#core/errors.ts';

const LOCK_FILE = 'process.lock';
const OWNER_FILE = 'process.owner';
const SQLITE_BUSY = 5;
const RACE_MS = 250;
/** node:sqlite closes a collected connection, and with it goes the lock: callers may drop theirs, this does not. */
const held = new Set<DatabaseSync>();

export interface ProcessLock {
  release(): void;
}

/** @throws OperationError `storage_in_use`, naming process and host, when another process owns the folder. */
export function acquireProcessLock(folder: string): ProcessLock {
  const database = new DatabaseSync(join(folder, LOCK_FILE), { timeout: RACE_MS });
  try {
    database.exec('begin exclusive');
  } catch (cause) {
    database.close();
    if (!isBusy(cause)) throw cause;
    const facts = { folder, ...readOwner(folder) };
    throw new OperationError('storage_in_use', 'not_started', facts, { cause });
  }
  held.add(database);
  writeFileSync(join(folder, OWNER_FILE), `pid ${process.pid}\nhost ${hostname()}\n`);
  return { release: () => release(database, folder) };
}

function release(database: DatabaseSync, folder: string): void {
  if (!held.delete(database)) return;
  rmSync(join(folder, OWNER_FILE), { force: true });
  database.close();
}

/** What the owner wrote of itself; nothing when it has not yet. */
function readOwner(folder: string): { readonly pid?: number; readonly host?: string } {
  const [, pid, host] = /^pid (\d+)\nhost (.+)\n$/.exec(readOwnerFile(folder)) ?? [];
  return pid === undefined || host === undefined ? {} : { pid: Number(pid), host };
}

function readOwnerFile(folder: string): string {
  try {
    return readFileSync(join(folder, OWNER_FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
