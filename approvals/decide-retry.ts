/**
 * Whether an ended job may go on, judged in the transaction that lets it: in the manner of a start, with what the job
 * itself has brought about left out of what stands against it.
 */
import {
  chooseRetried,
  findEndRefusal,
  listLeft,
  type Retried,
} from '#core/jobs/choose-retried.ts';
import type { Job, Step } from '#core/jobs/job.ts';
import type { JobTry } from '#core/jobs/job-try.ts';
import type { Scheduling } from '#core/jobs/loop.ts';
import { type Retry, retryJob } from '#core/jobs/retry-job.ts';
import { isDone } from '#core/jobs/unblock.ts';
import type { World } from '#core/operations/operation.ts';
import { type BoundsDifference, listDifferences } from '#core/plan/bounds.ts';
import type { Plan, PlanNote } from '#core/plan/plan.ts';
import { listOtherSteps } from '#core/plan/rest-within.ts';
import type { Reservation } from '#core/ports/reservations.ts';
import type { QuotaLine } from '#core/rights/quota-line.ts';
import { findGone, type GoneTargets } from './find-gone.ts';
import { judgeRight } from './judge-right.ts';
import {
  findRightRefusal,
  type RetryDeps,
  type RetryLook,
  type RetryRefusal,
  type SeenSteps,
} from './look-at-retry.ts';
import { chooseRole } from './open-request.ts';
import type { ApprovalTx } from './request-store.ts';

export type RetryVerdict =
  | { readonly verdict: 'go'; readonly job: Job; readonly retry: Omit<Retry, 'by' | 'reason'> }
  | ({ readonly verdict: 'refused' } & RetryRefusal)
  | { readonly verdict: 'blocked'; readonly plan: Plan }
  | ({ readonly verdict: 'gone' } & GoneTargets)
  | { readonly verdict: 'over_quota'; readonly lines: readonly QuotaLine[] }
  | {
      readonly verdict: 'outside';
      readonly plan: Plan;
      readonly differences: readonly BoundsDifference[];
      /** Keys of steps that are not those that were approved. */
      readonly steps: readonly string[];
    };

/** The caller has looked before; undefined in `look` where that already said no. */
export async function decideRetry(
  tx: ApprovalTx,
  deps: RetryDeps,
  jobId: string,
  look: RetryLook | RetryRefusal,
): Promise<RetryVerdict> {
  const job = await tx.jobs.lock(jobId);
  if (!job) return refuse('made_by_older_version');
  const tries = await tx.jobTries.list(jobId);
  const known = 'code' in look ? tries.length : look.tries;
  const refusal = findStateRefusal(job, tries, known) ?? findAgeRefusal(tx, deps, job);
  if (refusal) return { verdict: 'refused', ...refusal };
  if ('code' in look) return { verdict: 'refused', ...look };
  await tx.lock('quota');
  const { operation, input, stored } = look;
  const world = await deps.worldInside(tx, operation, input, stored.request.id);
  const rights = findRightRefusal(deps, job, look);
  if (rights) return { verdict: 'refused', ...rights };
  const steps = await tx.jobs.listSteps({ jobId });
  const { there, undone } = await withForgotten(tx, deps, steps, look.seen);
  const left = listLeft(steps, undone, deps.kinds);
  const seen = { there, undone: undone.difference(new Set(left.map(({ key }) => key))) };
  const isSettled = ({ key, state }: Step) => isDone(state) && !seen.undone.has(key);
  const doneKeys = new Set(steps.filter(isSettled).map(({ key }) => key));
  const plan = operation.plan(input, { ...world, within: stored.approved.bounds, doneKeys });
  const now = { look: { ...look, seen }, left, tries };
  return judge({ tx, deps, job, world, plan, steps, doneKeys, ...now });
}

/** What a step wrote for others to read and something else has taken away is undone, whatever the platforms show. */
async function withForgotten(
  tx: ApprovalTx,
  { kinds }: RetryDeps,
  steps: readonly Step[],
  { there, undone }: SeenSteps,
): Promise<SeenSteps> {
  const forgotten = new Set<string>();
  for (const step of steps) {
    const kind = isDone(step.state) ? kinds.find(step.kind, step.version) : undefined;
    if (kind?.isKept && !(await kind.isKept(tx, step, step.input))) forgotten.add(step.key);
  }
  return { there: there.difference(forgotten), undone: undone.union(forgotten) };
}

function refuse(code: RetryRefusal['code'], facts: RetryRefusal['facts'] = {}): RetryVerdict {
  return { verdict: 'refused', code, facts };
}

/** Of two at once the second is told who was first. */
function findStateRefusal(
  job: Job,
  tries: readonly JobTry[],
  known: number,
): RetryRefusal | undefined {
  const last = tries.at(-1);
  const isOpen = job.state === 'running' || job.state === 'starting';
  if (last && isOpen) {
    const facts = { person: last.retriedBy, since: last.retriedAt.toISOString() };
    return { code: 'goes_on_already', facts };
  }
  if (last && tries.length !== known)
    return { code: 'retried_meanwhile', facts: { person: last.retriedBy } };
  const code = findEndRefusal(job);
  return code && { code, facts: { state: job.state } };
}

/** What was agreed to holds for a while: the job was made when it was. */
function findAgeRefusal(
  { now }: ApprovalTx,
  { retryWithinMs }: RetryDeps,
  { createdAt }: Job,
): RetryRefusal | undefined {
  if (now.getTime() - createdAt.getTime() <= retryWithinMs) return undefined;
  const facts = { at: createdAt.toISOString(), hours: String(retryWithinMs / 3_600_000) };
  return { code: 'approval_too_old', facts };
}

