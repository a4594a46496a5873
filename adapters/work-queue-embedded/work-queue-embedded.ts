/**
 * The work queue for one process: a table in the same SQLite file, and a wake-up in memory.
 *
 * Guarantees: the contract of core/ports/work-queue.ts, for the sole owner of the file. What is due at once is handed
 * over in memory after its commit, without a statement; its row goes when the delivery ended, many rows at a time.
 * What a dead process left in the table comes again, as `redelivered` even if it was never delivered. Due times are
 * compared with the database's clock (H29); the order is that of due times, then of arrival.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { DatabaseHandle } from '#adapters/database/database-handle.ts';
import type { Topic, WakeUp, WorkQueue } from '#core/ports/work-queue.ts';
import { type Pump, startPump } from './delivery-pump.ts';
import {
  createTableSource,
  findLastId,
  insertWakeUps,
  type TableItem,
  toWaitMs,
  type WakeUpRow,
} from './table-source.ts';

const LOOK_AHEAD = 256;

export interface EmbeddedQueueOptions {
  readonly handle: DatabaseHandle;
  /** Hears of failed deliveries, which come again, and of a database that does not answer. */
  readonly onError: (error: unknown) => void;
}

export function createEmbeddedQueue({ handle, onError }: EmbeddedQueueOptions): WorkQueue {
  const pumps = new Map<Topic, Pump<TableItem>>();
  // A delivery belongs to nobody's request, so it must not run in the context of whoever enqueued.
  const inOwnContext = AsyncLocalStorage.snapshot();
  let firstOwnId: number | undefined;
  let isStopped = false;

  function handOver(rows: readonly WakeUpRow[], nowMs: number): void {
    for (const [topic, group] of Map.groupBy(rows, ({ topic }) => topic)) {
      const pump = pumps.get(topic);
      const due = group.filter(({ due_at }) => due_at <= nowMs);
      if (due.length > 0) pump?.offer(due.map(toItem));
      for (const { due_at } of group) if (due_at > nowMs) pump?.look(toWaitMs(due_at - nowMs));
    }
  }

  return {
    async enqueue(tx, wakeUps) {
      if (wakeUps.length === 0) return;
      const nowMs = tx.now.getTime();
      const rows = await insertWakeUps(handle.kyselyOf(tx.native), toRows(wakeUps, nowMs));
      firstOwnId ??= rows[0]?.id;
      tx.afterCommit(() => inOwnContext(handOver, rows, nowMs));
    },
    async consume(topic, concurrency, deliver) {
      if (pumps.has(topic)) throw new Error(`the topic ${topic} is consumed already`);
      const lastId = await findLastId(handle);
      firstOwnId ??= lastId + 1;
      if (isStopped) return;
      const source = createTableSource({ handle, topic, firstOwnId });
      pumps.set(topic, startPump({ source, concurrency, lookAhead: LOOK_AHEAD, deliver, onError }));
    },
    async stop() {
      isStopped = true;
      await Promise.all([...pumps.values()].map((pump) => pump.stop()));
    },
  };
}

function toRows(wakeUps: readonly WakeUp[], nowMs: number): Omit<WakeUpRow, 'id'>[] {
  return wakeUps.map(({ topic, key, delayMs = 0 }) => ({
    topic,
    key,
    due_at: Math.ceil(nowMs + delayMs),
  }));
}

function toItem({ id, key }: WakeUpRow): TableItem {
  return { id, key, redelivered: false };
}
