/** Retries on the bench: the plan of now is the one of the job, unless a test says otherwise. */
import { chooseRetried } from '#core/jobs/choose-retried.ts';
import type { Job } from '#core/jobs/job.ts';
import { retryJob } from '#core/jobs/retry-job.ts';
import type { Tx } from '#core/ports/store.ts';
import { type Bench, type JobWish, toPlan } from './open-bench.ts';

export interface RetryWish {
  readonly by?: string;
  readonly undone?: readonly string[];
  readonly there?: readonly string[];
}

export function retry(
  bench: Bench,
  jobId: string,
  steps: JobWish['steps'],
  { by = 'ann', undone = [], there = [] }: RetryWish = {},
): Promise<void> {
  return bench.store.transact(async (tx: Tx) => {
    const job = (await tx.jobs.lock(jobId)) as Job;
    const plan = toPlan(steps);
    const planned = new Set(Object.keys(steps));
    const known = await tx.jobs.listSteps({ jobId });
    const chosen = chooseRetried(known, { planned, undone: new Set(undone) });
    const tries = await tx.jobTries.list(jobId);
    const newId = () => `plan of try ${tries.length + 2}`;
    await retryJob(tx, { scheduling: bench.loop, newId }, job, {
      ...{ by: { id: by, name: by }, reason: null, plan, chosen, tries },
      ...{ keptPlaces: new Set(there), reservation: undefined, left: [] },
    });
  });
}
