/** Sent, and nobody knows: looked at until known, then asked of a person; never sent again by itself. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Bench, openBench } from './open-bench.ts';
import { UNKNOWN } from './pretend-platform.ts';

const NO_ANSWER = { effect: false, error: UNKNOWN };
const WITH_PERMIT = { a: { permits: ['host:x'] }, b: { after: ['a'] } };

/** A step whose outcome is unknown and which no look can tell. */
async function openAsking(bench: Bench): Promise<void> {
  await bench.startJob({ steps: WITH_PERMIT });
  bench.platform.plan('job-1/a', NO_ANSWER);
  bench.platform.planReadings('job-1/a', 'ok', ...Array(50).fill('cannot_tell'));
  while ((await bench.step('job-1/a')).state !== 'asking') await bench.deliver();
}

describe('an unknown outcome', () => {
  it('H13 is followed, keeps its permits and starts no second try', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: WITH_PERMIT });
    bench.platform.plan('job-1/a', { lateMs: 7000, error: UNKNOWN });

    await bench.deliver();
    const step = await bench.step('job-1/a');

    assert.deepEqual([step.state, step.permitsHeld, step.looks], ['unknown', true, 1]);
    assert.deepEqual([step.code, step.facts], [UNKNOWN.code, UNKNOWN.facts]);
    assert.deepEqual(await bench.states('job-1'), ['a unknown', 'b blocked']);
    assert.deepEqual(
      bench.queue.due('step').map(({ key, delayMs }) => [key, delayMs]),
      [['job-1/a', 5000]],
    );
    assert.ok((await bench.auditEvents('job-1')).includes('outcome_unknown'));
  });

  it('H13 is done with a warning when the effect shows late, and what follows goes on', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: WITH_PERMIT });
    bench.platform.plan('job-1/a', { lateMs: 7000, error: UNKNOWN });

    await bench.deliverAll();

    const step = await bench.step('job-1/a');
    assert.deepEqual([step.state, step.code], ['done_with_warning', 'answer_lost']);
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-1/b']);
    assert.equal((await bench.job('job-1')).state, 'done_with_warning');
  });

  it('H13 has failed once it is known that nothing happened, and is not sent again', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: WITH_PERMIT });
    bench.platform.plan('job-1/a', NO_ANSWER);

    await bench.deliverAll();

    const step = await bench.step('job-1/a');
    assert.deepEqual([step.state, step.code], ['failed', 'did_not_happen']);
    assert.equal(step.permitsHeld, false);
    assert.deepEqual(step.facts, UNKNOWN.facts);
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
    assert.deepEqual(await bench.states('job-1'), ['a failed', 'b skipped']);
  });

  it('H13 joins its own task that it finds running, also after an answer that was lost', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    let isLost = true;
    bench.platform.hook = (part) => {
      if (part === 'follow' && isLost) {
        isLost = false;
        throw UNKNOWN;
      }
    };

    await bench.deliver();
    const first = await bench.step('job-1/a');
    await bench.deliverAll();

    assert.equal(first.state, 'unknown');
    assert.equal((await bench.step('job-1/a')).state, 'done');
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
  });

  it('counts a task as unknown when its time is over', async (t) => {
    await using bench = await openBench();
    const limits: number[] = [];
    t.mock.method(AbortSignal, 'timeout', (ms: number) => {
      limits.push(ms);
      const isFollow = ms === 60_000 && bench.platform.calls.at(-1)?.startsWith('act');
      return isFollow ? AbortSignal.abort() : new AbortController().signal;
    });
    bench.platform.hook = (part, { signal }) => {
      if (part === 'follow' && signal.aborted) throw signal.reason;
    };
    await bench.startJob({ steps: { a: { kind: 'clone' } } });

    await bench.deliver();

    const step = await bench.step('job-1/a');
    assert.deepEqual([step.state, step.code], ['unknown', 'time_limit_reached']);
    assert.ok(limits.includes(60_000));
  });

  it('H18 is looked at after 5 s, doubled up to 5 min, and then asked of a person', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: WITH_PERMIT });
    bench.platform.plan('job-1/a', NO_ANSWER);
    bench.platform.planReadings('job-1/a', 'ok', ...Array(50).fill('cannot_tell'));

    const delays: number[] = [];
    for (let due = bench.queue.due('step'); due.length > 0; due = bench.queue.due('step')) {
      delays.push(...due.map(({ delayMs }) => delayMs / 1000));
      await bench.deliver();
    }

    assert.deepEqual(delays, [0, 5, 10, 20, 40, 80, 160, 300, 300]);
    const step = await bench.step('job-1/a');
    assert.deepEqual(
      [step.state, step.code, step.permitsHeld],
      ['asking', 'outcome_unknown', true],
    );
    const gate = await bench.gate('job-1');
    assert.deepEqual(gate?.choices, ['happened', 'did_not_happen', 'look_again']);
    assert.equal(gate.stepId, 'job-1/a');
    assert.equal((await bench.job('job-1')).state, 'running');
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
  });

  it('H09 is not concluded from looks that fail', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: WITH_PERMIT });
    bench.platform.plan('job-1/a', { error: UNKNOWN });
    bench.platform.planReadings('job-1/a', 'ok', 'fails', 'fails', 'fails', 'ok');

    await bench.deliverAll();

    assert.equal((await bench.step('job-1/a')).state, 'done_with_warning');
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-1/b']);
  });
});

