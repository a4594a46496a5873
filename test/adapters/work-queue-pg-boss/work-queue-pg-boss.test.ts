import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { startAnnouncements } from '#adapters/work-queue-pg-boss/announcements.ts';
import {
  createPgBossQueue,
  type PgBossQueueOptions,
} from '#adapters/work-queue-pg-boss/work-queue-pg-boss.ts';
import { TOPICS } from '#core/ports/work-queue.ts';
import { enqueue, testWorkQueue } from '#test/contracts/work-queue-contract.ts';
import { openQueue } from '#test/contracts/work-queue-place.ts';
import { createRecorder } from '#test/contracts/work-queue-recorder.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Postgres, startPostgres } from '#test/helpers/peers/postgres.ts';

describe('pg-boss', needsPeer('postgres'), () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres({ fsync: false });
  });
  after(() => postgres[Symbol.asyncDispose]());

  testWorkQueue({
    name: 'pg-boss, PostgreSQL',
    processFile: fileURLToPath(new URL('queue-process.ts', import.meta.url)),
    async createPlace() {
      const url = await postgres.createDatabase();
      return {
        url,
        open: () => openQueue(url, createPgBossQueue),
        // The database goes with the server.
        [Symbol.asyncDispose]: async () => {},
      };
    },
  });

  it('finds its queues at a later start, and changes one whose rules are others now', async () => {
    const url = await postgres.createDatabase();
    const open = async (heartbeatSeconds: number) => {
      const create = (given: Pick<PgBossQueueOptions, 'handle' | 'onError'>) =>
        createPgBossQueue({ ...given, heartbeatSeconds });
      await using _open = await openQueue(url, create);
      return readQueues(url);
    };

    const [first, second, third] = [await open(20), await open(20), await open(30)];

    const heartbeats = [first, third].map((rows) => rows.map(({ heartbeat }) => heartbeat));
    assert.deepEqual(heartbeats, [TOPICS.map(() => 20), TOPICS.map(() => 30)]);
    assert.deepEqual(second, first);
  });

  it('undoes what a refused wake-up belongs to, without having waited for the refusal', async () => {
    await using open = await openQueue(await postgres.createDatabase(), createPgBossQueue);
    const seen = createRecorder();
    await open.queue.consume('job', 1, seen.deliver);
    let goesOn = false;

    const refused = open.transact(async (tx) => {
      await open.queue.enqueue(tx, [{ topic: 'job', key: 'undone' }]);
      await open.queue.enqueue(tx, [{ topic: 'job', key: 'no \u0000 in a document' }]);
      goesOn = true;
    });

    await assert.rejects(refused, /unsupported Unicode escape sequence/);
    assert.ok(goesOn);
    await enqueue(open, { topic: 'job', key: 'later' });
    await seen.until(() => seen.keys().length > 0);
    assert.deepEqual(seen.keys(), ['later']);
  });

  it('gives each wake-up to one of two processes', async () => {
    const url = await postgres.createDatabase();
    await using one = await openQueue(url, createPgBossQueue);
    await using other = await openQueue(url, createPgBossQueue);
    const bothWork = Promise.withResolvers<void>();
    const seen = createRecorder(() => bothWork.promise);
    await one.queue.consume('step', 4, seen.deliver);
    await other.queue.consume('step', 4, seen.deliver);
    const keys = Array.from({ length: 200 }, (_, n) => `${n}`);

    await enqueue(one, ...keys.map((key) => ({ topic: 'step', key }) as const));

    await seen.started(8); // four are as many as one of them takes
    bothWork.resolve();
    await seen.count(keys.length);
    await Promise.all([one.queue.stop(), other.queue.stop()]);
    assert.deepEqual(seen.keys().toSorted(), keys.toSorted());
    assert.equal(seen.mostAtOnce(), 8);
  });

  it('lets a process that lives keep its wake-up beyond the heartbeat', async () => {
    const url = await postgres.createDatabase();
    await using one = await openQueue(url, createPgBossQueue);
    await using other = await openQueue(url, createPgBossQueue);
    const long = createRecorder(() => pause(13_000));
    const seen = createRecorder();
    await one.queue.consume('step', 1, long.deliver);
    await enqueue(one, { topic: 'step', key: 'long' });
    await long.started(1);
    await other.queue.consume('step', 1, seen.deliver);

    await long.count(1);
    await one.queue.stop();
    await enqueue(other, { topic: 'step', key: 'next' });

    await seen.count(1);
    assert.deepEqual(seen.keys(), ['next']);
  });

  it('goes on after the database server crashed and came back', async () => {
    const url = await postgres.createDatabase();
    await using open = await openQueue(url, createPgBossQueue);
    const seen = createRecorder();
    await open.queue.consume('job', 1, seen.deliver);
    await enqueue(open, { topic: 'job', key: 'before' });
    await enqueue(open, { topic: 'job', key: 'later', delayMs: 1500 });
    await seen.count(1);

    await postgres.restart('immediate');

    await seen.until(() => seen.keys().includes('later'));
    assert.ok(open.errors.length > 0, 'it was told');
  });

  it('tells another process of a topic', async () => {
    const url = await postgres.createDatabase();
    const heard = Promise.withResolvers<string[]>();
    const topics: string[] = [];
    const onHeard = (topic: string) => {
      if (topics.push(topic) === 2) heard.resolve(topics);
    };
    const onError = (error: unknown) => assert.fail(`${error}`);
    const boss = await new PgBoss({ connectionString: url, supervise: false }).start();
    const other = await new PgBoss({ connectionString: url, supervise: false }).start();
    const quiet = { onHeard: () => {}, onConnected: () => {}, onError };
    const mouth = await startAnnouncements({ boss, ...quiet });
    const ear = await startAnnouncements({ ...quiet, boss: other, onHeard });

    mouth.tell(['job', 'step', 'job']);

    assert.deepEqual(await heard.promise, ['job', 'step']);
    await Promise.all([mouth.stop(), ear.stop()]);
    await Promise.all([boss.stop(), other.stop()]);
  });
});

/** Of our topics, with the moment of their last change. */
async function readQueues(url: string): Promise<{ heartbeat: number; changed: Date }[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(
    'select name, heartbeat_seconds as heartbeat, updated_on as changed from pgboss.queue where name = any($1) order by name',
    [TOPICS],
  );
  await client.end();
  return rows;
}
