/** Steps: claims, guarded writes, permits. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClaimLost } from '#core/jobs/job.ts';
import type { Tx } from '#core/ports/store.ts';
import type { OpenContractStore } from './store-contract.ts';
import { newJob, newStep } from './store-samples.ts';
import { on } from './store-trial.ts';

const ID = 'j1/step-0';
const JOB = newJob({ id: 'j1', number: 1 });

async function insertReady({ jobs }: Tx): Promise<void> {
  await jobs.insertSteps([newStep('j1')]);
  await jobs.changeUnclaimed(ID, 'blocked', { state: 'ready' });
}

export function describeSteps(open: OpenContractStore): void {
  describe('steps', () => {
    it(
      'begin blocked, without permits',
      on(open, async (store) => {
        const step = newStep('j1', 0, { after: ['x'] });
        await store.transact((tx) => tx.jobs.insertSteps([step]));

        const stored = await store.read((reads) => reads.jobs.findStep(step.id));

        const fresh = { state: 'blocked', permitsHeld: false, epoch: 0, tries: 0, looks: 0 };
        const times = { waitingSince: null, guardedAt: null, startedAt: null, endedAt: null };
        const blank = {
          task: null,
          sentAt: null,
          code: null,
          facts: null,
          percent: null,
          carrier: null,
        };
        assert.deepEqual(stored, { ...step, ...fresh, ...times, ...blank });
        assert.equal(await store.read((reads) => reads.jobs.findStep('none')), undefined);
      }),
    );

    it(
      'are inserted by the hundred',
      on(open, async (store) => {
        const steps = Array.from({ length: 450 }, (_, position) => newStep('j1', position));
        await store.transact((tx) => tx.jobs.insertSteps(steps.toReversed()));
        await store.transact((tx) => tx.jobs.insertSteps([]));

        const stored = await store.read((reads) => reads.jobs.listSteps({ jobId: 'j1' }));

        assert.deepEqual(
          stored.map(({ position }) => position),
          steps.map(({ position }) => position),
        );
      }),
    );

    it(
      'say how long the last of a kind took that were done, from their order on',
      on(open, async (store) => {
        await store.transact(async ({ jobs, now }) => {
          await jobs.insertSteps([0, 1, 2, 3].map((position) => newStep('j1', position)));
          const at = (seconds: number) => new Date(now.getTime() + 1000 * seconds);
          const end = (id: string, to: 'done' | 'failed', took: number, endedAt: Date) =>
            jobs.changeUnclaimed(id, 'blocked', {
              ...{ state: to, startedAt: at(-1000), endedAt },
              sentAt: new Date(endedAt.getTime() - 1000 * took),
            });
          await end('j1/step-0', 'done', 5, at(1));
          await end('j1/step-1', 'failed', 6, at(2));
          await end('j1/step-2', 'done', 7, at(3));
        });
        const { kind } = newStep('j1');

        const read = (name: string, limit: number) =>
          store.read((reads) => reads.jobs.listDurations(name, limit));

        assert.deepEqual(await read(kind, 20), [7000, 5000]);
        assert.deepEqual(await read(kind, 1), [7000]);
        assert.deepEqual(await read('another', 20), []);
      }),
    );

    it(
      'are claimed by one, and each claim raises the epoch',
      on(open, async (store) => {
        await store.transact(insertReady);
        const asRead = { id: ID, epoch: 0, state: 'ready' } as const;

        const claims = await Promise.allSettled([
          store.transact((tx) => tx.jobs.claimStep(asRead)),
          store.transact((tx) => tx.jobs.claimStep(asRead)),
        ]);

        const taken = claims.filter(({ status }) => status === 'fulfilled');
        assert.deepEqual(taken, [{ status: 'fulfilled', value: { id: ID, epoch: 1 } }]);
        const [lost] = claims.filter((claim) => claim.status === 'rejected');
        assert.ok(lost?.reason instanceof ClaimLost);
        const step = await store.read((reads) => reads.jobs.findStep(ID));
        assert.deepEqual([step?.state, step?.epoch], ['intended', 1]);
        assert.ok(step?.guardedAt);
        const wrong = store.transact((tx) =>
          tx.jobs.claimStep({ id: ID, epoch: 1, state: 'ready' }),
        );
        await assert.rejects(wrong, ClaimLost);
      }),
    );

    it(
      'lose no claim by a write that lacks another value',
      on(open, async (store) => {
        await store.transact(insertReady);
        const claim = await store.transact((tx) =>
          tx.jobs.claimStep({ id: ID, epoch: 0, state: 'ready' }),
        );
        const tries = null as unknown as number;

        const faulty = store.transact((tx) => tx.jobs.changeClaimed(claim, { tries }));

        await assert.rejects(faulty, (error) => !(error instanceof ClaimLost));
      }),
    );

    it(
      'undo all that was written with a claim that is lost, before it and after',
      on(open, async (store) => {
        await store.transact(insertReady);
        await store.transact(({ jobs }) => jobs.claimStep({ id: ID, epoch: 0, state: 'ready' }));
        let isCommitted = false;

        const late = store.transact(async (tx) => {
          tx.afterCommit(() => {
            isCommitted = true;
          });
          await tx.jobs.insert(JOB);
          await tx.jobs.changeClaimed({ id: ID, epoch: 0 }, { state: 'done' });
          await tx.jobs.insertSteps([newStep('j1', 7)]);
        });

        await assert.rejects(late, ClaimLost);
        assert.equal(isCommitted, false);
        const left = await store.read(async ({ jobs }) => ({
          job: await jobs.find(JOB.id),
          steps: (await jobs.listSteps({ jobId: 'j1' })).map(({ state }) => state),
        }));
        assert.deepEqual(left, { job: undefined, steps: ['intended'] });
      }),
    );

    it(
      'are read with their job, once it is locked, whether or not that was asked for ahead',
      on(open, async (store) => {
        await store.transact(insertReady);
        await store.transact(({ jobs }) => jobs.insert(JOB));
        const { id } = JOB;

        const answers = await store.transact(
          async ({ jobs }) => {
            const first = await jobs.lockWithSteps(id);
            await jobs.changeUnclaimed(ID, 'ready', { tries: 3 });
            return [first, await jobs.lockWithSteps(id), await jobs.lockWithSteps('another')];
          },
          { lockWithSteps: id, findStep: ID },
        );

        const tries = answers.map((answer) => answer?.steps.map((step) => step.tries));
        assert.deepEqual(tries, [[0], [3], undefined]);
        assert.deepEqual(
          answers.map((answer) => answer?.job.id),
          [id, id, undefined],
        );
      }),
    );

    it(
      'keep out who lost the claim',
      on(open, async (store) => {
        await store.transact(insertReady);
        const first = await store.transact((tx) =>
          tx.jobs.claimStep({ id: ID, epoch: 0, state: 'ready' }),
        );
        const sent = {
          state: 'started',
          task: 'task-1',
          sentAt: new Date(5),
          percent: 40,
        } as const;
        await store.transact((tx) => tx.jobs.changeClaimed(first, sent));

        const second = await store.transact((tx) =>
          tx.jobs.claimStep({ id: ID, epoch: 1, state: 'started' }),
        );
        const late = store.transact((tx) => tx.jobs.changeClaimed(first, { state: 'done' }));

        await assert.rejects(late, ClaimLost);
        assert.deepEqual(second, { id: ID, epoch: 2 });
        const step = await store.read((reads) => reads.jobs.findStep(ID));
        assert.deepEqual({ ...step, ...sent }, step);
      }),
    );

    it(
      'move their guard with every guarded write',
      on(open, async (store) => {
        await store.transact(insertReady);
        const old = new Date(7);
        const claim = await store.transact((tx) =>
          tx.jobs.claimStep({ id: ID, epoch: 0, state: 'ready' }),
        );
        await store.transact((tx) => tx.jobs.changeClaimed(claim, { guardedAt: old }));

        const now = await store.transact(async (tx) => {
          await tx.jobs.changeClaimed(claim, {});
          return tx.now;
        });

        const step = await store.read((reads) => reads.jobs.findStep(ID));
        assert.deepEqual(step?.guardedAt, now);
      }),
    );

    it(
      'change unclaimed only from the state they are in',
      on(open, async (store) => {
        await store.transact(insertReady);

        const change = (from: 'ready' | 'blocked') =>
          store.transact((tx) =>
            tx.jobs.changeUnclaimed(ID, from, { state: 'skipped', facts: {} }),
          );

        assert.equal(await change('blocked'), false);
        assert.equal(await change('ready'), true);
        assert.equal(await change('ready'), false);
      }),
    );

    it(
      'change as known without an answer, and stay as they are where they are otherwise',
      on(open, async (store) => {
        await store.transact(async (tx) => {
          await insertReady(tx);
          await tx.jobs.changeKnown(ID, 'blocked', { state: 'skipped' });
          await tx.jobs.changeKnown(ID, 'ready', { tries: 3 });
        });

        const step = await store.read((reads) => reads.jobs.findStep(ID));
        assert.deepEqual([step?.state, step?.tries], ['ready', 3]);
      }),
    );

    it(
      'are listed by state and by arrival, and for their permits with what choosing takes',
      on(open, async (store) => {
        await store.transact(async ({ jobs }) => {
          const steps = [0, 1, 2, 3].map((position) => newStep('j1', position));
          await jobs.insertSteps([...steps, newStep('j2')]);
          const wait = (id: string, at: number) =>
            jobs.changeUnclaimed(id, 'blocked', { state: 'waiting', waitingSince: new Date(at) });
          await wait('j2/step-0', 2);
          await wait('j1/step-3', 1);
          await wait('j1/step-2', 2);
          await jobs.changeUnclaimed('j1/step-0', 'blocked', { state: 'ready', permitsHeld: true });
        });
        const list = async (where: Parameters<Tx['jobs']['listSteps']>[0]) =>
          (await store.read((reads) => reads.jobs.listSteps(where))).map(({ id }) => id);

        // Of those that came together the one that stands first in its job.
        const waiting = ['j1/step-3', 'j2/step-0', 'j1/step-2'];
        assert.deepEqual(await list({ states: ['waiting'] }), waiting);
        const own = await list({ jobId: 'j1', states: ['waiting', 'ready'] });
        assert.deepEqual(own, ['j1/step-0', 'j1/step-2', 'j1/step-3']);
        assert.deepEqual(await list({ states: [] }), []);
        const [line, holding] = await store.read(({ jobs }) =>
          Promise.all([jobs.listPermitSteps('waiting'), jobs.listPermitSteps('holding')]),
        );
        assert.deepEqual(
          line.map(({ id }) => id),
          waiting,
        );
        const { id, jobId, permits, requesterId } = newStep('j1');
        assert.deepEqual(holding, [{ id, jobId, permits, requesterId, waitingSince: null }]);
      }),
    );
  });
}
