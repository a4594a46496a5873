/** One step, carried out: looked for, sent, followed, read back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import { type Bench, dieAtSeam, openBench } from './open-bench.ts';
import { NOT_REACHABLE, type Outcome, REFUSED, SETTLE_MS, UNKNOWN } from './pretend-platform.ts';

const ONE = { steps: { a: {} } };

/** Carries out one step whose acts turn out so. */
async function runStep(bench: Bench, kind: string, ...outcomes: Outcome[]) {
  const job = await bench.startJob({ steps: { a: { kind } } });
  bench.platform.plan(`${job.id}/a`, ...outcomes);
  await bench.deliverAll();
  return { job: await bench.job(job.id), step: await bench.step(`${job.id}/a`) };
}

describe('a step', () => {
  it('is looked for before it is sent, and read back after it', async () => {
    await using bench = await openBench();

    const { job, step } = await runStep(bench, 'change');

    assert.deepEqual(bench.platform.calls, ['look job-1/a', 'act job-1/a', 'verify job-1/a']);
    assert.deepEqual([step.state, step.code, step.epoch], ['done', null, 1]);
    assert.ok(step.startedAt && step.sentAt && step.endedAt);
    assert.equal(job.state, 'done');
    assert.deepEqual(await bench.reservations(), []);
    assert.deepEqual(await bench.auditEvents(job.id), [
      ...['job_created', 'job_started', 'step_ended', 'job_ended'],
    ]);
  });

  it('is not sent when it is found done', async () => {
    await using bench = await openBench();
    await runStep(bench, 'change');
    bench.platform.plan('job-2/a', {});

    const { platform } = bench;
    const look = platform.kinds.find('change', 1);
    const kinds = {
      find: () => look && { ...look, look: async () => ({ found: 'done' }) as const },
    };
    await bench.startJob(ONE);
    await bench.deliverAll({ kinds });

    assert.deepEqual(platform.sent, ['job-1/a']);
    // What was found did not stand the reading back.
    assert.equal((await bench.step('job-2/a')).code, 'success_without_effect');
  });

  it('follows the task that it started, and remembers it before it waits', async () => {
    await using bench = await openBench();
    let during = '';
    bench.platform.hook = async (part) => {
      if (part !== 'follow') return;
      const { state, task } = await bench.step('job-1/a');
      during = `${state} ${task}`;
    };

    const { step } = await runStep(bench, 'clone');

    assert.equal(during, 'started task of job-1/a');
    assert.equal(step.state, 'done');
  });

  it('joins its own task that it finds running, and sends nothing', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    await bench.deliver(dieAtSeam('acted'));
    assert.equal((await bench.step('job-1/a')).task, null);

    await bench.deliverAll();

    const step = await bench.step('job-1/a');
    assert.deepEqual([step.state, step.task], ['done', 'task of job-1/a']);
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
  });

  it('H13 is done with a warning when the platform said no and the effect is there', async () => {
    await using bench = await openBench();

    for (const kind of ['change', 'clone']) {
      const { job, step } = await runStep(bench, kind, { error: REFUSED });

      assert.deepEqual([step.state, step.code], ['done_with_warning', 'effect_without_success']);
      assert.deepEqual(step.facts, REFUSED.facts);
      assert.equal(job.state, 'done_with_warning');
    }
  });

  it('H13 has failed when the platform said yes and the effect is not there (B43)', async () => {
    await using bench = await openBench();

    for (const kind of ['change', 'clone']) {
      const { job, step } = await runStep(bench, kind, { effect: false });

      assert.deepEqual([step.state, step.code], ['failed', 'success_without_effect']);
      assert.equal(job.state, 'failed');
    }
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-2/a']);
  });

  it('H13 has failed with the platform’s word when it said no and nothing happened', async () => {
    await using bench = await openBench();

    const { step } = await runStep(bench, 'change', { effect: false, error: REFUSED });

    assert.deepEqual([step.state, step.code, step.facts], ['failed', REFUSED.code, REFUSED.facts]);
    assert.equal(bench.platform.calls.at(-1), 'verify job-1/a');
  });

  it('H13 is done with a warning when the answer was lost and the effect is there', async () => {
    await using bench = await openBench();

    const { step } = await runStep(bench, 'change', { error: UNKNOWN });

    assert.deepEqual([step.state, step.code], ['done_with_warning', 'answer_lost']);
    assert.deepEqual(bench.queue.due('step'), []);
  });

  it('takes an error nobody foresaw for an unknown outcome, never for nothing sent', async () => {
    await using bench = await openBench();
    bench.platform.hook = (part) => {
      if (part === 'act') throw new TypeError('a bug');
    };
    await bench.startJob(ONE);

    await bench.deliver();

    const step = await bench.step('job-1/a');
    assert.deepEqual([step.state, step.code], ['unknown', 'unexpected']);
  });

  it('ends in one transaction: a fault in what it records leaves the step to be found and ended again', async () => {
    await using bench = await openBench();
    const kind = bench.platform.kinds.find('change', 1);
    let fails = true;
    const record = async () => {
      if (fails) throw new Error('disk full');
    };
    await bench.startJob(ONE);
    const kinds = { find: () => kind && { ...kind, record } };

    const [taken] = bench.queue.due('step');
    await assert.rejects(bench.deliver({ kinds }), /disk full/);
    fails = false;
    if (taken) bench.queue.putBack(taken);
    await bench.deliverAll({ kinds });

    assert.equal((await bench.step('job-1/a')).state, 'done');
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
  });
});