describe('what a person says of an unknown outcome', () => {
  it('H16 waits for a person: nothing answers by itself', async () => {
    await using bench = await openBench();
    await openAsking(bench);

    assert.deepEqual(bench.queue.due('step'), []);
    assert.deepEqual(await bench.states('job-1'), ['a asking', 'b blocked']);
  });

  it('it happened: done with a warning, and the job goes on', async () => {
    await using bench = await openBench();
    await openAsking(bench);

    assert.equal(await bench.answer('job-1', 'happened'), true);
    await bench.deliverAll();

    const step = await bench.step('job-1/a');
    assert.deepEqual([step.code, step.permitsHeld], ['said_by_operator', false]);
    assert.deepEqual(await bench.states('job-1'), ['a done_with_warning', 'b done']);
    assert.equal((await bench.job('job-1')).state, 'done_with_warning');
  });

  it('it did not happen: failed, what follows is skipped, and nothing is sent again', async () => {
    await using bench = await openBench();
    await openAsking(bench);

    await bench.answer('job-1', 'did_not_happen');
    await bench.deliverAll();

    const step = await bench.step('job-1/a');
    assert.deepEqual([step.code, step.permitsHeld], ['said_by_operator', false]);
    assert.deepEqual(await bench.states('job-1'), ['a failed', 'b skipped']);
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
    assert.deepEqual(await bench.reservations(), []);
  });

  it('look again: followed anew with its permits, and asked anew when it stays unknown', async () => {
    await using bench = await openBench();
    await openAsking(bench);
    const first = await bench.gate('job-1');

    await bench.answer('job-1', 'look_again');
    const step = await bench.step('job-1/a');
    await bench.deliverAll();

    assert.deepEqual([step.state, step.looks, step.permitsHeld], ['unknown', 0, true]);
    const second = await bench.gate('job-1');
    assert.equal((await bench.step('job-1/a')).state, 'asking');
    assert.notEqual(second?.id, first?.id);
  });

  it('counts the first answer alone', async () => {
    await using bench = await openBench();
    await openAsking(bench);
    const gate = await bench.gate('job-1');

    const answers = await Promise.allSettled([
      bench.answer('job-1', 'happened'),
      bench.answer('job-1', 'did_not_happen'),
    ]);

    assert.deepEqual(
      answers.map((one) => one.status === 'fulfilled' && one.value),
      [true, false],
    );
    const stored = await bench.store.read((reads) => reads.jobs.findGate(gate?.id ?? ''));
    assert.deepEqual([stored?.answer, stored?.answeredBy], ['happened', 'carl']);
  });
});

describe('a step that nothing shows afterwards', () => {
  it('H14 is done on the platform’s word, without a look', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: { kind: 'script' } } });

    await bench.deliverAll();

    assert.deepEqual(bench.platform.calls, ['act job-1/a']);
    assert.equal((await bench.step('job-1/a')).state, 'done');
  });

  it('H14 asks a person at once when its answer was lost, and is never sent again', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: { kind: 'script' } } });
    bench.platform.plan('job-1/a', { error: UNKNOWN });

    await bench.deliverAll();
    const asked = await bench.step('job-1/a');
    await bench.answer('job-1', 'look_again');
    await bench.deliverAll();

    assert.deepEqual([asked.state, asked.code], ['asking', 'outcome_unknown']);
    assert.equal((await bench.step('job-1/a')).state, 'asking');
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
  });
});
