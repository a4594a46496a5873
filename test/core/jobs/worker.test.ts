/** One process that carries out jobs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEmbeddedQueue } from '#adapters/work-queue-embedded/work-queue-embedded.ts';
import { PATIENCE, type Scheduling, WorkerStops } from '#core/jobs/loop.ts';
import { createJob } from '#core/jobs/schedule.ts';
import { startWorker } from '#core/jobs/worker.ts';
import type { Deliver, Topic, WorkQueue } from '#core/ports/work-queue.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';
import { createFakeClock } from '../fake-clock.ts';
import { type Bench, openBench, toPlan } from './open-bench.ts';
import { createPretendPlatform, UNKNOWN } from './pretend-platform.ts';

const gate = {
  async check() {
    const start = { plan: toPlan({ a: { kind: 'clone' } }), notes: [] };
    return { verdict: 'go', ...start, confirm: async () => start } as const;
  },
  readStanding: async () => ({ standing: 'holds' as const }),
  listOperators: async () => [],
  giveUp: async () => undefined,
};

/** A worker whose deliveries a test makes by hand. */
async function openWorker(bench: Bench, changes: Partial<Scheduling> = {}) {
  const delivers = new Map<Topic, Deliver>();
  const queue: WorkQueue = {
    enqueue: bench.queue.enqueue,
    consume: async (topic, _concurrency, deliver) => void delivers.set(topic, deliver),
    stop: async () => undefined,
  };
  const errors: unknown[] = [];
  const { cancelOf: _cancelOf, stopSignal: _stopSignal, rest, ...parts } = bench.loop;
  const worker = await startWorker({
    ...parts,
    ...changes,
    ...{ queue, concurrency: 4, starting: { gate, newId: () => 'plan-1' } },
    onError: (error) => errors.push(error),
  });
  const deliver = (topic: Topic, key: string, redelivered = false) =>
    delivers.get(topic)?.({ key, redelivered }, rest) as Promise<void>;
  return { worker, deliver, errors };
}

describe('worker', () => {
  it('takes a job from its decision to its end on the real queue', async () => {
    await using opened = await openTestStore((handle) =>
      createEmbeddedQueue({ handle, onError: assert.ifError }),
    );
    const { store, queue } = opened;
    const platform = createPretendPlatform(createFakeClock());
    const ended = Promise.withResolvers<void>();
    const loop = {
      ...{ store, queue, clock: createFakeClock(), kinds: platform.kinds, patience: PATIENCE },
      capacityOf: () => 1,
      announcer: {
        jobTurned: async () => undefined,
        jobAsked: async () => undefined,
        async jobChanged(tx: Parameters<typeof createJob>[0], jobId: string) {
          if ((await tx.jobs.find(jobId))?.state === 'done') tx.afterCommit(ended.resolve);
        },
      },
      onError: assert.ifError,
    };
    const starting = { gate, newId: () => 'plan-1' };
    const worker = await startWorker({ ...loop, concurrency: 4, starting });

    const job = {
      ...{ id: 'job-1', number: 1, requestId: 'r-1', planId: 'plan', operation: 'test.run' },
      ...{ requesterId: 'ann', requesterName: 'Ann', targetIds: [] },
    };
    await store.transact((tx) => createJob(tx, loop, job, toPlan({ a: { kind: 'clone' } })));
    await ended.promise;
    await worker.stop();

    assert.deepEqual(platform.sent, ['job-1/a']);
    assert.equal(platform.effectsOf('job-1/a'), 1);
  });

  it('H18 passes a cancel on to the steps of that job that are under way, and to no others', async () => {
    await using bench = await openBench();
    const { worker, deliver } = await openWorker(bench);
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    bench.platform.hook = async (part, { stepToken }) => {
      if (part !== 'follow' || stepToken !== 'job-1/a') return;
      await deliver('step', 'job-2/a');
      await bench.cancel('job-1');
      worker.passOnCancel('job-1');
    };

    await deliver('step', 'job-1/a');

    const stops = bench.platform.calls.filter((call) => call.startsWith('stop'));
    assert.deepEqual(stops, ['stop job-1/a']);
  });

  it('H18 still passes it on when the step was woken a second time meanwhile', async () => {
    await using bench = await openBench();
    const { worker, deliver } = await openWorker(bench);
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    bench.platform.hook = async (part) => {
      if (part !== 'follow') return;
      await deliver('step', 'job-1/a');
      await bench.cancel('job-1');
      worker.passOnCancel('job-1');
    };

    await deliver('step', 'job-1/a');

    assert.ok(bench.platform.calls.includes('stop job-1/a'));
    assert.equal(bench.platform.sent.length, 1);
  });

  it('leaves a step as it is when the process ends, and asks for it to be delivered again', async () => {
    await using bench = await openBench();
    const { worker, deliver, errors } = await openWorker(bench);
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    bench.platform.hook = async (part, { signal }) => {
      if (part !== 'follow') return;
      await worker.stop();
      assert.equal(signal.aborted, true);
      throw UNKNOWN;
    };

    await assert.rejects(deliver('step', 'job-1/a'), WorkerStops);
    const left = await bench.step('job-1/a');
    bench.platform.hook = () => undefined;
    const next = await openWorker(bench);
    await next.deliver('step', 'job-1/a', true);

    assert.deepEqual([left.state, left.task], ['started', 'task of job-1/a']);
    assert.deepEqual(errors, []);
    assert.equal((await bench.step('job-1/a')).state, 'done');
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
  });

  it('takes a lost claim for dealt with: the new holder has a delivery of its own', async () => {
    await using bench = await openBench();
    const { deliver, errors } = await openWorker(bench);
    const other = await openWorker(bench);
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    bench.platform.hook = async () => {
      bench.platform.hook = () => undefined;
      await other.deliver('step', 'job-1/a', true);
    };

    await deliver('step', 'job-1/a');

    assert.deepEqual(errors, []);
    assert.equal(bench.platform.effectsOf('job-1/a'), 1);
  });

  it('tells of a fault that nobody foresaw, and gets the step again', async () => {
    await using bench = await openBench();
    const bug = new TypeError('a bug');
    const broken = await openWorker(bench, {
      announcer: {
        jobChanged: () => Promise.reject(bug),
        jobTurned: async () => undefined,
        jobAsked: async () => undefined,
      },
    });
    await bench.startJob({ steps: { a: {} } });

    await assert.rejects(broken.deliver('step', 'job-1/a'), bug);
    const { deliver } = await openWorker(bench);
    await deliver('step', 'job-1/a', true);

    assert.deepEqual(broken.errors, [bug]);
    assert.equal((await bench.step('job-1/a')).state, 'done');
    assert.equal(bench.platform.effectsOf('job-1/a'), 1);
  });
});
