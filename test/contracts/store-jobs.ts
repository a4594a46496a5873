/** Plans, jobs and gates. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '#core/plan/plan.ts';
import type { OpenContractStore } from './store-contract.ts';
import { newJob } from './store-samples.ts';
import { on } from './store-trial.ts';

const PLAN: Plan = {
  operation: 'vm.create',
  targets: [{ id: 't1', kind: 'vm', name: 'web-01' }],
  steps: [],
  bounds: { effects: {}, exact: { name: 'web-01' }, atMost: {}, oneOf: {}, deletes: [], keeps: [] },
  advice: { ratings: [], dataAgeMs: 5, notes: [] },
  blockers: [],
  reserves: undefined,
};

export function describeJobs(open: OpenContractStore): void {
  describe('plans and jobs', () => {
    it(
      'keep a plan as it was approved',
      on(open, async (store) => {
        const row = { id: 'p1', hash: 'h1', plan: PLAN };
        await store.transact((tx) => tx.plans.insert(row));

        const stored = await store.read((reads) => reads.plans.find('p1'));

        const { reserves: _, ...kept } = PLAN;
        assert.deepEqual(stored, { ...row, plan: kept });
        assert.equal(await store.read((reads) => reads.plans.find('p2')), undefined);
      }),
    );

    it(
      'find a job by id, number and request; the newest of a request',
      on(open, async (store) => {
        const older = newJob({ number: 1, targetIds: ['b', 'a', 'b'] });
        const newer = newJob({ number: 2 });
        await store.transact((tx) => tx.jobs.insert(older));
        await store.transact((tx) => tx.jobs.insert(newer));

        const stored = await store.read((reads) => reads.jobs.find(older.id));

        const blank = { cancelAskedAt: null, cancelAskedBy: null, code: null, facts: null };
        const times = { createdAt: stored?.createdAt, startedAt: null, endedAt: null };
        assert.deepEqual(stored, { ...older, state: 'starting', ...blank, ...times });
        assert.deepEqual(await store.read((reads) => reads.jobs.findByNumber(1)), stored);
        const last = await store.read((reads) => reads.jobs.findByRequest('request-1'));
        assert.equal(last?.id, newer.id);
      }),
    );

    it(
      'list newest first, by state and person',
      on(open, async (store) => {
        await store.transact(async (tx) => {
          for (const number of [1, 2, 3, 4]) {
            const requesterId = number === 2 ? 'bob' : 'ann';
            const job = newJob({ id: `j${number}`, number, requesterId });
            await tx.jobs.insert(job);
          }
          await tx.jobs.change('j4', { state: 'done', endedAt: tx.now, facts: { a: 1 } });
          await tx.jobs.change('j4', {});
        });
        const list = async (where: { states?: ['starting'] | []; requesterId?: string }) => {
          const jobs = await store.read((reads) => reads.jobs.list({ ...where, limit: 3 }));
          return jobs.map(({ number }) => number);
        };

        assert.deepEqual(await list({}), [4, 3, 2]);
        assert.deepEqual(await list({ states: ['starting'] }), [3, 2, 1]);
        assert.deepEqual(await list({ states: ['starting'], requesterId: 'ann' }), [3, 1]);
        assert.deepEqual(await list({ states: [] }), []);
      }),
    );

    it(
      'find open jobs on the same objects (H17)',
      on(open, async (store) => {
        await store.transact(async (tx) => {
          await tx.jobs.insert(newJob({ id: 'j1', number: 1, targetIds: ['a', 'b'] }));
          await tx.jobs.insert(newJob({ id: 'j2', number: 2, targetIds: ['b'] }));
          await tx.jobs.insert(newJob({ id: 'j3', number: 3, targetIds: ['b'] }));
          await tx.jobs.change('j2', { state: 'running' });
          await tx.jobs.change('j3', { state: 'failed' });
        });
        const find = async (...targets: string[]) => {
          const jobs = await store.read((reads) => reads.jobs.listOpenOn(targets));
          return jobs.map(({ id }) => id);
        };

        assert.deepEqual(await find('a', 'b'), ['j1', 'j2']);
        assert.deepEqual(await find('a'), ['j1']);
        assert.deepEqual(await find('c'), []);
        assert.deepEqual(await find(), []);
      }),
    );

    it(
      'find every job of one operation on an object, ended ones too, oldest first',
      on(open, async (store) => {
        const [operation, other] = ['host.maintenance.enter', 'host.maintenance.exit'];
        await store.transact(async (tx) => {
          for (const [number, own] of [
            [3, { operation, targetIds: ['h', 'a'] }],
            [1, { operation, targetIds: ['h'] }],
            [2, { operation: other, targetIds: ['h'] }],
            [4, { operation, targetIds: ['a'] }],
          ] as const)
            await tx.jobs.insert(newJob({ id: `j${number}`, number, ...own }));
          await tx.jobs.change('j1', { state: 'incomplete' });
        });

        const found = await store.read((reads) => reads.jobs.listOn('h', operation));

        assert.deepEqual(
          found.map(({ id, state }) => [id, state]),
          [
            ['j1', 'incomplete'],
            ['j3', 'starting'],
          ],
        );
        assert.deepEqual(await store.read((reads) => reads.jobs.listOn('b', operation)), []);
      }),
    );

    it(
      'let one branch at a time move a job forward',
      on(open, async (store) => {
        await store.transact((tx) => tx.jobs.insert(newJob({ id: 'j1', number: 1 })));
        const endBranch = () =>
          store.transact(async (tx) => {
            const job = await tx.jobs.lock('j1');
            const ended = Number(job?.facts?.ended ?? 0) + 1;
            await tx.jobs.change('j1', { facts: { ended } });
          });

        await Promise.all(Array.from({ length: 6 }, endBranch));

        const job = await store.read((reads) => reads.jobs.find('j1'));
        assert.deepEqual(job?.facts, { ended: 6 });
        assert.equal(await store.transact((tx) => tx.jobs.lock('j2')), undefined);
      }),
    );

    it(
      'take one answer to a gate',
      on(open, async (store) => {
        const gate = { id: 'g1', jobId: 'j1', stepId: 'j1/a', code: 'outcome_unknown' } as const;
        const choices = ['happened', 'did_not_happen'] as const;
        await store.transact((tx) => tx.jobs.insertGate({ ...gate, choices, until: null }));
        await store.transact((tx) =>
          tx.jobs.insertGate({ ...gate, choices, until: tx.now, id: 'g2', jobId: 'j2' }),
        );
        const answer = (word: (typeof choices)[number], by: string) =>
          store.transact((tx) => tx.jobs.answerGate('g1', word, by));

        const first = await answer('happened', 'ann');
        const second = await answer('did_not_happen', 'bob');

        assert.deepEqual([first, second], [true, false]);
        await store.read(async ({ jobs }) => {
          const stored = await jobs.findGate('g1');
          const { askedAt, answeredAt } = stored ?? {};
          const answered = { answer: 'happened', answeredBy: 'ann', answeredAt };
          assert.deepEqual(stored, { ...gate, choices, askedAt, until: null, ...answered });
          assert.deepEqual(
            (await jobs.listGates({ open: true })).map(({ id }) => id),
            ['g2'],
          );
          assert.deepEqual(
            (await jobs.listGates({ jobId: 'j1' })).map(({ id }) => id),
            ['g1'],
          );
          assert.equal((await jobs.listGates({})).length, 2);
        });
      }),
    );
  });
}