interface Judging {
  readonly tx: ApprovalTx;
  readonly deps: RetryDeps;
  readonly job: Job;
  readonly look: RetryLook;
  readonly world: World;
  readonly plan: Plan;
  readonly steps: readonly Step[];
  readonly doneKeys: ReadonlySet<string>;
  readonly left: readonly Step[];
  readonly tries: readonly JobTry[];
}

async function judge(judging: Judging): Promise<RetryVerdict> {
  const { deps, job, look, plan, steps, doneKeys, left, tries } = judging;
  const busy = await findBusy(judging);
  if (busy) return refuse('another_job_changes_it', { job: `J-${busy.number}` });
  const { index } = deps;
  const lost = findGone({ plan, approved: look.stored.approved, doneKeys, index });
  if (lost) return { verdict: 'gone', ...lost };
  // No settling brings that: the hosts are as near to the goal as what was agreed can bring them.
  if (plan.blockers.some(({ code }) => code === 'nothing_to_balance'))
    return refuse('not_worth_moving');
  const blockers = plan.blockers.filter((note) => !isOwnEffect(note, judging));
  if (blockers.length > 0) return { verdict: 'blocked', plan: { ...plan, blockers } };
  const gone = steps.find((step) => isMadeOnce(step, deps) && look.seen.undone.has(step.key));
  if (gone) return refuse('effect_gone', { step: gone.key });
  const planned = new Set(plan.steps.map(({ key }) => key));
  const chosen = chooseRetried(steps, { planned, undone: look.seen.undone });
  const older = chosen.anew.filter(({ code }) => code === 'made_by_older_version');
  if (older.some(({ facts }) => facts?.wasSent !== false)) return refuse('older_step_was_sent');
  const outside = findOutside(judging, chosen, older);
  if (outside) return outside;
  if (chosen.anew.length === 0) return refuse('nothing_left');
  const held = toReservation(judging, chosen);
  if ('verdict' in held) return held;
  const keptPlaces = look.seen.there;
  return {
    verdict: 'go',
    job,
    retry: { plan, chosen, left, keptPlaces, reservation: held.reservation, tries },
  };
}

/** One open job changes a VM (H17): any that it has touched, and any that it has made. */
async function findBusy({ tx, job, look, plan, deps }: Judging): Promise<Job | undefined> {
  const { name, connection } = plan.bounds.exact;
  const made = look.seen.there.size > 0 && name ? deps.index.byName('vm', name, connection) : [];
  const open = await tx.jobs.listOpenOn([...job.targetIds, ...made.map(({ id }) => id)]);
  return open.find(({ id }) => id !== job.id);
}

/** What stands against a second one of what the job has made already. */
const TAKEN_BY_ITSELF: ReadonlySet<PlanNote['code']> = new Set([
  'name_taken',
  'no_host_fits',
  'datastore_too_small',
]);

function isOwnEffect({ code, facts }: PlanNote, { deps, job, look, steps }: Judging): boolean {
  if (code === 'vm_in_maintenance') return facts.job === `J-${job.number}`;
  if (!TAKEN_BY_ITSELF.has(code)) return false;
  return steps.some((step) => isMadeOnce(step, deps) && look.seen.there.has(step.key));
}

/** It makes something that bears its token: approved once. */
function isMadeOnce({ kind, version }: Step, { kinds }: RetryDeps): boolean {
  return kinds.find(kind, version)?.evidence === 'token';
}

function findOutside(
  { look, plan, steps }: Judging,
  { anew }: Retried<Step>,
  older: readonly Step[],
): RetryVerdict | undefined {
  const { approved } = look.stored;
  const again = new Set(anew.map(({ key }) => key));
  const kept = new Set(
    steps.filter(({ key, state }) => !again.has(key) && isDone(state)).map(({ key }) => key),
  );
  const differences = listDifferences(plan.bounds, approved.bounds);
  const other = listOtherSteps(plan, approved, {
    kept,
    older: new Set(older.map(({ key }) => key)),
  });
  if (differences.length === 0 && other.length === 0) return undefined;
  return { verdict: 'outside', plan, differences, steps: other };
}

/** Held for the steps that still take something; what is there already counts as it is seen. */
function toReservation(
  { deps, job, look, plan, world }: Judging,
  { anew }: Retried<Step>,
): { reservation: Reservation | undefined } | Extract<RetryVerdict, { verdict: 'over_quota' }> {
  const taking = new Set(anew.map(({ key }) => key).filter((key) => !look.seen.there.has(key)));
  const places = plan.reserves?.places.filter(({ key }) => taking.has(key)) ?? [];
  if (!plan.reserves || places.length === 0) return { reservation: undefined };
  const { requester, members } = look;
  const asked = { operation: look.operation, input: look.input, requesterId: job.requesterId };
  const { rights } = judgeRight(deps, asked, requester);
  const weighing = { ask: { requester }, deps, world, members };
  const { role, lines } = chooseRole(rights?.roles ?? [], plan, weighing);
  if (!role) return { verdict: 'over_quota', lines };
  const own = { requestId: job.requestId, personId: job.requesterId, roleNames: [role.name] };
  return { reservation: { ...plan.reserves, ...own, places } };
}

/** Part of the transaction that decided it. */
export function carryOutRetry(
  tx: ApprovalTx,
  { scheduling, newId }: { readonly scheduling: Scheduling; readonly newId: () => string },
  { job, retry }: Extract<RetryVerdict, { verdict: 'go' }>,
  said: Pick<Retry, 'by' | 'reason'>,
): Promise<void> {
  return retryJob(tx, { scheduling, newId }, job, { ...retry, ...said });
}
