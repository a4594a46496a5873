/** One topic of pg-boss, fetched many at a time. */
import { fromKysely, type PgBoss } from 'pg-boss';
import type { DatabaseHandle } from '#adapters/database/database-handle.ts';
import type { DeliverySource, Item } from '#adapters/work-queue-embedded/delivery-source.ts';

const LOOK_EVERY_MS = 500;

export interface BossItem extends Item {
  readonly id: string;
  /** With the id it names one delivery: pg-boss ignores the word of a process that lost it. */
  readonly retryCount: number;
}

export function createBossSource(
  boss: PgBoss,
  handle: Pick<DatabaseHandle, 'kysely'>,
  topic: string,
): DeliverySource<BossItem> {
  async function fail(items: readonly BossItem[]): Promise<void> {
    if (items.length > 0) await boss.fail(topic, items.map(toAttempt));
  }

  return {
    async take(limit) {
      // In turn with all that the store asks: the more there is to do, the more one look takes, and looks are dear.
      const db = fromKysely(handle.kysely());
      const jobs = await boss.fetch<{ key: string }>(topic, { batchSize: limit, db });
      const items = jobs.map(({ id, data, retryCount }) => {
        return { id, retryCount, key: data.key, redelivered: retryCount > 0 };
      });
      return { items, lookAgainInMs: items.length < limit ? LOOK_EVERY_MS : 0 };
    },
    // Deleted, not marked as completed: the table stays small, and each look at it stays cheap.
    complete: async (items) => void (await boss.deleteJob(topic, items.map(toAttempt))),
    putBack: (item) => fail([item]),
    release: fail,
    async keep(items) {
      if (items.length > 0) await boss.touch(topic, items.map(toAttempt));
    },
  };
}

function toAttempt({ id, retryCount }: BossItem) {
  return { id, retryCount };
}
