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
/** A command in a terminal and most tests never write so much. */
const BEGIN_AFTER = 200;
const EVERY_MS = 250;
/** Pages. SQLite's own default, and what it does by itself where the thread falls behind: some 40 MB. */
const WITHOUT_THREAD = 1000;
const WITH_THREAD = 10_000;
const CLOSE_WITHIN_MS = 5000;
/** What Node gives as the id of a thread that is no more. */
const ENDED = -1;

export interface Checkpoints {
  /** Tells of one transaction. */
  note(): void;
  /** Before the database is closed. */
  close(): Promise<void>;
}

/** @param program Of the thread. */
export function createCheckpoints(database: DatabaseSync, program = THREAD): Checkpoints {
  const file = database.location();
  let noted = 0;
  let thread: Worker | undefined;
  let isIdle = false;
  let orderedAtMs = Number.NEGATIVE_INFINITY;

  const carryAt = (pages: number) => {
    if (database.isOpen) database.exec(`pragma wal_autocheckpoint = ${pages}`);
  };

  function begin(path: string): Worker {
    const begun = new Worker(program, { workerData: path });
    begun.unref();
    begun.once('message', () => carryAt(WITH_THREAD));
    begun.on('message', () => {
      isIdle = true;
    });
    // Without it all is as SQLite has it: slower, and as safe.
    begun.on('error', () => carryAt(WITHOUT_THREAD));
    return begun;
  }

  return {
    note() {
      noted += 1;
      if (noted < BEGIN_AFTER || file === null) return;
      thread ??= begin(file);
      if (!isIdle || performance.now() - orderedAtMs < EVERY_MS) return;
      isIdle = false;
      orderedAtMs = performance.now();
      thread.postMessage('carry');
    },
    async close() {
      if (thread) await end(thread);
    },
  };
}

async function end(thread: Worker): Promise<void> {
  if (thread.threadId === ENDED) return;
  thread.ref();
  const ended = once(thread, 'exit', { signal: AbortSignal.timeout(CLOSE_WITHIN_MS) });
  thread.postMessage('close');
  await ended.catch(() => thread.terminate());
}