describe('a step that did not reach its platform', () => {
  it('is tried again, with longer pauses, and never twice at once', async () => {
    await using bench = await openBench();
    const fails = { effect: false, error: NOT_REACHABLE };
    await bench.startJob(ONE);
    bench.platform.plan('job-1/a', fails, fails, fails);

    const delays: number[] = [];
    for (let due = bench.queue.due('step'); due.length > 0; due = bench.queue.due('step')) {
      delays.push(...due.map(({ delayMs }) => delayMs));
      await bench.deliver();
    }

    assert.deepEqual(delays, [0, 2000, 4000, 8000]);
    const step = await bench.step('job-1/a');
    assert.deepEqual([step.state, step.tries], ['done', 3]);
    assert.equal(bench.platform.effectsOf('job-1/a'), 1);
  });

  it('is given up after the fifth try', async () => {
    await using bench = await openBench();
    const fails = { effect: false, error: NOT_REACHABLE };

    const { job, step } = await runStep(bench, 'change', fails, fails, fails, fails, fails, {});

    assert.deepEqual([step.state, step.code], ['failed', 'not_reachable']);
    assert.equal(bench.platform.sent.length, 5);
    assert.equal(job.state, 'failed');
  });

  it('H02 is not tried again where another VM stands in its place', async () => {
    await using bench = await openBench();
    const other = new OperationError('not_the_vm_approved', 'not_started');

    const { step } = await runStep(bench, 'change', { effect: false, error: other });

    assert.deepEqual([step.state, step.code], ['failed', 'not_the_vm_approved']);
    assert.equal(bench.platform.sent.length, 1);
  });

  it('is not an unknown outcome when the look before it failed or could not tell', async () => {
    await using bench = await openBench();
    await bench.startJob(ONE);
    bench.platform.planReadings('job-1/a', 'fails', 'cannot_tell', 'ok');

    await bench.deliver();
    const first = await bench.step('job-1/a');
    await bench.deliver();
    const second = await bench.step('job-1/a');
    await bench.deliverAll();

    assert.deepEqual([first.state, first.code], ['ready', 'not_reachable']);
    assert.deepEqual([second.state, second.code], ['ready', 'another_task_runs']);
    assert.equal((await bench.step('job-1/a')).state, 'done');
    assert.equal(bench.platform.sent.length, 1);
  });

  it('waits before it looks again: what was sent just before may not show yet', async () => {
    await using bench = await openBench();

    await runStep(bench, 'change', { effect: false, error: NOT_REACHABLE });

    assert.equal(bench.clock.pauses.length, 1);
    const [pauseMs = 0] = bench.clock.pauses;
    assert.ok(pauseMs > SETTLE_MS - 5000 && pauseMs <= SETTLE_MS);
  });
});

describe('progress of a step', () => {
  it('is written at most once a second and only upwards', async () => {
    await using bench = await openBench();
    const written: (number | null)[] = [];
    bench.platform.hook = async (part, call) => {
      if (part !== 'follow') return;
      for (const percent of [10, 20, 5, 40, 40]) {
        call.onProgress(percent);
        // The write goes through the one connection: what is read next comes after it.
        written.push((await bench.step('job-1/a')).percent);
        bench.clock.advance(percent === 20 ? 1000 : 300);
      }
    };

    const { step } = await runStep(bench, 'clone');

    assert.deepEqual(written, [10, 10, 10, 40, 40]);
    assert.deepEqual([step.state, step.percent], ['done', 40]);
  });
});
