/** Takes a job through its start gate: checks outside a transaction, then starts or ends it in one. */

import { hashPlan } from '../plan/canonical-hash.ts';
import type { StartGate, StartVerdict } from '../ports/start-gate.ts';
import type { Store, Tx } from '../ports/store.ts';
import type { Job } from './job.ts';
import type { Scheduling } from './loop.ts';
import { endBeforeStart, startJob } from './schedule.ts';
import { READ_RIGHTS_EVERY_MS } from './watch-rights.ts';

/** How long a start waits for a directory or a platform, and how often it asks, in milliseconds. */
const WAIT_AT_MOST_MS = 15 * 60_000;
const ASK_EVERY_MS = 5000;

export interface Starting {
  readonly store: Store;
  readonly gate: StartGate;
  readonly scheduling: Scheduling;
  readonly newId: () => string;
  readonly seam?: ((name: string) => Promise<void> | void) | undefined;
}

/** Answers false when the job does not wait for its start. */
export async function passStartGate(starting: Starting, jobId: string): Promise<boolean> {
  const { store, gate, seam } = starting;
  const job = await store.read((reads) => reads.jobs.find(jobId));
  if (job?.state !== 'starting') return false;
  const verdict = await gate.check(job);
  await seam?.('start_checked');
  await settle(starting, job, verdict);
  return true;
}

function settle(
  { store, gate, scheduling, newId }: Starting,
  job: Job,
  verdict: StartVerdict,
): Promise<void> {
  return store.transact(async (tx) => {
    // A check takes its time: the job may be cancelled or started by now.
    if ((await tx.jobs.lock(job.id))?.state !== 'starting') return;
    if (verdict.verdict === 'go') {
      await confirmAndStart(tx, { scheduling, newId }, job, verdict);
      return;
    }
    const { code, facts } = verdict;
    if (verdict.verdict === 'wait') {
      if (tx.now.getTime() - job.createdAt.getTime() < WAIT_AT_MOST_MS) {
        await tx.jobs.change(job.id, { code, facts });
        await tx.enqueue([{ topic: 'job', key: job.id, delayMs: ASK_EVERY_MS }]);
        await scheduling.announcer.jobChanged(tx, job.id);
        return;
      }
      if (await endBeforeStart(tx, scheduling, job.id, { state: 'refused', code, facts })) {
        await gate.giveUp(tx, job, code, facts);
      }
      return;
    }
    const state = verdict.verdict === 'back' ? 'superseded' : 'refused';
    if (await endBeforeStart(tx, scheduling, job.id, { state, code, facts }))
      await verdict.settle(tx);
  });
}

/** The plan that runs is the one that the transaction itself sees to fit; its place is reserved in the same moment. */
async function confirmAndStart(
  tx: Tx,
  { scheduling, newId }: Pick<Starting, 'scheduling' | 'newId'>,
  job: Job,
  { confirm }: Extract<StartVerdict, { verdict: 'go' }>,
): Promise<void> {
  await tx.lock('quota');
  const confirmed = await confirm(tx);
  if (!confirmed) return tx.enqueue([{ topic: 'job', key: job.id }]);
  const { plan, notes } = confirmed;
  const planId = newId();
  await tx.plans.insert({ id: planId, hash: hashPlan(plan), plan });
  const held = (await tx.reservations.list()).find(({ requestId }) => requestId === job.requestId);
  if (held && plan.reserves) await tx.reservations.put({ ...held, ...plan.reserves });
  await startJob(tx, scheduling, job.id, { planId, plan, notes });
  await tx.enqueue([{ topic: 'job', key: job.id, delayMs: READ_RIGHTS_EVERY_MS }]);
}
