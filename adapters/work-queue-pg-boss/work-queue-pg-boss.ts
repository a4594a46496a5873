/**
 * The work queue for several processes: pg-boss 12.38 in the same PostgreSQL database, in the schema `pgboss`.
 *
 * Guarantees: the contract of core/ports/work-queue.ts. A wake-up is sent through the domain transaction. What a process
 * makes due it takes itself right after its commit; for what it has no room it tells the others, who also look every half
 * second. A dead process's wake-ups come again after `heartbeatSeconds` and up to a second more.
 * Not covered: a delivery of over a day; pg-boss gives it to a second process, and the claim's epoch decides.
 * Not `boss.work`: each of its local workers fetches for itself and completes with a commit of its own.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Db, fromKysely, PgBoss } from 'pg-boss';
import type { DatabaseHandle } from '#adapters/database/database-handle.ts';
import { type Pump, startPump } from '#adapters/work-queue-embedded/delivery-pump.ts';
import { TOPICS, type WakeUp, type WorkQueue } from '#core/ports/work-queue.ts';
import { type Announcements, startAnnouncements } from './announcements.ts';
import { type BossItem, createBossSource } from './boss-source.ts';
import {
  DEFAULT_HEARTBEAT_SECONDS,
  hasRules,
  type QueueRules,
  toConstructorOptions,
  toJob,
  toQueueRules,
} from './rules.ts';

export interface PgBossQueueOptions {
  readonly handle: DatabaseHandle;
  /** Hears of failed deliveries, which come again, and of a database that does not answer. */
  readonly onError: (error: unknown) => void;
  /** How long a process may be silent before its wake-ups go to another; pg-boss allows no less than 10. */
  readonly heartbeatSeconds?: number;
}

type Pumps = Map<string, Pump<BossItem>>;

/** Installs or migrates the schema `pgboss`, so the first start needs the right to create it. */
export async function createPgBossQueue(options: PgBossQueueOptions): Promise<WorkQueue> {
  const { handle, onError, heartbeatSeconds = DEFAULT_HEARTBEAT_SECONDS } = options;
  const boss = await startBoss(handle.url, heartbeatSeconds, onError);
  const pumps: Pumps = new Map();
  const announcements = await startAnnouncements({
    boss,
    onHeard: (topic) => pumps.get(topic)?.look(),
    onConnected: () => {
      for (const pump of pumps.values()) pump.look();
    },
    onError,
  });
  // A delivery belongs to nobody's request, so it must not run in the context of whoever enqueued.
  const inOwnContext = AsyncLocalStorage.snapshot();

  return {
    async enqueue(tx, wakeUps) {
      const db = sendThrough(handle, tx.native);
      for (const [topic, group] of groupByTopic(wakeUps)) {
        const jobs = group.map((wakeUp) => toJob(wakeUp, tx.now));
        await boss.insert(topic, jobs, { db });
      }
      tx.afterCommit(() => inOwnContext(poke, pumps, announcements, wakeUps));
    },
    async consume(topic, concurrency, deliver) {
      if (pumps.has(topic)) throw new Error(`the topic ${topic} is consumed already`);
      const source = createBossSource(boss, handle, topic);
      const keepEveryMs = (heartbeatSeconds / 4) * 1000;
      const pump = startPump({ source, concurrency, lookAhead: 0, deliver, onError, keepEveryMs });
      pumps.set(topic, pump);
    },
    async stop() {
      await Promise.all([...pumps.values()].map((pump) => pump.stop()));
      await announcements.stop();
      await boss.stop({ graceful: true, timeout: 5000 });
    },
  };
}

/** pg-boss waits for what its insert answers, which is nothing here. */
function sendThrough(handle: DatabaseHandle, native: unknown): Db {
  const own = fromKysely(handle.kyselyOf(native));
  return {
    async executeSql(text, values) {
      await handle.send(native, own.executeSql(text, values));
      return { rows: [] };
    },
  };
}

async function startBoss(
  url: string,
  heartbeatSeconds: number,
  onError: (error: unknown) => void,
): Promise<PgBoss> {
  const boss = new PgBoss(toConstructorOptions(url));
  boss.on('error', onError);
  await boss.start();
  await setUpQueues(boss, toQueueRules(heartbeatSeconds));
  return boss;
}

/** A start finds them as the last one left them: one look, and no write. */
async function setUpQueues(boss: PgBoss, rules: QueueRules): Promise<void> {
  const queues = new Map((await boss.getQueues([...TOPICS])).map((queue) => [queue.name, queue]));
  for (const topic of TOPICS) {
    const queue = queues.get(topic);
    if (queue && hasRules(queue, rules)) continue;
    await boss.createQueue(topic, rules);
    // Creating leaves one that is there as it was.
    await boss.updateQueue(topic, rules);
  }
}

function poke(pumps: Pumps, announcements: Announcements, wakeUps: readonly WakeUp[]): void {
  const overflowing = new Set<string>();
  for (const [topic, group] of groupByTopic(wakeUps)) {
    const pump = pumps.get(topic);
    const delays = group.map(({ delayMs = 0 }) => delayMs);
    const dueCount = delays.filter((delayMs) => delayMs <= 0).length;
    if (dueCount > (pump?.room() ?? 0)) overflowing.add(topic);
    pump?.look(Math.min(...delays));
  }
  announcements.tell(overflowing);
}

function groupByTopic(wakeUps: readonly WakeUp[]) {
  return Map.groupBy(wakeUps, ({ topic }) => topic);
}
