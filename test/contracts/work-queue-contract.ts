/** What every work queue promises (core/ports/work-queue.ts), run on each adapter. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, it } from 'node:test';
import type { Tx } from '#core/ports/store.ts';
import { TOPICS, type WakeUp, type WorkQueue } from '#core/ports/work-queue.ts';
import { runKillTests } from './work-queue-kill.ts';
import { createRecorder } from './work-queue-recorder.ts';
import { watchStalls } from './work-queue-stalls.ts';
import { runTrial } from './work-queue-trial.ts';

export type QueueTx = Pick<Tx, 'native' | 'now' | 'afterCommit'>;

/** One queue on one database, as one process has it. */
export interface OpenQueue extends AsyncDisposable {
  readonly queue: WorkQueue;
  readonly errors: readonly unknown[];
  transact<A>(work: (tx: QueueTx) => Promise<A>): Promise<A>;
  /** The database's clock. */
  now(): Promise<number>;
}

/** A database of its own. */
export interface QueuePlace extends AsyncDisposable {
  readonly url: string;
  /** As a new process would. Where only one may own the database, the one before must be closed. */
  open(): Promise<OpenQueue>;
}

export interface QueueSubject {
  readonly name: string;
  createPlace(): Promise<QueuePlace>;
  /** The script that opens the queue at a URL in a process of its own and calls `serveQueue`. */
  readonly processFile: string;
}

export function enqueue(open: OpenQueue, ...wakeUps: readonly WakeUp[]): Promise<void> {
  return open.transact((tx) => open.queue.enqueue(tx, wakeUps));
}

