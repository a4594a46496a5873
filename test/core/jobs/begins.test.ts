/** When a step begins: after what went well, what failed, whatever ended, or what people said. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import { type Bench, dieAtSeam, openBench } from './open-bench.ts';
import { REFUSED } from './pretend-platform.ts';

const AGAIN = { begins: 'when_failed', after: ['a'] } as const;
const TIDY = { begins: 'when_ended', after: ['a', 'b'] } as const;
const CONSENT = {
  ask: { kind: 'consent' },
  stop: { after: ['ask'], choice: 'shut_down' },
  save: { after: ['ask'], choice: 'save' },
  tidy: { after: ['stop', 'save'], begins: 'when_ended' },
} as const;

const CANCELLED = new OperationError('cancelled_on_platform', 'refused');

const stateOf = async (bench: Bench) => (await bench.job('job-1')).state;

describe('a step that begins when another failed', () => {
  it('runs then, and the job is done with a warning', async () => {
    await using bench = await openBench();
    bench.platform.plan('job-1/a', { effect: false, error: REFUSED });
    await bench.startJob({ steps: { a: {}, again: AGAIN } });

    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['a failed', 'again done']);
    assert.equal(await stateOf(bench), 'done_with_warning');
  });

  it('is left out when it went well', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {}, again: AGAIN } });

    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['a done', 'again skipped']);
    assert.equal(await stateOf(bench), 'done');
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
  });

  it('leaves the job failed when it fails as well', async () => {
    await using bench = await openBench();
    for (const key of ['a', 'again'])
      bench.platform.plan(`job-1/${key}`, { effect: false, error: REFUSED });
    await bench.startJob({ steps: { a: {}, again: AGAIN } });

    await bench.deliverAll();

    assert.equal(await stateOf(bench), 'failed');
  });
});

describe('a step that puts in order what others left', () => {
  it('waits for all of them, and runs however they ended', async () => {
    await using bench = await openBench();
    bench.platform.plan('job-1/a', { effect: false, error: REFUSED });
    await bench.startJob({ steps: { a: {}, b: {}, tidy: TIDY } });

    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['a failed', 'b done', 'tidy done']);
    assert.deepEqual(bench.platform.sent.at(-1), 'job-1/tidy');
    assert.equal(await stateOf(bench), 'failed');
  });

  it('H18 runs after a cancel too, and is told', async () => {
    await using bench = await openBench();
    const told: unknown[] = [];
    bench.platform.hook = (part, call) => {
      if (part === 'act')
        told.push([call.stepToken, 'isJobCancelled' in call && call.isJobCancelled]);
    };
    await bench.startJob({ steps: { a: {}, b: { after: ['a'] }, tidy: TIDY } });

    await bench.cancel('job-1');
    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['a cancelled', 'b cancelled', 'tidy done']);
    assert.deepEqual(told, [['job-1/tidy', true]]);
    assert.equal(await stateOf(bench), 'cancelled');
  });

  it('H18 is not stopped by a cancel that comes while it runs, and is taken over after a crash', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {}, b: {}, tidy: TIDY } });
    await bench.deliver();
    await bench.deliver();
    await bench.cancel('job-1');
    await bench.deliver(dieAtSeam('acted'));

    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['a done', 'b done', 'tidy done']);
    assert.equal(bench.platform.effectsOf('job-1/tidy'), 1);
  });
});

describe('a step that people chose, after all others', () => {
  const STEPS = {
    ...{ a: {}, ask: { kind: 'consent' } },
    last: { kind: 'clone', after: ['ask', 'a'], begins: 'when_ended', choice: 'save' },
  } as const;

  it('H18 is cancelled like all else, also while it runs', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: STEPS });
    await bench.deliver();
    await bench.deliver();
    await bench.answer('job-1', 'save');
    bench.platform.plan('job-1/last', { effect: false, error: CANCELLED });
    bench.platform.hook = async (part, { stepToken }) => {
      if (part !== 'follow') return;
      await bench.cancel('job-1');
      bench.cancels.get(stepToken)?.abort();
    };

    await bench.deliverAll();

    assert.equal((await bench.step('job-1/last')).state, 'cancelled');
    assert.ok(bench.platform.calls.includes('stop job-1/last'));
  });

  it('is left out where nobody chose it', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: STEPS });
    await bench.deliver();
    await bench.deliver();

    await bench.answer('job-1', 'leave');
    await bench.deliverAll();

    assert.deepEqual(await bench.states('job-1'), ['a done', 'ask done', 'last skipped']);
  });
});

describe('a question to people', () => {
  it('asks before anything is done, and does what was chosen alone', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: CONSENT });
    await bench.deliver();
    const gate = await bench.gate('job-1');
    assert.deepEqual(bench.platform.sent, []);

    await bench.answer('job-1', 'save');
    await bench.deliverAll();

    assert.deepEqual(gate?.choices, ['shut_down', 'save', 'leave']);
    assert.equal((gate?.until?.getTime() ?? 0) - (gate?.askedAt.getTime() ?? 0), 60_000);
    assert.deepEqual(bench.platform.sent, ['job-1/save', 'job-1/tidy']);
    assert.deepEqual(await bench.states('job-1'), [
      'ask done',
      'stop skipped',
      'save done',
      'tidy done',
    ]);
  });

  it('does nothing when it is to be left, and nothing by itself', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: CONSENT });
    await bench.deliver();

    await bench.answer('job-1', 'leave');
    await bench.deliverAll();

    assert.deepEqual(bench.platform.sent, ['job-1/tidy']);
  });

  it('H18 stays open when it is woken before its deadline', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: CONSENT });
    await bench.deliver();
    assert.deepEqual(
      bench.queue.due('step').map(({ key, delayMs }) => [key, delayMs]),
      [['job-1/ask', 60_000]],
    );

    await bench.deliver();

    assert.ok((await bench.states('job-1')).includes('ask asking'));
  });

  it('H16 H18 counts as leave when its deadline is over', async () => {
    await using bench = await openBench();
    bench.platform.consentMs = 0;
    await bench.startJob({ steps: CONSENT });

    await bench.deliverAll();

    const gate = (await bench.store.read((reads) => reads.jobs.listGates({ jobId: 'job-1' })))[0];
    assert.deepEqual([gate?.answer, gate?.answeredBy], ['leave', null]);
    assert.deepEqual(bench.platform.sent, ['job-1/tidy']);
  });

  it('H18 H31 takes no word after its deadline, though nothing has closed it yet', async () => {
    await using bench = await openBench();
    bench.platform.consentMs = 0;
    await bench.startJob({ steps: CONSENT });
    await bench.deliver();

    const isTaken = await bench.answer('job-1', 'save');
    await bench.deliverAll();

    const gate = (await bench.store.read((reads) => reads.jobs.listGates({ jobId: 'job-1' })))[0];
    assert.deepEqual([isTaken, gate?.answer, gate?.answeredBy], [false, 'leave', null]);
    assert.deepEqual(bench.platform.sent, ['job-1/tidy']);
  });

  it('H18 ends with a cancel', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: CONSENT });
    await bench.deliver();

    await bench.cancel('job-1');
    await bench.deliverAll();

    assert.equal(await bench.gate('job-1'), undefined);
    assert.equal(await stateOf(bench), 'cancelled');
    assert.deepEqual(bench.platform.sent, ['job-1/tidy']);
  });

  it('is asked once, whenever its worker dies', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: CONSENT });
    await bench.deliver(dieAtSeam('claimed'));

    await bench.deliver();

    const gates = await bench.store.read((reads) => reads.jobs.listGates({ jobId: 'job-1' }));
    assert.equal(gates.length, 1);
  });
});

describe('a step that chooses its place late', () => {
  const STEPS = { a: {}, late: { kind: 'late', after: ['a'] }, tidy: { ...TIDY, after: ['late'] } };

  it('is given it, and its permits, when its turn comes', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: STEPS });
    bench.platform.places.set('job-1/late', 'esx-02');

    await bench.deliverAll();

    const { input, permits, state } = await bench.step('job-1/late');
    assert.deepEqual(
      [input, permits, state],
      [{ permits: ['host:esx-02'], host: 'esx-02' }, ['host:esx-02'], 'done'],
    );
  });

  it('is skipped where none is to be sought, and the rest goes on', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: STEPS });
    bench.platform.places.set('job-1/late', 'left_out');

    await bench.deliverAll();

    const { state, code } = await bench.step('job-1/late');
    assert.deepEqual([state, code], ['skipped', null]);
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-1/tidy']);
  });

  it('fails where there is none, and the rest goes on', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: STEPS });

    await bench.deliverAll();

    assert.equal((await bench.step('job-1/late')).code, 'no_other_host');
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-1/tidy']);
  });
});
