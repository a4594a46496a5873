/** Jobs that were retried: steps opened again, and how each try had ended. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClaimLost } from '#core/jobs/job.ts';
import type { JobTry } from '#core/jobs/job-try.ts';
import type { Tx } from '#core/ports/store.ts';
import type { OpenContractStore } from './store-contract.ts';
import { HARD_TEXTS, newStep } from './store-samples.ts';
import { on } from './store-trial.ts';

const ID = 'j1/step-0';

const newTry = (changes: Partial<JobTry> = {}): Omit<JobTry, 'retriedAt'> => ({
  ...{ jobId: 'j1', number: 1, state: 'failed', code: null, facts: null },
  ...{ endedAt: new Date(1_700_000_000_123), fromStep: 2 },
  steps: [
    {
      ...{ key: 'a', kind: 'start-vm', input: { name: 'web-01' }, state: 'failed' },
      ...{ code: 'platform_refused', facts: { words: 'no' } },
    },
  ],
  ...{ retriedById: 'ann', retriedBy: 'Ann Berg', reason: null },
  ...changes,
});

/** Failed in its first claim, with all that a try leaves. */
async function insertFailed({ jobs, now }: Tx): Promise<void> {
  await jobs.insertSteps([newStep('j1')]);
  await jobs.changeUnclaimed(ID, 'blocked', { state: 'ready', permitsHeld: true });
  const claim = await jobs.claimStep(
    { id: ID, epoch: 0, state: 'ready' },
    { startedAt: now, sentAt: now, carrier: 'c' },
  );
  await jobs.changeClaimed(claim, {
    ...{ state: 'failed', code: 'platform_refused', facts: { words: 'no' }, task: 'task-7' },
    ...{ tries: 2, looks: 3, percent: 40, endedAt: now, waitingSince: now },
  });
}

export function describeJobTries(open: OpenContractStore): void {
  describe('retried jobs', () => {
    it(
      'open a step again as it was read: blocked, its epoch raised, the platform’s task still known',
      on(open, async (store) => {
        await store.transact(insertFailed);
        const before = await store.read((reads) => reads.jobs.findStep(ID));

        const isOpen = await store.transact((tx) =>
          tx.jobs.reopenStep({ id: ID, epoch: 1, state: 'failed' }, { input: { again: true } }),
        );

        const after = await store.read((reads) => reads.jobs.findStep(ID));
        assert.equal(isOpen, true);
        assert.deepEqual(after, {
          ...before,
          ...{ state: 'blocked', epoch: 2, input: { again: true }, permitsHeld: false },
          ...{ tries: 0, looks: 0, code: null, facts: null, percent: null, carrier: null },
          ...{ startedAt: null, endedAt: null, waitingSince: null },
        });
        assert.equal(after?.task, 'task-7');
        assert.ok(after?.sentAt && after.guardedAt);
      }),
    );

    it(
      'open nothing that is not as read, and keep out who held it before',
      on(open, async (store) => {
        await store.transact(insertFailed);

        const answers = await store.transact(async ({ jobs }) => [
          await jobs.reopenStep({ id: ID, epoch: 0, state: 'failed' }, {}),
          await jobs.reopenStep({ id: ID, epoch: 1, state: 'cancelled' }, {}),
          await jobs.reopenStep({ id: ID, epoch: 1, state: 'failed' }, {}),
          await jobs.reopenStep({ id: ID, epoch: 1, state: 'failed' }, {}),
        ]);
        const late = store.transact(({ jobs }) =>
          jobs.changeClaimed({ id: ID, epoch: 1 }, { state: 'done' }),
        );

        assert.deepEqual(answers, [false, false, true, false]);
        await assert.rejects(late, ClaimLost);
        const step = await store.read((reads) => reads.jobs.findStep(ID));
        assert.deepEqual([step?.state, step?.epoch], ['blocked', 2]);
      }),
    );

    it(
      'keep how each try ended, oldest first, and one of each number',
      on(open, async (store) => {
        const second = newTry({
          ...{ number: 2, state: 'cancelled', code: 'requester_lost_right' },
          ...{ facts: { person: 'Ann' }, steps: [], reason: HARD_TEXTS.quotes },
        });
        const now = await store.transact(async (tx) => {
          await tx.jobTries.insert(second);
          await tx.jobTries.insert(newTry());
          await tx.jobTries.insert(newTry({ jobId: 'j2' }));
          return tx.now;
        });

        const again = store.transact((tx) => tx.jobTries.insert(newTry()));

        await assert.rejects(again);
        assert.deepEqual(await store.read((reads) => reads.jobTries.list('j1')), [
          { ...newTry(), retriedAt: now },
          { ...second, retriedAt: now },
        ]);
      }),
    );
  });
}
