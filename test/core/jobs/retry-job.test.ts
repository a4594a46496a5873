/** A retried job: the same steps under the same tokens, what is done stays done, and nothing is done twice. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import { ClaimLost } from '#core/jobs/job.ts';
import { dieAtCommit, dieAtSeam, openBench } from './open-bench.ts';
import { REFUSED, SETTLE_MS, UNKNOWN } from './pretend-platform.ts';
import { retry } from './retry-bench.ts';

const REFUSED_ONCE = { effect: false, error: REFUSED };
const TWO = { a: { kind: 'clone' }, b: { after: ['a'] } } as const;

describe('a retried job', () => {
  it('goes on from the step that failed, under its token, and keeps what is done', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: TWO });
    bench.platform.plan('job-1/b', REFUSED_ONCE);
    await bench.deliverAll();
    const before = await bench.step('job-1/b');

    await retry(bench, 'job-1', TWO);
    await bench.deliverAll();

    const after = await bench.step('job-1/b');
    assert.deepEqual(await bench.states('job-1'), ['a done', 'b done']);
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-1/b', 'job-1/b']);
    assert.deepEqual(
      [bench.platform.effectsOf('job-1/a'), bench.platform.effectsOf('job-1/b')],
      [1, 1],
    );
    assert.ok(after.epoch > before.epoch);
    const job = await bench.job('job-1');
    assert.deepEqual([job.state, job.code], ['done', null]);
    const [first] = await bench.store.read((reads) => reads.jobTries.list('job-1'));
    assert.deepEqual(
      [first?.number, first?.state, first?.fromStep, first?.retriedBy],
      [1, 'failed', 2, 'ann'],
    );
    assert.deepEqual(
      first?.steps.map(({ key, code }) => [key, code]),
      [['b', REFUSED.code]],
    );
    assert.ok((await bench.auditEvents('job-1')).includes('job_retried'));
  });

  it('is fenced from whoever held a step in an earlier try', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {} } });
    bench.platform.plan('job-1/a', REFUSED_ONCE);
    await bench.deliverAll();
    const { id, epoch } = await bench.step('job-1/a');

    await retry(bench, 'job-1', { a: {} });
    const late = bench.store.transact((tx) =>
      tx.jobs.changeClaimed({ id, epoch }, { state: 'done' }),
    );

    await assert.rejects(late, ClaimLost);
    assert.equal((await bench.step('job-1/a')).state, 'ready');
  });

  it('H18 of a cancelled job begins what the cancel had dropped, and is cancelled no more', async () => {
    await using bench = await openBench();
    const steps = {
      ...{ a: TWO.a, b: { after: ['a'], permits: ['host:x'] } },
      z: { after: ['a', 'b'], begins: 'when_ended' },
    } as const;
    await bench.startJob({ steps });
    await bench.deliver();
    await bench.cancel('job-1');
    await bench.deliverAll();
    const states = await bench.states('job-1');
    const looks = () => bench.platform.calls.filter((call) => call === 'look job-1/z').length;
    const tidied = looks();

    await retry(bench, 'job-1', steps);
    await bench.deliverAll();

    assert.deepEqual(states, ['a done', 'b cancelled', 'z done']);
    assert.deepEqual(await bench.states('job-1'), ['a done', 'b done', 'z done']);
    assert.deepEqual([tidied, looks()], [1, 2], 'what puts in order does so at the new end too');
    const job = await bench.job('job-1');
    assert.deepEqual([job.state, job.cancelAskedAt, job.cancelAskedBy], ['done', null, null]);
    assert.equal(bench.platform.effectsOf('job-1/a'), 1);
  });

  it('goes by the right of whoever retried it, and by the requester’s own again afterwards', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {} } });
    bench.platform.plan('job-1/a', REFUSED_ONCE, REFUSED_ONCE);
    await bench.deliverAll();

    await retry(bench, 'job-1', { a: {} }, { by: 'carl' });
    const byCarl = (await bench.job('job-1')).facts;
    await bench.deliverAll();
    await retry(bench, 'job-1', { a: {} });
    await bench.deliverAll();

    assert.deepEqual([byCarl?.takenOverById, byCarl?.takenOverBy], ['carl', 'carl']);
    const job = await bench.job('job-1');
    assert.deepEqual([job.state, job.facts?.takenOverById], ['done', undefined]);
  });

  it('H14 asks anew where the word of an earlier try came to nothing', async () => {
    await using bench = await openBench();
    const steps = {
      ask: { kind: 'consent' },
      off: { after: ['ask'], choice: 'shut_down' },
      kept: { after: ['ask'], choice: 'save' },
    } as const;
    await bench.startJob({ steps });
    bench.platform.plan('job-1/off', REFUSED_ONCE);
    await bench.deliver();
    await bench.answer('job-1', 'shut_down');
    await bench.deliverAll();
    assert.equal((await bench.job('job-1')).state, 'failed');

    await retry(bench, 'job-1', steps);
    await bench.deliver();
    const asked = await bench.gate('job-1');
    await bench.answer('job-1', 'save');
    await bench.deliverAll();

    assert.equal(asked?.answer, null);
    assert.deepEqual(await bench.states('job-1'), ['ask done', 'off skipped', 'kept done']);
    assert.deepEqual(bench.platform.sent, ['job-1/off', 'job-1/kept']);
  });
});

describe('a step that begins anew', () => {
  it('is placed by the plan of now, unless its effect is there or on its way', async () => {
    await using bench = await openBench();
    const placedOn = (host: string) => ({ a: { kind: 'clone', placement: { host } } });
    const hosts: unknown[] = [];
    for (const there of [[], ['a']]) {
      const { id } = await bench.startJob({ steps: placedOn('one') });
      bench.platform.plan(`${id}/a`, REFUSED_ONCE);
      await bench.deliverAll();

      await retry(bench, id, placedOn('two'), { there });

      const { input } = await bench.step(`${id}/a`);
      hosts.push((input as { readonly host?: string }).host);
    }

    assert.deepEqual(hosts, ['two', 'one']);
  });

  it('H13 is looked at only once an order of the last try must have become visible', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {} } });
    bench.platform.plan('job-1/a', { ...REFUSED_ONCE, effect: true, lateMs: SETTLE_MS - 1000 });
    await bench.deliverAll();
    const failed = await bench.states('job-1');

    await retry(bench, 'job-1', { a: {} });
    await bench.deliverAll();

    assert.deepEqual(failed, ['a failed']);
    assert.equal((await bench.job('job-1')).state, 'done');
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
  });
});

describe('the platform’s task of an earlier try', () => {
  /** Its task was lost sight of, and an operator said that it did not happen. */
  async function openLost() {
    const bench = await openBench();
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    bench.platform.hook = (part) => {
      if (part === 'follow') throw UNKNOWN;
    };
    bench.platform.planReadings('job-1/a', 'ok', ...Array(50).fill('cannot_tell'));
    while ((await bench.step('job-1/a')).state !== 'asking') await bench.deliver();
    await bench.answer('job-1', 'did_not_happen');
    bench.platform.hook = () => undefined;
    bench.platform.forgetReadings('job-1/a');
    return bench;
  }

  it('H13 is waited for before anything is looked at or sent, and its effect counts', async () => {
    await using bench = await openLost();
    const calls = bench.platform.calls.length;

    await retry(bench, 'job-1', { a: { kind: 'clone' } }, { there: ['a'] });
    while ((await bench.job('job-1')).state === 'running' && (await bench.deliver())) {
      // The next one.
    }

    const [first] = bench.platform.calls.slice(calls);
    assert.equal(first, 'follow job-1/a');
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
    assert.equal(bench.platform.effectsOf('job-1/a'), 1);
    const { state, facts } = await bench.step('job-1/a');
    // Its own doing, and not what somebody else had done before.
    assert.deepEqual([state, facts], ['done', { wasSo: true, wasSent: true }]);
  });

  it('H13 that cannot be followed keeps the step from sending anything', async () => {
    await using bench = await openLost();
    bench.platform.hook = (part) => {
      if (part === 'follow') throw new OperationError('no_answer', 'unknown', {});
    };

    await retry(bench, 'job-1', { a: { kind: 'clone' } }, { there: ['a'] });
    await bench.deliverAll();

    const step = await bench.step('job-1/a');
    assert.deepEqual([step.state, step.code], ['failed', 'no_answer']);
    assert.deepEqual(bench.platform.sent, ['job-1/a']);
  });
});

