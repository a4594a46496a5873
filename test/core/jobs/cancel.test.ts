/** A job is stopped: what has not begun does not begin, what runs is stopped and read back (H18). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import { type Bench, openBench } from './open-bench.ts';
import { NOT_REACHABLE, UNKNOWN } from './pretend-platform.ts';

const CANCELLED = new OperationError('cancelled_on_platform', 'refused');
const CHAIN = { a: { kind: 'clone' }, b: { after: ['a'] } };

/** Cancels as a person does in the process that carries the step out. */
async function cancelHere(bench: Bench, jobId: string): Promise<void> {
  await bench.cancel(jobId);
  for (const [stepId, cancel] of bench.cancels) if (stepId.startsWith(`${jobId}/`)) cancel.abort();
}

describe('cancel', () => {
  it('H18 ends a job that waits for its start, with all its steps and its reservation', async () => {
    await using bench = await openBench();
    await bench.createJob({ steps: CHAIN });

    assert.equal(await bench.cancel('job-1'), true);

    const job = await bench.job('job-1');
    assert.deepEqual([job.state, job.code, job.cancelAskedBy], ['cancelled', 'cancelled', 'carl']);
    assert.deepEqual(await bench.states('job-1'), ['a cancelled', 'b cancelled']);
    assert.deepEqual(await bench.reservations(), []);
  });

  it('H18 ends steps that are ready, waiting and blocked, and nothing is sent', async () => {
    await using bench = await openBench();
    bench.capacities.set('host:x', 0);
    const steps = { a: {}, b: { permits: ['host:x'] }, c: { after: ['b'] } };
    await bench.startJob({ steps });
    assert.deepEqual(await bench.states('job-1'), ['a ready', 'b waiting', 'c blocked']);

    await bench.cancel('job-1');
    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['a cancelled', 'b cancelled', 'c cancelled']);
    assert.equal((await bench.job('job-1')).state, 'cancelled');
    assert.deepEqual(bench.platform.sent, []);
    assert.deepEqual(await bench.reservations(), []);
  });

  it('H18 frees the permits of a step that was ready and had not begun', async () => {
    await using bench = await openBench();
    bench.capacities.set('host:x', 1);
    await bench.startJob({ steps: { a: { permits: ['host:x'] } } });
    await bench.startJob({ steps: { a: { permits: ['host:x'] } } });

    await bench.cancel('job-1');
    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-2'), ['a done']);
    assert.deepEqual(bench.platform.sent, ['job-2/a']);
    assert.ok(bench.announced.includes('job-2'));
  });

  for (const at of ['claimed', 'looked']) {
    it(`H18 holds back what was ${at} and not sent`, async () => {
      await using bench = await openBench();
      await bench.startJob({ steps: CHAIN });

      await bench.deliver({
        seam: (name) => (name === at ? cancelHere(bench, 'job-1') : undefined),
      });

      assert.deepEqual(await bench.states('job-1'), ['a cancelled', 'b cancelled']);
      assert.deepEqual(bench.platform.sent, []);
    });
  }

  it('H18 stops a task that runs and ends cancelled when nothing came of it', async () => {
    await using bench = await openBench();
    bench.platform.plan('job-1/a', { effect: false, error: CANCELLED });
    bench.platform.hook = (part) => (part === 'follow' ? cancelHere(bench, 'job-1') : undefined);
    await bench.startJob({ steps: CHAIN });

    await bench.deliver();

    assert.ok(bench.platform.calls.includes('stop job-1/a'));
    assert.equal(bench.platform.calls.at(-1), 'verify job-1/a');
    assert.deepEqual(await bench.states('job-1'), ['a cancelled', 'b cancelled']);
    assert.equal((await bench.job('job-1')).state, 'cancelled');
  });

  it('H18 says what is true when the task had its effect all the same', async () => {
    await using bench = await openBench();
    bench.platform.plan('job-1/a', { error: CANCELLED });
    bench.platform.hook = (part) => (part === 'follow' ? cancelHere(bench, 'job-1') : undefined);
    await bench.startJob({ steps: CHAIN });

    await bench.deliver();

    assert.deepEqual(await bench.states('job-1'), ['a done_with_warning', 'b cancelled']);
    assert.equal((await bench.job('job-1')).state, 'cancelled');
  });

  it('H18 ends done when the last step was done before the platform took the wish', async () => {
    await using bench = await openBench();
    bench.platform.hook = (part) => (part === 'follow' ? cancelHere(bench, 'job-1') : undefined);
    await bench.startJob({ steps: { a: { kind: 'clone' } } });

    await bench.deliver();

    assert.equal((await bench.job('job-1')).state, 'done');
  });

  it('H18 ends done when all that was needed was done: spare tries and other answers are none of it', async () => {
    await using bench = await openBench();
    const steps = {
      ask: { kind: 'consent' },
      save: { after: ['ask'], choice: 'save' },
      stop: { after: ['ask'], choice: 'shut_down' },
      a: { kind: 'clone', after: ['save'] },
      again: { after: ['a'], begins: 'when_failed' },
      tidy: { after: ['a', 'again', 'stop'], begins: 'when_ended' },
    } as const;
    bench.platform.hook = (part) => (part === 'follow' ? cancelHere(bench, 'job-1') : undefined);
    await bench.startJob({ steps });
    await bench.deliver();
    await bench.answer('job-1', 'save');

    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), [
      ...['ask done', 'save done', 'stop skipped', 'a done', 'again cancelled', 'tidy done'],
    ]);
    assert.equal((await bench.job('job-1')).state, 'done');
  });

  it('H18 ends cancelled when what was chosen is not done', async () => {
    await using bench = await openBench();
    bench.capacities.set('host:x', 0);
    const steps = {
      ask: { kind: 'consent' },
      save: { after: ['ask'], choice: 'save', permits: ['host:x'] },
      tidy: { after: ['save'], begins: 'when_ended' },
    } as const;
    await bench.startJob({ steps });
    await bench.deliver();
    await bench.answer('job-1', 'save');

    await bench.cancel('job-1');
    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['ask done', 'save cancelled', 'tidy done']);
    assert.equal((await bench.job('job-1')).state, 'cancelled');
  });

  it('goes on to follow when the platform does not take the wish', async () => {
    await using bench = await openBench();
    bench.platform.hook = async (part) => {
      if (part === 'follow') await cancelHere(bench, 'job-1');
      if (part === 'stop') throw NOT_REACHABLE;
    };
    await bench.startJob({ steps: { a: { kind: 'clone' } } });

    await bench.deliver();

    assert.deepEqual(await bench.states('job-1'), ['a done']);
  });

  it('H18 is seen by the worker that takes a step over', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    bench.platform.plan('job-1/a', { effect: false, error: UNKNOWN });
    await bench.deliver();
    assert.deepEqual(await bench.states('job-1'), ['a unknown']);

    await bench.cancel('job-1');
    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['a cancelled']);
    assert.equal((await bench.job('job-1')).state, 'cancelled');
  });

  it('H13 does not call cancelled what happened: an unknown outcome is followed to its end', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {}, b: { after: ['a'] } } });
    bench.platform.plan('job-1/a', { lateMs: 7000, error: UNKNOWN });
    await bench.deliver();

    await bench.cancel('job-1');
    assert.equal((await bench.job('job-1')).state, 'running');
    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['a done_with_warning', 'b cancelled']);
    assert.equal((await bench.job('job-1')).state, 'cancelled');
  });

  it('does not try again what did not reach its platform', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {} } });
    bench.platform.plan('job-1/a', { effect: false, error: NOT_REACHABLE });
    await bench.deliver();

    await bench.cancel('job-1');
    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['a cancelled']);
    assert.equal(bench.platform.sent.length, 1);
  });

  it('comes too late for a job that has ended, and counts once', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {} } });
    await bench.deliverAll();
    await bench.startJob({ steps: { a: { kind: 'script' } } });
    bench.platform.plan('job-2/a', { error: UNKNOWN });
    await bench.deliverAll();

    assert.equal(await bench.cancel('job-1'), false);
    assert.equal(await bench.cancel('job-2'), true);
    assert.equal(await bench.cancel('job-2'), true);
    assert.equal((await bench.job('job-1')).state, 'done');
    const asked = (await bench.auditEvents('job-2')).filter((event) => event === 'cancel_asked');
    assert.equal(asked.length, 1);
    // What a person is asked about stays asked.
    assert.deepEqual(await bench.states('job-2'), ['a asking']);
  });
});

describe('what follows', () => {
  it('is skipped after a failure, however far it stands, and other branches go on', async () => {
    await using bench = await openBench();
    const steps = {
      ...{ c: { after: ['b'] }, b: { after: ['a'] }, a: {} },
      ...{ x: {}, y: { after: ['x'] }, z: { after: ['y', 'a'] } },
    };
    await bench.startJob({ steps });
    bench.platform.plan('job-1/a', { effect: false });

    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), [
      ...['c skipped', 'b skipped', 'a failed', 'x done', 'y done', 'z skipped'],
    ]);
    assert.equal((await bench.job('job-1')).state, 'failed');
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-1/x', 'job-1/y']);
  });

  it('begins when all before it are done, also those done with a warning', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {}, b: {}, c: { after: ['a', 'b'] } } });
    bench.platform.plan('job-1/a', { error: UNKNOWN });

    await bench.deliver();
    const before = await bench.states('job-1');
    await bench.deliverAll();

    assert.deepEqual(before, ['a done_with_warning', 'b ready', 'c blocked']);
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-1/b', 'job-1/c']);
  });
});