export function testWorkQueue(subject: QueueSubject): void {
  async function openOne() {
    const place = await subject.createPlace();
    const open = await place.open();
    return {
      open,
      place,
      async [Symbol.asyncDispose]() {
        await open[Symbol.asyncDispose]();
        await place[Symbol.asyncDispose]();
      },
    };
  }

  describe(`work queue: ${subject.name}`, () => {
    it('delivers what was committed, and not what was rolled back', async () => {
      await using one = await openOne();
      const seen = createRecorder();
      await one.open.queue.consume('job', 1, seen.deliver);

      const rolledBack = one.open.transact(async (tx) => {
        await one.open.queue.enqueue(tx, [{ topic: 'job', key: 'rolled back' }]);
        throw new Error('roll back');
      });
      await assert.rejects(rolledBack, /roll back/);
      await enqueue(one.open, { topic: 'job', key: 'committed' });

      await seen.count(1);
      assert.deepEqual(seen.deliveries, [{ key: 'committed', redelivered: false }]);
    });

    it('delivers nothing before the commit', async () => {
      await using one = await openOne();
      const seen = createRecorder();
      await one.open.queue.consume('job', 4, seen.deliver);

      await one.open.transact(async (tx) => {
        await one.open.queue.enqueue(tx, [{ topic: 'job', key: 'a' }]);
        // A turn of the event loop is enough for a queue that does not wait.
        await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(seen.deliveries, []);
      });

      await seen.count(1);
    });

    it('delivers what was enqueued before its topic was consumed', async () => {
      await using one = await openOne();
      const seen = createRecorder();
      await enqueue(one.open, { topic: 'job', key: 'before' });

      await one.open.queue.consume('job', 1, seen.deliver);
      await enqueue(one.open, { topic: 'job', key: 'after' });

      await seen.count(2);
      assert.deepEqual(seen.keys(), ['before', 'after']);
      assert.ok(seen.deliveries.every(({ redelivered }) => !redelivered));
    });

    it('keeps a wake-up until its delay is over on the database clock', async () => {
      await using one = await openOne();
      const delivered = new Map<string, number>();
      const seen = createRecorder(async ({ key }) => {
        delivered.set(key, await one.open.now());
      });
      await one.open.queue.consume('step', 8, seen.deliver);
      await using stalls = watchStalls(() => one.open.now());

      const delays = [0, 1, 150, 400, 700, 1100];
      const from = await one.open.transact(async (tx) => {
        const wakeUps = delays.map(
          (delayMs) => ({ topic: 'step', key: `${delayMs}`, delayMs }) as const,
        );
        await one.open.queue.enqueue(tx, wakeUps);
        return tx.now.getTime();
      });

      await seen.count(delays.length);
      const stoodStillMs = await stalls.end();
      for (const delayMs of delays) {
        const late = (delivered.get(`${delayMs}`) ?? 0) - (from + delayMs);
        assert.ok(late >= 0, `${delayMs} ms: ${-late} ms early`);
        assert.ok(late < 1500 + stoodStillMs, `${delayMs} ms: ${late} ms late`);
      }
    });

    it('delivers a rejected wake-up again after about a second, and says so', async () => {
      await using one = await openOne();
      const times: number[] = [];
      const seen = createRecorder(async () => {
        times.push(performance.now());
        if (times.length < 3) throw new Error('not yet');
      });
      await one.open.queue.consume('job', 1, seen.deliver);
      await using stalls = watchStalls(() => one.open.now());

      await enqueue(one.open, { topic: 'job', key: 'a' });

      await seen.count(3);
      const stoodStillMs = await stalls.end();
      assert.deepEqual(
        seen.deliveries.map(({ redelivered }) => redelivered),
        [false, true, true],
      );
      for (const [index, at] of times.slice(1).entries()) {
        const waited = at - (times[index] ?? 0);
        const isInTime = waited >= 900 && waited < 3000 + stoodStillMs;
        assert.ok(isInTime, `came again after ${waited} ms`);
      }
      assert.equal(one.open.errors.length, 2);
    });

    it('gives the place of what only waits to others', async () => {
      await using one = await openOne();
      const gate = Promise.withResolvers<void>();
      const seen = createRecorder(async ({ key }, rest) => {
        if (key === 'rests') await rest(gate.promise);
      });
      await one.open.queue.consume('step', 1, seen.deliver);

      await enqueue(one.open, { topic: 'step', key: 'rests' });
      await seen.started(1);
      await enqueue(one.open, { topic: 'step', key: 'works' }, { topic: 'step', key: 'too' });
      await seen.count(2);
      gate.resolve();

      await seen.count(3);
      assert.deepEqual(seen.keys(), ['rests', 'works', 'too']);
    });

    it('stays within the concurrency and uses all of it', async () => {
      await using one = await openOne();
      const gate = Promise.withResolvers<void>();
      const seen = createRecorder(() => gate.promise);
      await one.open.queue.consume('job', 3, seen.deliver);
      await enqueue(
        one.open,
        ...Array.from({ length: 10 }, (_, n) => ({ topic: 'job', key: `${n}` }) as const),
      );

      await seen.started(3);
      gate.resolve();
      await seen.count(10);

      assert.equal(seen.mostAtOnce(), 3);
    });

    it('keeps topics apart: a full one does not hold up another', async () => {
      await using one = await openOne();
      const gate = Promise.withResolvers<void>();
      const full = createRecorder(() => gate.promise);
      const others = TOPICS.filter((topic) => topic !== 'job').map((topic) => ({
        topic,
        seen: createRecorder(),
      }));
      await one.open.queue.consume('job', 1, full.deliver);
      for (const { topic, seen } of others) await one.open.queue.consume(topic, 1, seen.deliver);

      await enqueue(one.open, { topic: 'job', key: 'a' }, { topic: 'job', key: 'b' });
      await enqueue(one.open, ...TOPICS.map((topic) => ({ topic, key: `of ${topic}` })));

      for (const { topic, seen } of others) {
        await seen.count(1);
        assert.deepEqual(seen.keys(), [`of ${topic}`]);
      }
      assert.equal(full.mostAtOnce(), 1);
      gate.resolve();
      await full.count(3);
    });

    it('carries any key, the same one twice, and none at all', async () => {
      await using one = await openOne();
      const seen = createRecorder();
      const keys = [
        '',
        "o'brien",
        '"; drop table wake_up; --',
        'zażółć 🐑',
        'x'.repeat(255),
        'twice',
        'twice',
      ];
      await one.open.queue.consume('inbox', 1, seen.deliver);

      await enqueue(one.open);
      await enqueue(one.open, ...keys.map((key) => ({ topic: 'inbox', key }) as const));

      await seen.count(keys.length);
      assert.deepEqual(seen.keys().toSorted(), keys.toSorted());
    });

    it('delivers 1,000 wake-ups, once each when nothing fails', async () => {
      await using one = await openOne();
      const seen = createRecorder();
      await one.open.queue.consume('step', 16, seen.deliver);
      const keys = Array.from({ length: 1000 }, (_, n) => `k${n}`);

      await enqueue(
        one.open,
        ...keys.slice(0, 600).map((key) => ({ topic: 'step', key }) as const),
      );
      await Promise.all(keys.slice(600).map((key) => enqueue(one.open, { topic: 'step', key })));

      await seen.count(1000);
      await one.open.queue.stop();
      assert.deepEqual(seen.keys().toSorted(), keys.toSorted());
    });

    it('waits at stop for deliveries under way, and delivers nothing more', async () => {
      await using one = await openOne();
      const gate = Promise.withResolvers<void>();
      const seen = createRecorder(() => gate.promise);
      await one.open.queue.consume('job', 1, seen.deliver);
      await enqueue(one.open, { topic: 'job', key: 'under way' }, { topic: 'job', key: 'waits' });
      await seen.started(1);
      const first = seen.keys()[0] ?? '';

      let isStopped = false;
      const stopping = one.open.queue.stop().then(() => {
        isStopped = true;
      });
      await enqueue(one.open, { topic: 'job', key: 'late' });
      assert.equal(isStopped, false);
      gate.resolve();
      await stopping;
      await enqueue(one.open, { topic: 'job', key: 'later' });

      assert.deepEqual(seen.keys(), [first]);
      await one.open[Symbol.asyncDispose]();
      await using next = await one.place.open();
      const rest = createRecorder();
      await next.queue.consume('job', 1, rest.deliver);
      await rest.count(3);
      const expected = ['under way', 'waits', 'late', 'later'].filter((key) => key !== first);
      assert.deepEqual(rest.keys().toSorted(), expected.toSorted());
      assert.deepEqual(seen.keys(), [first]);
    });

    it('runs a delivery outside the transaction and the context of who enqueued', async () => {
      await using one = await openOne();
      const context = new AsyncLocalStorage<string>();
      const contexts: unknown[] = [];
      const seen = createRecorder(async () => {
        contexts.push(context.getStore());
        await one.open.transact(async (tx) => tx.now);
      });
      await one.open.queue.consume('job', 1, seen.deliver);

      await context.run('of who enqueued', async () => {
        await enqueue(one.open, { topic: 'job', key: 'now' });
        await enqueue(one.open, { topic: 'job', key: 'later', delayMs: 50 });
      });

      await seen.count(2);
      assert.deepEqual(contexts, [undefined, undefined]);
      assert.deepEqual(one.open.errors, []);
    });

    it('refuses a second consumer of a topic in one process', async () => {
      await using one = await openOne();
      await one.open.queue.consume('job', 1, createRecorder().deliver);

      await assert.rejects(one.open.queue.consume('job', 1, createRecorder().deliver), /job/);
    });

    it('keeps all promises at once under random load', async (t) => {
      const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
      t.diagnostic(`SEED=${seed}`);
      await using one = await openOne();

      await runTrial(one.open, seed);
    });

    runKillTests(subject);
  });
}
