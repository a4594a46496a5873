/**
 * Lets an ended job go on: the same job, with the same steps, in one transaction.
 *
 * A step's id is the token under which its platform keeps its effect, so what an earlier try did is found by the look
 * that comes before each act. Epochs only rise: whoever held a step in an earlier try writes nothing any more.
 */
import { hashPlan, isSameJson } from '../plan/canonical-hash.ts';
import type { Json, Plan, PlannedStep } from '../plan/plan.ts';
import type { PersonRef } from '../ports/directory.ts';
import type { Reservation } from '../ports/reservations.ts';
import type { Tx } from '../ports/store.ts';
import { advance } from './advance.ts';
import type { Retried } from './choose-retried.ts';
import { keepFacts } from './hold.ts';
import { isTidy, type Job, type Step } from './job.ts';
import type { JobTry } from './job-try.ts';
import type { Scheduling } from './loop.ts';
import { mergePlacement } from './step-kind.ts';
import { READ_RIGHTS_EVERY_MS } from './watch-rights.ts';

export interface Retry {
  readonly by: PersonRef;
  readonly reason: string | null;
  /** The plan as it is made now, inside what was approved. */
  readonly plan: Plan;
  readonly chosen: Retried<Step>;
  /** Done once, and changed by others since: left as it is. */
  readonly left: readonly Step[];
  /** Keys of steps that begin anew where they were: their effect is there, or on its way. */
  readonly keptPlaces: ReadonlySet<string>;
  /** What is held until it ends. */
  readonly reservation: Reservation | undefined;
  /** Earlier tries, oldest first. */
  readonly tries: readonly JobTry[];
}

export interface Reopening {
  readonly scheduling: Scheduling;
  readonly newId: () => string;
}

/** The caller has locked the job and seen that it has ended, and holds the quota lock. */
export async function retryJob(
  tx: Tx,
  { scheduling, newId }: Reopening,
  job: Job,
  retry: Retry,
): Promise<void> {
  const { by, reason, plan, chosen, reservation } = retry;
  await tx.jobTries.insert(toTry(job, retry));
  const placed = chosen.anew.map((step) => placeAnew(scheduling, step, retry));
  for (const { step, changes } of placed) {
    if (!(await tx.jobs.reopenStep(step, changes))) throw new Error(`${step.id} is not as read`);
  }
  for (const { id, state } of chosen.spared)
    await tx.jobs.changeKnown(id, state, { state: 'skipped', code: null, facts: null });
  const isOtherPlan = placed.some(
    ({ step, changes }) => 'input' in changes && !isSameJson(changes.input, step.input),
  );
  const planId = isOtherPlan ? newId() : job.planId;
  if (isOtherPlan) await tx.plans.insert({ id: planId, hash: hashPlan(plan), plan });
  if (reservation) await tx.reservations.put(reservation);
  const facts = toFacts(job, by);
  const reopened = {
    ...({ state: 'running', cancelAskedAt: null, cancelAskedBy: null } as const),
    ...{ code: null, facts, endedAt: null, planId },
  };
  await tx.jobs.change(job.id, reopened);
  const steps = toKeys(chosen.anew);
  const left = retry.left.length > 0 ? { left: toKeys(retry.left) } : {};
  await tx.audit.insert({
    ...{ event: 'job_retried', personId: by.id, jobId: job.id, requestId: job.requestId },
    facts: {
      ...{ number: job.number, try: retry.tries.length + 2, was: job.state, steps, reason },
      ...left,
    },
  });
  await scheduling.announcer.jobTurned(tx, job);
  await advance(tx, scheduling, { ...job, ...reopened });
  await tx.enqueue([{ topic: 'job', key: job.id, delayMs: READ_RIGHTS_EVERY_MS }]);
}

function toKeys(steps: readonly Step[]): string[] {
  return steps.map(({ key }) => key);
}

interface Placed {
  readonly step: Step;
  readonly changes: Partial<Pick<Step, 'kind' | 'version' | 'input' | 'permits' | 'task'>>;
}

function placeAnew(
  { kinds }: Scheduling,
  step: Step,
  { plan, keptPlaces }: Pick<Retry, 'plan' | 'keptPlaces'>,
): Placed {
  // It reads what is left, and joins what it finds under way.
  const task = isTidy(step) ? { task: null } : {};
  const own = plan.steps.find(({ key }) => key === step.key);
  if (!own || keptPlaces.has(step.key)) return { step, changes: task };
  const { kind, version } = own;
  const input = toInput(own);
  const found = kinds.find(kind, version);
  const permits = found?.place ? [] : [...new Set(found?.permits(input))];
  return { step, changes: { kind, version, input, permits, ...task } };
}

function toInput({ input, placement }: PlannedStep): Json {
  return mergePlacement(input, placement);
}

/** It goes by the right of whoever retried it; that of the requester needs no mention. */
function toFacts(job: Job, by: PersonRef): Job['facts'] {
  const { takenOverById: _id, takenOverBy: _name, ...kept } = keepFacts(job);
  if (by.id === job.requesterId) return kept;
  return { ...kept, takenOverById: by.id, takenOverBy: by.name };
}

function toTry(job: Job, { by, reason, chosen, tries }: Retry): Omit<JobTry, 'retriedAt'> {
  const lost = [...chosen.anew, ...chosen.spared].filter(
    ({ state, code }) => state === 'failed' || (state === 'cancelled' && code !== null),
  );
  return {
    ...{ jobId: job.id, number: tries.length + 1, state: job.state },
    ...{ code: job.code, facts: job.facts, endedAt: job.endedAt as Date },
    steps: lost.map(({ key, kind, input, state, code, facts }) => ({
      ...{ key, kind, input, state, code, facts },
    })),
    fromStep: Math.min(...chosen.anew.map(({ position }) => position)) + 1,
    ...{ retriedById: by.id, retriedBy: by.name, reason },
  };
}
