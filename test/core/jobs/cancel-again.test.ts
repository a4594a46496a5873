/** A platform does not take a cancel: that is kept and shown, and a cancel that is given again is sent again (H18). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import { readCancelAnswer } from '#core/jobs/cancel-answer.ts';
import { passOn } from '#core/jobs/send-cancel.ts';
import { eventually } from '#test/helpers/open-test-app.ts';
import { type Bench, dieAtSeam, openBench } from './open-bench.ts';
import { NOT_REACHABLE, UNKNOWN } from './pretend-platform.ts';

const BUSY = new OperationError('another_task_runs', 'refused', { vm: 'vm-12' });
const CANCELLED = new OperationError('cancelled_on_platform', 'refused');

/** Cancels as a person does in the process that carries the step out. */
async function cancelHere(bench: Bench): Promise<void> {
  await bench.cancel('job-1');
  for (const cancel of bench.cancels.values()) passOn(cancel);
}

const answerOf = async (bench: Bench) => readCancelAnswer(await bench.step('job-1/a'));
const stopsOf = (bench: Bench) =>
  bench.platform.calls.filter((call) => call.startsWith('stop')).length;

/** A clone that is under way while `during` runs; each cancel is answered in turn, then taken. */
async function openUnderWay(
  during: (bench: Bench) => Promise<void>,
  ...answers: OperationError[]
): Promise<Bench> {
  const bench = await openBench();
  bench.platform.hook = async (part) => {
    if (part === 'follow') await during(bench);
    const answer = part === 'stop' && answers.shift();
    if (answer) throw answer;
  };
  await bench.startJob({ steps: { a: { kind: 'clone' } } });
  return bench;
}

async function refuse(bench: Bench): Promise<void> {
  await cancelHere(bench);
  await eventually(async () => (await answerOf(bench)) !== undefined);
}

