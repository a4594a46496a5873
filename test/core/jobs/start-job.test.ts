/** Between a decision and the first act stands the start gate. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { passStartGate, type Starting } from '#core/jobs/start-job.ts';
import type { StartGate, StartVerdict } from '#core/ports/start-gate.ts';
import type { Store } from '#core/ports/store.ts';
import { type Bench, Killed, openBench, type StepWish, toPlan } from './open-bench.ts';

interface Gate extends StartGate {
  readonly givenUp: string[];
  readonly settled: string[];
}

function createGate(answer: (settled: string[]) => StartVerdict | Promise<StartVerdict>): Gate {
  const [givenUp, settled]: string[][] = [[], []];
  return {
    ...{ givenUp: givenUp ?? [], settled: settled ?? [] },
    check: async () => answer(settled ?? []),
    readStanding: async () => ({ standing: 'holds' }),
    listOperators: async () => [],
    giveUp: async (_tx, { id }, code) => void givenUp?.push(`${id} ${code}`),
  };
}

const go = (steps: Record<string, StepWish>, notes: readonly string[] = []): StartVerdict => {
  const start = { plan: toPlan(steps), notes };
  return { verdict: 'go', ...start, confirm: async () => start };
};
const WAIT = { verdict: 'wait', code: 'directory_not_reachable', facts: { host: 'dc01' } } as const;

function toStarting(
  { loop, store }: Bench,
  gate: StartGate,
  parts: Partial<Starting> = {},
): Starting {
  let plans = 0;
  const newId = () => {
    plans += 1;
    return `plan-${plans}`;
  };
  return { store, gate, scheduling: loop, newId, ...parts };
}

describe('the start of a job', () => {
  it('places the steps by the new plan and lets the first ones begin', async () => {
    await using bench = await openBench();
    const steps = { a: { permits: ['host:x'] }, b: { after: ['a'] } };
    await bench.createJob({ steps });
    assert.deepEqual(await bench.states('job-1'), ['a blocked', 'b blocked']);
    assert.deepEqual(
      bench.queue.due('job').map(({ key }) => key),
      ['job-1'],
    );

    const placed = { a: { ...steps.a, placement: { host: 'h-2' } }, b: steps.b };
    await passStartGate(
      toStarting(
        bench,
        createGate(() => go(placed, ['other host'])),
      ),
      'job-1',
    );

    const job = await bench.job('job-1');
    assert.deepEqual([job.state, job.planId, job.facts], ['running', 'plan-1', { differs: true }]);
    const step = await bench.step('job-1/a');
    assert.deepEqual(step.input, { permits: ['host:x'], host: 'h-2' });
    assert.deepEqual([step.state, step.permits, step.permitsHeld], ['ready', ['host:x'], true]);
    assert.deepEqual(
      bench.queue.due('job').map(({ delayMs }) => delayMs),
      [0, 60_000],
    );
    const plan = await bench.store.read((reads) => reads.plans.find('plan-1'));
    assert.deepEqual(plan?.plan.steps[0]?.placement, { host: 'h-2' });
    await bench.deliverAll();
    assert.equal((await bench.job('job-1')).state, 'done');
  });

  it('happens once, however often it is asked for', async () => {
    await using bench = await openBench();
    await bench.createJob({ steps: { a: {} } });
    const starting = toStarting(
      bench,
      createGate(() => go({ a: {} })),
    );

    await Promise.all([passStartGate(starting, 'job-1'), passStartGate(starting, 'job-1')]);
    await passStartGate(starting, 'job-1');
    await passStartGate(starting, 'job-9');

    assert.equal(bench.queue.due('step').length, 1);
    const started = (await bench.auditEvents('job-1')).filter((event) => event === 'job_started');
    assert.equal(started.length, 1);
    assert.equal(await bench.store.read((reads) => reads.plans.find('plan-2')), undefined);
  });

  it('is asked again after a crash behind the check', async () => {
    await using bench = await openBench();
    await bench.createJob({ steps: { a: {} } });
    const gate = createGate(() => go({ a: {} }));
    const dying = toStarting(bench, gate, {
      seam: () => {
        throw new Killed('start_checked');
      },
    });

    await assert.rejects(passStartGate(dying, 'job-1'), Killed);
    assert.equal((await bench.job('job-1')).state, 'starting');
    await passStartGate(toStarting(bench, gate), 'job-1');

    assert.equal((await bench.job('job-1')).state, 'running');
  });

  it('goes back to the approvers when the plan left its bounds: nothing begins, the room stays kept', async () => {
    await using bench = await openBench();
    await bench.createJob({ steps: { a: {} } });
    const gate = createGate((settled) => ({
      ...{ verdict: 'back', code: 'outside_bounds', facts: {} },
      settle: async () => void settled.push('open again'),
    }));

    await passStartGate(toStarting(bench, gate), 'job-1');

    const job = await bench.job('job-1');
    assert.deepEqual([job.state, job.code], ['superseded', 'outside_bounds']);
    assert.deepEqual(await bench.states('job-1'), ['a cancelled']);
    assert.deepEqual(gate.settled, ['open again']);
    assert.deepEqual(await bench.reservations(), ['request of job-1']);
    assert.deepEqual(bench.queue.due('step'), []);
  });

  it('H26 is refused when the requester is gone, and its reservation ends', async () => {
    await using bench = await openBench();
    await bench.createJob({ steps: { a: {} } });
    const gate = createGate((settled) => ({
      ...{ verdict: 'refused', code: 'requester_gone', facts: { person: 'Ann' } },
      settle: async () => void settled.push('ended'),
    }));

    await passStartGate(toStarting(bench, gate), 'job-1');

    const job = await bench.job('job-1');
    assert.deepEqual(
      [job.state, job.code, job.facts],
      ['refused', 'requester_gone', { person: 'Ann' }],
    );
    assert.deepEqual(gate.settled, ['ended']);
    assert.deepEqual(await bench.reservations(), []);
  });
});

describe('a start that must wait', () => {
  it('H09 says why and asks again after 5 s: no answer is neither a yes nor a no', async () => {
    await using bench = await openBench();
    await bench.createJob({ steps: { a: {} } });

    await passStartGate(
      toStarting(
        bench,
        createGate(() => WAIT),
      ),
      'job-1',
    );

    const job = await bench.job('job-1');
    assert.deepEqual([job.state, job.code, job.facts], ['starting', WAIT.code, WAIT.facts]);
    const [, again] = bench.queue.due('job');
    assert.deepEqual([again?.key, again?.delayMs], ['job-1', 5000]);
    assert.deepEqual(await bench.reservations(), ['request of job-1']);
  });

  it('says nothing any more of what it waited for once it runs', async () => {
    await using bench = await openBench();
    await bench.createJob({ steps: { a: {} } });
    await passStartGate(
      toStarting(
        bench,
        createGate(() => WAIT),
      ),
      'job-1',
    );

    await passStartGate(
      toStarting(
        bench,
        createGate(() => go({ a: {} })),
      ),
      'job-1',
    );
    await bench.deliverAll();

    const job = await bench.job('job-1');
    assert.deepEqual([job.state, job.code, job.facts], ['done', null, null]);
  });

  it('H18 is given up after a quarter of an hour, and the request ends with it', async () => {
    await using bench = await openBench();
    await bench.createJob({ steps: { a: {} } });
    const gate = createGate(() => WAIT);

    await passStartGate(toStarting(bench, gate, { store: laterBy(bench.store, 14) }), 'job-1');
    assert.equal((await bench.job('job-1')).state, 'starting');
    await passStartGate(toStarting(bench, gate, { store: laterBy(bench.store, 16) }), 'job-1');

    const job = await bench.job('job-1');
    assert.deepEqual([job.state, job.code], ['refused', WAIT.code]);
    assert.deepEqual(gate.givenUp, ['job-1 directory_not_reachable']);
    assert.deepEqual(await bench.reservations(), []);
  });

  for (const [name, verdict] of [
    ['wait', WAIT],
    ['go', go({ a: {} })],
    ['refused', { ...WAIT, verdict: 'refused', settle: async () => assert.fail('settled') }],
  ] as const) {
    it(`H18 leaves a job alone that was cancelled during its check: ${name}`, async () => {
      await using bench = await openBench();
      await bench.createJob({ steps: { a: {} } });
      const gate = createGate(async () => {
        await bench.cancel('job-1');
        return verdict;
      });

      await passStartGate(toStarting(bench, gate), 'job-1');

      const job = await bench.job('job-1');
      assert.deepEqual([job.state, job.code], ['cancelled', 'cancelled']);
      assert.equal(bench.queue.due('job').length, 1);
      assert.deepEqual(bench.queue.due('step'), []);
    });
  }
});

/** The store on a database whose clock is ahead. */
function laterBy(store: Store, minutes: number): Store {
  return {
    ...store,
    transact: (work) =>
      store.transact((tx) => {
        const now = new Date(tx.now.getTime() + minutes * 60_000);
        return work(Object.create(tx, { now: { value: now } }));
      }),
  };
}
