/** `job retry`, by text and by button: the same job goes on, once its plan has been checked anew. */
import { carryOutRetry, decideRetry, type RetryVerdict } from '#approvals/decide-retry.ts';
import { lookAtRetry, type RetryDeps } from '#approvals/look-at-retry.ts';
import type { ApprovalReads, ApprovalTx } from '#approvals/request-store.ts';
import { createWorlds } from '#core/operations/prepare-world.ts';
import { findOperation } from '#core/operations/registry.ts';
import { authorize } from '#core/rights/authorize.ts';
import type { Draft } from '../cards/draft.ts';
import { notAllowedCard, plainRefusal } from '../cards/refusal-card.ts';
import { goesOnCard, retryPlanCard, retryRefusedCard } from '../cards/retry-card.ts';
import { whatMay } from '../delivery/draw-job.ts';
import type { House } from '../house.ts';
import { type Asking, answer, defineCommand, type Reply } from './command.ts';
import { findJob } from './find-number.ts';
import { toReason } from './typed-change.ts';

export const jobRetry = defineCommand({
  words: ['job', 'retry'],
  summary: 'let a job that failed, is incomplete or was cancelled go on; its plan is checked anew',
  // Who asked needs no role for it.
  right: null,
  changes: true,
  target: { name: 'job', kind: 'job', required: true },
  options: [
    { name: 'plan', type: 'boolean', summary: 'show what would be done again, and do nothing' },
    { name: 'reason', type: 'text', summary: 'why; shown on the card of the job' },
  ],
  examples: [
    'job retry J-412',
    'job retry J-412 --plan',
    'job retry J-412 --reason "host is back"',
  ],
  async run(asking, typed) {
    const found = await findJob(asking, typed.target ?? '');
    if ('reply' in found) return answer(found.reply);
    const wish = { reason: toReason(typed), planOnly: typed.options.plan === true };
    return retryReply(asking, found.id, wish);
  },
});

interface Wish {
  readonly reason: string | null;
  readonly planOnly: boolean;
}

async function retryReply(asking: Asking, jobId: string, wish: Wish): Promise<Reply> {
  const { house, person } = asking;
  const deps = toDeps(house);
  // Nothing is asked of a platform for who may not.
  if (!(await house.store.read((reads) => mayRetry(asking, jobId, reads))))
    return (tx) => refuseRight(tx, asking, jobId);
  const look = await lookAtRetry(deps, jobId, person);
  return async (tx) => {
    const verdict = await decideRetry(tx, deps, jobId, look);
    if (verdict.verdict !== 'go') return refuseRetry(tx, asking, jobId, { verdict, wish });
    if (wish.planOnly) return retryPlanCard(verdict, house.index);
    const by = { id: person.id, name: person.name };
    await carryOutRetry(tx, house, verdict, { by, reason: wish.reason });
    const about = { kind: 'job', id: jobId } as const;
    return { draft: goesOnCard(verdict), about, shows: [about] };
  };
}

function toDeps(house: House): RetryDeps {
  const { retryWithinMs, scheduling } = house;
  const worlds = createWorlds(house.world);
  return { ...house.requests, ...worlds, findOperation, retryWithinMs, kinds: scheduling.kinds };
}

async function mayRetry(
  { house, person }: Asking,
  jobId: string,
  { jobs, plans }: Pick<ApprovalReads, 'jobs' | 'plans'>,
): Promise<boolean> {
  const job = await jobs.find(jobId);
  const stored = job && (await plans.find(job.planId));
  return Boolean(job && stored && whatMay(house, job, stored.plan, person, []).retry);
}

async function refuseRight(
  tx: ApprovalTx,
  { house, person }: Asking,
  jobId: string,
): Promise<Draft> {
  const right = 'job.retry';
  const job = await tx.jobs.find(jobId);
  if (!job) return plainRefusal('There is no such job', 'job list shows them. Nothing was done.');
  await tx.audit.insert({ event: 'refused', personId: person.id, jobId, facts: { right } });
  const decision = authorize({ person, action: right }, house.rules.roles);
  return notAllowedCard({ right, target: `J-${job.number}`, decision });
}

async function refuseRetry(
  tx: ApprovalTx,
  { house, person }: Asking,
  jobId: string,
  { verdict, wish }: { verdict: Exclude<RetryVerdict, { verdict: 'go' }>; wish: Wish },
): Promise<Draft> {
  const job = await tx.jobs.find(jobId);
  const request = job && (await tx.requests.find(job.requestId));
  const approved = job && (await tx.plans.find(request?.planId ?? job.planId));
  if (!job || !approved)
    return plainRefusal('There is no such job', 'job list shows them. Nothing was done.');
  if (!wish.planOnly) {
    const code = verdict.verdict === 'refused' ? verdict.code : verdict.verdict;
    const facts = { command: 'job.retry', code };
    await tx.audit.insert({ event: 'refused', personId: person.id, jobId, facts });
  }
  const { timeZone, index } = house;
  const place = { input: request?.input ?? {}, index, now: tx.now, timeZone };
  return retryRefusedCard(verdict, { job, approved: approved.plan, ...place });
}