describe('a cancel that its platform does not take', { timeout: 20_000 }, () => {
  it('H18 is sent again when it is given again, and ends cancelled', async () => {
    await using bench = await openUnderWay(async (it) => {
      await refuse(it);
      await cancelHere(it);
      await eventually(async () => (await answerOf(it)) === undefined);
    }, BUSY);
    bench.platform.plan('job-1/a', { effect: false, error: CANCELLED });

    await bench.deliver();

    assert.equal(stopsOf(bench), 2);
    assert.deepEqual(await bench.states('job-1'), ['a cancelled']);
    const events = await bench.auditEvents('job-1');
    const asked = events.filter((event) => event.startsWith('cancel'));
    assert.deepEqual(asked, ['cancel_asked', 'cancel_asked_again']);
  });

  for (const error of [BUSY, UNKNOWN, NOT_REACHABLE]) {
    it(`H18 is kept with its words and its card is told: ${error.end}`, async () => {
      let kept: Awaited<ReturnType<typeof answerOf>>;
      let told = 0;
      await using bench = await openUnderWay(async (it) => {
        told = it.announced.length;
        await refuse(it);
        kept = await answerOf(it);
        told = it.announced.length - told;
      }, error);

      await bench.deliver();

      const { at, ...said } = kept ?? {};
      assert.ok(at instanceof Date);
      assert.deepEqual(said, { code: error.code, end: error.end, facts: error.facts });
      assert.ok(told > 1, 'the cancel itself, and its answer');
      // With the step's end it is nobody's concern any more.
      assert.equal(await answerOf(bench), undefined);
      assert.deepEqual(await bench.states('job-1'), ['a done']);
    });
  }

  it('H18 stays known while it is looked for how the step turned out', async () => {
    await using bench = await openUnderWay(async (it) => {
      await refuse(it);
      throw UNKNOWN;
    }, BUSY);
    bench.platform.planReadings('job-1/a', 'ok', 'cannot_tell');

    await bench.deliver();

    assert.deepEqual(await bench.states('job-1'), ['a unknown']);
    assert.equal((await answerOf(bench))?.code, BUSY.code);
  });

  it('H18 stays known after a kill, and is sent again by whoever takes the step over', async () => {
    const answers = [BUSY];
    await using bench = await openUnderWay(async (it) => {
      if (answers.pop() === undefined) {
        await eventually(async () => (await answerOf(it)) === undefined);
        return;
      }
      await refuse(it);
      throw UNKNOWN;
    }, BUSY);
    bench.platform.plan('job-1/a', { effect: false, error: CANCELLED });
    await bench.deliver(dieAtSeam('followed'));
    const afterKill = await answerOf(bench);

    await bench.cancel('job-1');
    await bench.deliver();

    assert.equal(afterKill?.code, BUSY.code);
    assert.equal(stopsOf(bench), 2);
    assert.deepEqual(await bench.states('job-1'), ['a cancelled']);
  });

  it('H18 is said of no more once a cancel was taken, whatever becomes of the step', async (t) => {
    const answers = [BUSY];
    // The second holder's time is over.
    t.mock.method(AbortSignal, 'timeout', () =>
      answers.length === 0 ? AbortSignal.abort() : new AbortController().signal,
    );
    await using bench = await openUnderWay(async (it) => {
      if (answers.pop() !== undefined) await refuse(it);
      else await eventually(async () => (await answerOf(it)) === undefined);
      throw UNKNOWN;
    }, BUSY);
    bench.platform.planReadings('job-1/a', 'ok', 'ok', 'cannot_tell');
    await bench.deliver(dieAtSeam('followed'));

    await bench.deliver();

    const { state, code } = await bench.step('job-1/a');
    assert.deepEqual([state, code], ['unknown', 'time_limit_reached']);
    assert.equal(await answerOf(bench), undefined);
  });

  it('H18 reaches nothing more of a step that could not be followed, and whose effect is looked for', async (t) => {
    await using bench = await openBench();
    const kind = bench.loop.kinds.find('clone', 1);
    assert.ok(kind?.follow);
    t.mock.method(kind as Required<typeof kind>, 'follow', () => {
      bench.platform.happen('job-1/a');
      throw UNKNOWN;
    });
    await bench.startJob({ steps: { a: { kind: 'clone' } } });

    await bench.deliver();
    await cancelHere(bench);

    assert.deepEqual(await bench.states('job-1'), ['a done_with_warning']);
    assert.equal(stopsOf(bench), 0);
  });

  it('H18 is not sent again once the platform shows that it is over', async () => {
    await using bench = await openUnderWay(async (it) => {
      await refuse(it);
      it.platform.happen('job-1/a');
      await cancelHere(it);
      const looks = () => it.platform.calls.filter((call) => call.startsWith('look')).length;
      await eventually(() => looks() === 2);
    }, BUSY);

    await bench.deliver();

    assert.equal(stopsOf(bench), 1);
    assert.deepEqual(await bench.states('job-1'), ['a done']);
  });

  it('H18 is not sent again when its step ends while the platform is looked at', async () => {
    const late = Promise.withResolvers<void>();
    let looks = 0;
    await using bench = await openUnderWay(async (it) => {
      await refuse(it);
      const { hook } = it.platform;
      it.platform.hook = async (part, call) => {
        if (part === 'look' && ++looks === 1) await late.promise;
        await hook(part, call);
      };
      await cancelHere(it);
      await eventually(() => looks === 1);
    }, BUSY);
    bench.platform.plan('job-1/a', { effect: false, error: CANCELLED });

    await bench.deliver();
    late.resolve();
    await new Promise(setImmediate);

    assert.equal(stopsOf(bench), 1);
    assert.deepEqual(await bench.states('job-1'), ['a cancelled']);
  });

  it('H18 is not sent at all of what is no task of the platform’s: a guest was asked', async () => {
    await using bench = await openUnderWay(cancelHere);
    const { kinds } = bench.platform;
    const find: typeof kinds.find = (...which) => {
      const kind = kinds.find(...which);
      return kind && { ...kind, isTaskOwn: true };
    };

    await bench.deliver({ kinds: { find } });

    assert.equal(stopsOf(bench), 0);
    assert.deepEqual(await bench.states('job-1'), ['a done']);
  });

  it('H18 writes nothing when it is answered after the end of its step', async () => {
    const late = Promise.withResolvers<void>();
    await using bench = await openBench();
    bench.platform.hook = async (part) => {
      if (part === 'follow') await cancelHere(bench);
      if (part === 'stop') {
        await late.promise;
        throw BUSY;
      }
    };
    await bench.startJob({ steps: { a: { kind: 'clone' } } });

    await bench.deliver();
    late.resolve();
    // A write of its own comes behind whatever was begun before it.
    await new Promise(setImmediate);
    await bench.store.transact(async () => undefined);

    assert.deepEqual(await bench.states('job-1'), ['a done']);
    assert.equal(await answerOf(bench), undefined);
  });
});
