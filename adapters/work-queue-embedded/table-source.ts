/** One topic of the table `wake_up`, in the order of due time and arrival. */
import { type Kysely, sql } from 'kysely';
import type { DatabaseHandle } from '#adapters/database/database-handle.ts';
import type { Topic } from '#core/ports/work-queue.ts';
import { AGAIN_AFTER_MS } from './delivery-pump.ts';
import type { DeliverySource, Item } from './delivery-source.ts';

export interface WakeUpRow {
  readonly id: number;
  readonly topic: Topic;
  readonly key: string;
  /** Milliseconds on the database's clock. */
  readonly due_at: number;
}

export interface WakeUpTables {
  readonly wake_up: WakeUpRow;
}

export interface TableItem extends Item {
  readonly id: number;
}

/** While something waits, the database's clock is asked this often: it may have been set forward (H29). */
const LOOK_AT_CLOCK_EVERY_MS = 500;

export interface TableSourceOptions {
  readonly handle: DatabaseHandle;
  readonly topic: Topic;
  /** Earlier rows were left behind by another process. */
  readonly firstOwnId: number;
}

export function createTableSource(options: TableSourceOptions): DeliverySource<TableItem> {
  const { handle, topic, firstOwnId } = options;
  const failed = new Set<number>();
  const db = (): Kysely<WakeUpTables> => handle.kysely();
  const isRedelivered = (id: number) => id < firstOwnId || failed.has(id);

  return {
    async take(limit, held) {
      // As they are now: what is completed during the select must not be taken for new.
      const known = new Set(held.keys());
      const rows = await listEarliest(db(), topic, limit + known.size + 1);
      const now = await handle.now();
      const fresh = rows.filter(({ id }) => !known.has(id));
      const due = fresh.filter(({ due_at }) => due_at <= now).slice(0, limit);
      const items = due.map(({ id, key }) => ({ id, key, redelivered: isRedelivered(id) }));
      const next = fresh[due.length];
      return next ? { items, lookAgainInMs: toWaitMs(next.due_at - now) } : { items };
    },
    async complete(items) {
      const ids = items.map(({ id }) => id);
      for (const id of ids) failed.delete(id);
      await sql`delete from wake_up where id in (select value from json_each(${JSON.stringify(ids)}))`.execute(
        db(),
      );
    },
    async putBack({ id }) {
      failed.add(id);
      const due_at = (await handle.now()) + AGAIN_AFTER_MS;
      await db().updateTable('wake_up').set({ due_at }).where('id', '=', id).execute();
    },
  };
}

function listEarliest(db: Kysely<WakeUpTables>, topic: Topic, limit: number) {
  return db
    .selectFrom('wake_up')
    .select(['id', 'key', 'due_at'])
    .where('topic', '=', topic)
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** When to look for it; 0 when it is due already. */
export function toWaitMs(untilDueMs: number): number {
  return Math.min(Math.max(untilDueMs, 0), LOOK_AT_CLOCK_EVERY_MS);
}

/** Gives them back in the order of arrival. One statement for any number of rows, so that it is prepared once. */
export async function insertWakeUps(
  db: Kysely<unknown>,
  rows: readonly Omit<WakeUpRow, 'id'>[],
): Promise<readonly WakeUpRow[]> {
  const inserted = await sql<WakeUpRow>`
    insert into wake_up (topic, key, due_at)
    select value ->> 'topic', value ->> 'key', value ->> 'due_at' from json_each(${JSON.stringify(rows)})
    returning id, topic, key, due_at`.execute(db);
  return inserted.rows.toSorted((a, b) => a.id - b.id);
}

export async function findLastId(handle: DatabaseHandle): Promise<number> {
  const db: Kysely<WakeUpTables> = handle.kysely();
  const last = db.selectFrom('wake_up').select('id').orderBy('id', 'desc').limit(1);
  return (await last.executeTakeFirst())?.id ?? 0;
}
