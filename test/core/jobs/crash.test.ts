/** A process dies anywhere: another takes over, and each effect happens once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { carryOut } from '#core/jobs/carry-out.ts';
import { ClaimLost } from '#core/jobs/job.ts';
import { type Bench, dieAtCommit, dieAtSeam, openBench } from './open-bench.ts';
import { SETTLE_MS, UNKNOWN } from './pretend-platform.ts';

const SEAMS = {
  change: ['claimed', 'looked', 'sending', 'acted', 'verified'],
  clone: ['claimed', 'looked', 'sending', 'acted', 'started', 'followed', 'verified'],
} as const;

const afterEffect = (seam: string) => ['acted', 'followed', 'verified'].includes(seam);

/** Two steps with permits, each of which died once on its way. */
async function assertOnce(bench: Bench, jobId: string): Promise<void> {
  assert.deepEqual(await bench.states(jobId), ['a done', 'b done']);
  for (const key of ['a', 'b']) assert.equal(bench.platform.effectsOf(`${jobId}/${key}`), 1);
  assert.equal((await bench.job(jobId)).state, 'done');
  const held = await bench.store.read((reads) => reads.jobs.listPermitSteps('holding'));
  assert.deepEqual(held, []);
  assert.deepEqual(await bench.reservations(), []);
}

function startTwo(bench: Bench, kind: string, permits: readonly string[] = ['host:x']) {
  return bench.startJob({ steps: { a: { kind, permits }, b: { kind, permits, after: ['a'] } } });
}

describe('a crash', () => {
  for (const kind of ['change', 'clone'] as const) {
    for (const seam of SEAMS[kind]) {
      it(`H13 leads to one effect: ${kind}, at the seam “${seam}”`, async () => {
        await using bench = await openBench();
        const job = await startTwo(bench, kind);

        await bench.deliver(dieAtSeam(seam));
        await bench.deliver();
        await bench.deliver(dieAtSeam(seam));
        await bench.deliverAll();

        await assertOnce(bench, job.id);
      });
    }
  }

  it('leads to one effect before and after every commit', async () => {
    await using bench = await openBench();

    for (const edge of ['before', 'after'] as const) {
      for (let nth = 1, isOver = false; !isOver; nth += 1) {
        const job = await startTwo(bench, 'clone');
        const dying = dieAtCommit(bench.store, edge, nth);

        await bench.deliverAll({ store: dying.store });

        await assertOnce(bench, job.id);
        isOver = dying.isOver();
      }
    }
  });

  for (const seam of SEAMS.clone) {
    it(`H13 leads to one effect in a line of steps under one wake-up, at the seam “${seam}”`, async () => {
      await using bench = await openBench();
      const job = await startTwo(bench, 'clone', []);

      await bench.deliver(dieAtSeam(seam, 2));
      assert.deepEqual(await bench.states(job.id), [
        'a done',
        `b ${['started', 'followed', 'verified'].includes(seam) ? 'started' : 'intended'}`,
      ]);
      await bench.deliver(dieAtSeam(seam));
      await bench.deliverAll();

      await assertOnce(bench, job.id);
    });
  }

  it('leads to one effect in a line of steps, before and after every commit', async () => {
    await using bench = await openBench();

    for (const edge of ['before', 'after'] as const) {
      for (let nth = 1, isOver = false; !isOver; nth += 1) {
        const job = await startTwo(bench, 'clone', []);
        const dying = dieAtCommit(bench.store, edge, nth);

        await bench.deliverAll({ store: dying.store });

        await assertOnce(bench, job.id);
        isOver = dying.isOver();
      }
    }
  });

  it('keeps whoever takes over from looking before what was sent must show', async () => {
    await using bench = await openBench();
    bench.platform.plan('job-1/a', { lateMs: SETTLE_MS / 2 });
    await bench.startJob({ steps: { a: {} } });

    await bench.deliver(dieAtSeam('acted'));
    await bench.deliverAll();

    assert.equal(bench.platform.effectsOf('job-1/a'), 1);
    assert.equal((await bench.step('job-1/a')).state, 'done');
    const [pauseMs = 0] = bench.clock.pauses;
    assert.ok(pauseMs > SETTLE_MS / 2 && pauseMs <= SETTLE_MS);
  });

  it('does not turn a task that the platform had taken into a second one', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: { kind: 'clone' } } });

    await bench.deliver(dieAtSeam('started'));
    bench.platform.plan('job-1/a', { effect: false, error: UNKNOWN });
    await bench.deliverAll();

    assert.deepEqual(bench.platform.sent, ['job-1/a']);
    assert.deepEqual(
      [(await bench.step('job-1/a')).state, (await bench.step('job-1/a')).code],
      ['failed', 'did_not_happen'],
    );
  });

  for (const seam of ['claimed', 'sending', 'acted', 'verified']) {
    it(`H14 asks a person about a step that nothing shows, at the seam “${seam}”`, async () => {
      await using bench = await openBench();
      await bench.startJob({ steps: { a: { kind: 'script' } } });

      await bench.deliver(dieAtSeam(seam));
      await bench.deliverAll();

      assert.equal((await bench.step('job-1/a')).state, 'asking');
      assert.equal(bench.platform.effectsOf('job-1/a'), afterEffect(seam) ? 1 : 0);
      assert.ok(await bench.gate('job-1'));
      assert.deepEqual(bench.clock.pauses.length, 1);
    });
  }
});

