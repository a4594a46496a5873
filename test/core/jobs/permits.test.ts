/** Permits over several jobs and people, on the real store. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announceSilence } from '#core/jobs/announce-standing.ts';
import type { Step } from '#core/jobs/job.ts';
import { type Bench, dieAtSeam, openBench } from './open-bench.ts';
import { UNKNOWN } from './pretend-platform.ts';

/** How many use each resource now, and the most there ever were. */
function watchUse(bench: Bench, permitsOf: (token: string) => readonly string[]) {
  const now = new Map<string, number>();
  const most = new Map<string, number>();
  bench.platform.hook = async (part, { stepToken }) => {
    if (part !== 'act') return;
    for (const key of permitsOf(stepToken)) {
      const used = (now.get(key) ?? 0) + 1;
      now.set(key, used);
      most.set(key, Math.max(most.get(key) ?? 0, used));
    }
    // Others act meanwhile: reading takes its turn behind their transactions.
    await bench.job('job-1');
    await bench.job('job-1');
    for (const key of permitsOf(stepToken)) now.set(key, (now.get(key) ?? 0) - 1);
  };
  return most;
}

/** Six workers until nothing is due. */
async function workTogether(bench: Bench): Promise<void> {
  await Promise.all(Array.from({ length: 6 }, () => bench.deliverAll()));
  if (bench.queue.due('step').length > 0) await workTogether(bench);
}

describe('permits in jobs', () => {
  it('are never more than there are, and all come back', async () => {
    await using bench = await openBench();
    bench.capacities.set('host:x', 2).set('host:y', 1).set('ds:s', 3);
    const wishes = [
      ['host:x'],
      ['host:x', 'ds:s'],
      ['host:y', 'ds:s'],
      ['ds:s'],
      ['host:x', 'host:y'],
    ];
    const permitsOf = new Map<string, readonly string[]>();
    for (let at = 0; at < 15; at += 1) {
      const requesterId = ['ann', 'ann', 'bob'][at % 3] ?? '';
      const permits = wishes[at % wishes.length] ?? [];
      const job = await bench.startJob({
        requesterId,
        steps: { a: { permits }, b: { permits, after: ['a'] } },
      });
      for (const key of ['a', 'b']) permitsOf.set(`${job.id}/${key}`, permits);
    }

    const most = watchUse(bench, (token) => permitsOf.get(token) ?? []);
    await workTogether(bench);

    assert.deepEqual(
      [...bench.capacities].map(([key, capacity]) => (most.get(key) ?? 0) <= capacity),
      [true, true, true],
    );
    assert.equal(most.get('host:x'), 2);
    assert.equal(bench.platform.sent.length, 30);
    const steps = await bench.store.read((reads) => reads.jobs.listSteps({}));
    assert.deepEqual([...new Set(steps.map(({ state }) => state))], ['done']);
  });

  it('let a second person in between the many steps of a first', async () => {
    await using bench = await openBench();
    bench.capacities.set('host:x', 2);
    const many = Object.fromEntries(
      Array.from({ length: 8 }, (_, at) => [`s${at}`, { permits: ['host:x'] }]),
    );
    await bench.startJob({ requesterId: 'ann', steps: many });
    await bench.startJob({ requesterId: 'bob', steps: { b: { permits: ['host:x'] } } });

    await bench.deliverAll();

    assert.equal(bench.platform.sent.indexOf('job-2/b'), 2);
  });

  it('stay with a step through a crash, and leak nothing', async () => {
    await using bench = await openBench();
    bench.capacities.set('host:x', 1);
    await bench.startJob({ steps: { a: { permits: ['host:x'] } } });
    await bench.startJob({ steps: { a: { permits: ['host:x'] } } });

    await bench.deliver(dieAtSeam('acted'));
    assert.deepEqual(await bench.states('job-2'), ['a waiting']);
    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-2'), ['a done']);
  });

  it('change the cards of several jobs in one order, as a silence does: neither waits for the other', async () => {
    await using bench = await openBench();
    const { store, loop, announced } = bench;
    bench.capacities.set('host:x', 1);
    const needs = { permits: ['host:x'] };
    const silent = { input: { vm: { connectionId: 'c1' } } };
    await bench.startJob({ steps: { needs, silent } });
    await bench.startJob({ steps: { silent, needs } });
    for (const id of ['job-1/silent', 'job-2/silent'])
      await store.transact(async (tx) => tx.jobs.claimStep((await tx.jobs.findStep(id)) as Step));
    const told = () => announced.splice(0).slice(-2);

    await store.transact((tx) => announceSilence(loop, tx, 'c1'));
    const bySilence = told();
    // The first two of three wake-ups: of `silent`, which is in hand, and of `needs`.
    for (let taken = 0; taken < 2; taken += 1) await bench.deliver();
    const byEnd = told();

    assert.deepEqual(await bench.states('job-2'), ['silent intended', 'needs ready']);
    assert.deepEqual([bySilence, byEnd], Array(2).fill(['job-1', 'job-2']));
  });

  it('H13 stay with an unknown outcome until it is known', async () => {
    await using bench = await openBench();
    bench.capacities.set('host:x', 1);
    await bench.startJob({ steps: { a: { permits: ['host:x'] } } });
    await bench.startJob({ steps: { a: { permits: ['host:x'] } } });
    bench.platform.plan('job-1/a', { lateMs: 8000, error: UNKNOWN });

    await bench.deliver();
    assert.deepEqual(await bench.states('job-1'), ['a unknown']);
    assert.deepEqual(await bench.states('job-2'), ['a waiting']);
    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-2'), ['a done']);
  });
});
