/**
 * Has a thread carry what was committed from the log into the database file, once there is enough to be worth it.
 *
 * SQLite does that itself at every commit that finds 1,000 pages in the log, and writes and waits for the whole file then:
 * 4 to 7 ms with 25,000 VMs on a quiet disk, more than 100 on a busy one, and the one thread that answers people with it. A
 * commit still waits for the log, whoever carries it.
 */
import { once } from 'node:events';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';

const THREAD = new URL('./checkpoint-thread.ts', import.meta.url);
/** Commits. A command in a terminal and most tests never make so many. */
const BEGIN_AFTER = 200;
const EVERY_MS = 250;
/** Pages of the log at which a commit carries it: SQLite's own default. */
const WITHOUT_THREAD = 1000;
/** Beside a steady writer the thread never finds the end: at some 40 MB a commit carries the little that is left. */
const WITH_THREAD = 10_000;
const CLOSE_WITHIN_MS = 5000;
/** What Node gives as the id of a thread that is no more. */
const ENDED = -1;
/** Before, a second connection that carries could lose what the first commits: https://sqlite.org/wal.html#walresetbug */
const SAFE_FROM = '3.51.3';

export interface Checkpoints {
  /** Tells of one commit. Never throws: where no thread can be had, commits carry the log as SQLite has it. */
  note(): void;
  /** Before the database is closed. */
  close(): Promise<void>;
}

export function createCheckpoints(
  database: DatabaseSync,
  startThread = (path: string) => new Worker(THREAD, { workerData: path }),
): Checkpoints {
  const file = isSafe(readVersion(database)) ? database.location() : null;
  let committed = 0;
  let thread: Worker | undefined;
  let isIdle = false;
  let isClosed = false;
  let orderedAtMs = Number.NEGATIVE_INFINITY;

  const carryAt = (pages: number) => {
    if (database.isOpen) database.exec(`pragma wal_autocheckpoint = ${pages}`);
  };

  function begin(path: string): void {
    try {
      thread = startThread(path);
    } catch {
      // No more threads for this process, or none allowed.
      return;
    }
    thread.once('message', () => carryAt(WITH_THREAD));
    thread.on('message', () => {
      isIdle = true;
    });
    thread.on('error', () => undefined);
    thread.once('exit', () => {
      isIdle = false;
      carryAt(WITHOUT_THREAD);
    });
    // Last, for a listener to messages keeps the process.
    thread.unref();
  }

  return {
    note() {
      if (isClosed) return;
      committed += 1;
      if (committed === BEGIN_AFTER && file !== null) begin(file);
      if (!isIdle || performance.now() - orderedAtMs < EVERY_MS) return;
      isIdle = false;
      orderedAtMs = performance.now();
      thread?.postMessage('carry');
    },
    async close() {
      isClosed = true;
      if (thread) await end(thread);
    },
  };
}

function readVersion(database: DatabaseSync): string {
  return String(database.prepare('select sqlite_version() as version').get()?.version);
}

export function isSafe(version: string): boolean {
  return version.localeCompare(SAFE_FROM, 'en', { numeric: true }) >= 0;
}

async function end(thread: Worker): Promise<void> {
  if (thread.threadId === ENDED) return;
  thread.ref();
  const ended = once(thread, 'exit', { signal: AbortSignal.timeout(CLOSE_WITHIN_MS) });
  thread.postMessage('close');
  await ended.catch(() => thread.terminate());
}