describe('a worker that was taken over', () => {
  for (const seam of SEAMS.clone.filter((name) => name !== 'sending')) {
    it(`H13 sends nothing and writes nothing when it wakes at the seam “${seam}”`, async () => {
      await using bench = await openBench();
      await bench.startJob({ steps: { a: { kind: 'clone' } } });
      const delivery = bench.queue.take('step');
      const frozen = Promise.withResolvers<void>();
      const reached = Promise.withResolvers<void>();
      const freeze = async (name: string) => {
        if (name !== seam) return;
        reached.resolve();
        await frozen.promise;
      };

      assert.ok(delivery);
      const first = carryOut({ ...bench.loop, seam: freeze }, delivery);
      await reached.promise;
      await carryOut(bench.loop, { ...delivery, redelivered: true });
      const before = await bench.step('job-1/a');
      frozen.resolve();

      await assert.rejects(first, ClaimLost);
      assert.deepEqual(await bench.step('job-1/a'), before);
      assert.equal(before.state, 'done');
      assert.equal(bench.platform.effectsOf('job-1/a'), 1);
      assert.equal(bench.platform.sent.length, 1);
    });
  }

  it('goes on with nothing in a second wake-up, nor in one of the step before', async () => {
    await using bench = await openBench();
    await startTwo(bench, 'clone', []);
    const delivery = bench.queue.take('step');
    assert.ok(delivery);

    let during = -1;
    const seam = async (name: string) => {
      if (name !== 'looked' || (await bench.step('job-1/b')).state !== 'intended') return;
      await carryOut(bench.loop, { key: 'job-1/a', redelivered: false });
      await carryOut(bench.loop, { key: 'job-1/b', redelivered: false });
      during = (await bench.step('job-1/b')).epoch;
    };
    await carryOut({ ...bench.loop, seam }, delivery);

    assert.equal(during, 1);
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-1/b']);
    assert.deepEqual(await bench.states('job-1'), ['a done', 'b done']);
  });

  it('has no claim on a step that another holds, unless it was left behind', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {} } });
    const delivery = bench.queue.take('step');
    assert.ok(delivery);

    let during = -1;
    const seam = async (name: string) => {
      if (name !== 'looked') return;
      await carryOut(bench.loop, delivery);
      during = (await bench.step('job-1/a')).epoch;
    };
    await carryOut({ ...bench.loop, seam }, delivery);

    assert.equal(during, 1);
    assert.equal(bench.platform.sent.length, 1);
  });

  it('finds nothing to do in a wake-up for a step that has ended', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {} } });
    const delivery = bench.queue.take('step');
    assert.ok(delivery);
    await carryOut(bench.loop, delivery);
    const before = await bench.step('job-1/a');

    await carryOut(bench.loop, { ...delivery, redelivered: true });
    await carryOut(bench.loop, { key: 'job-9/nothing', redelivered: false });

    assert.deepEqual(await bench.step('job-1/a'), before);
    assert.equal(bench.platform.sent.length, 1);
  });

  it('proves its claim anew until the proof is young, and only then sends', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {} } });
    let slow = 3;
    let beganMs = 0;
    let sentAfterMs = Number.NaN;
    const store: typeof bench.store = {
      ...bench.store,
      async transact(work) {
        beganMs = bench.clock.elapsedMs();
        const result = await bench.store.transact(work);
        slow -= 1;
        if (slow > 0) bench.clock.advance(2500);
        return result;
      },
    };
    bench.platform.hook = (part) => {
      if (part === 'act') sentAfterMs = bench.clock.elapsedMs() - beganMs;
    };

    await bench.deliverAll({ store });

    assert.ok(slow <= 0);
    assert.ok(sentAfterMs <= bench.loop.patience.sendWithinMs, `sent after ${sentAfterMs} ms`);
  });
});