describe('a retry that is cut', () => {
  for (const edge of ['before', 'after'] as const) {
    it(`H13 leads to one effect, whatever commit the process dies ${edge}`, async () => {
      await using bench = await openBench();
      for (let nth = 1, isOver = false; !isOver; nth += 1) {
        const { id } = await bench.startJob({ steps: TWO });
        bench.platform.plan(`${id}/b`, REFUSED_ONCE);
        await bench.deliverAll();
        await retry(bench, id, TWO);
        const dying = dieAtCommit(bench.store, edge, nth);

        await bench.deliverAll({ store: dying.store });

        assert.deepEqual(await bench.states(id), ['a done', 'b done']);
        for (const key of ['a', 'b']) assert.equal(bench.platform.effectsOf(`${id}/${key}`), 1);
        isOver = dying.isOver();
      }
    });
  }

  it('H13 after its order went out is looked for, and not sent a second time', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    bench.platform.plan('job-1/a', REFUSED_ONCE);
    await bench.deliverAll();
    await retry(bench, 'job-1', { a: { kind: 'clone' } });

    await bench.deliver(dieAtSeam('acted'));
    await bench.deliverAll();

    assert.equal((await bench.job('job-1')).state, 'done');
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-1/a']);
    assert.equal(bench.platform.effectsOf('job-1/a'), 1);
  });

  it('H13 whose answer is lost is unknown, and never concluded from the first try’s task', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: { kind: 'clone' } } });
    bench.platform.plan('job-1/a', REFUSED_ONCE);
    await bench.deliverAll();
    await retry(bench, 'job-1', { a: { kind: 'clone' } });
    const { find } = bench.platform.kinds;
    const kinds: typeof bench.platform.kinds = {
      find(name, version) {
        const kind = find(name, version);
        return (
          kind && {
            ...kind,
            async act(input, call) {
              await kind.act(input, call);
              throw UNKNOWN;
            },
          }
        );
      },
    };

    await bench.deliver({ kinds });
    const step = await bench.step('job-1/a');
    await bench.deliverAll();

    assert.deepEqual([step.state, step.task], ['unknown', null]);
    assert.equal((await bench.job('job-1')).state, 'done');
    assert.deepEqual(bench.platform.sent, ['job-1/a', 'job-1/a']);
    assert.equal(bench.platform.effectsOf('job-1/a'), 1);
  });
});
