/**
 * The transactions that move a job: decision → job, start, step end → followers, cancel, an operator's word.
 *
 * Each locks its job first and then, where the job uses any, the permits; the same order everywhere, so no two wait
 * for each other.
 */
import type { ErrorCode, Facts } from '../errors.ts';
import { isSameJson } from '../plan/canonical-hash.ts';
import type { Json, Plan } from '../plan/plan.ts';
import type { NewJob, Tx } from '../ports/store.ts';
import { advance, type Begun } from './advance.ts';
import { askPeople } from './gates.ts';
import { closeHold, isHeld } from './hold.ts';
import { type Claim, ClaimLost, type Job, type STEP_ENDED, type Step } from './job.ts';
import type { Scheduling } from './loop.ts';
import { type Consent, mergePlacement } from './step-kind.ts';

/** Part of the decision's transaction: the job waits for its start gate, its steps for the job. */
export async function createJob(
  tx: Tx,
  scheduling: Scheduling,
  job: NewJob,
  plan: Plan,
): Promise<void> {
  await tx.jobs.insert(job);
  await tx.jobs.insertSteps(
    plan.steps.map(({ key, kind, version, input, after, begins, choice }, position) => ({
      id: `${job.id}/${key}`,
      jobId: job.id,
      requesterId: job.requesterId,
      permits: [],
      ...{ key, position, kind, version, input, after },
      ...{ begins: begins ?? 'when_done', choice: choice ?? null },
    })),
  );
  await tx.audit.insert({
    event: 'job_created',
    jobId: job.id,
    requestId: job.requestId,
    facts: { number: job.number, operation: job.operation },
  });
  await tx.enqueue([{ topic: 'job', key: job.id }]);
  await scheduling.announcer.jobChanged(tx, job.id);
}

export interface Start {
  readonly planId: string;
  readonly plan: Plan;
  /** What differs from the approved plan, inside its bounds. */
  readonly notes: Json;
}

/** Places the steps and lets the first ones begin. Answers false when the job was started or ended meanwhile. */
export async function startJob(
  tx: Tx,
  scheduling: Scheduling,
  jobId: string,
  start: Start,
): Promise<boolean> {
  const locked = await tx.jobs.lockWithSteps(jobId);
  if (locked?.job.state !== 'starting') return false;
  const { job } = locked;
  const facts = Array.isArray(start.notes) && start.notes.length > 0 ? { differs: true } : null;
  const started = { state: 'running', startedAt: tx.now, planId: start.planId } as const;
  // What the start waited for is over.
  await tx.jobs.change(jobId, { ...started, code: null, facts });
  const steps = await placeSteps(tx, scheduling, locked.steps, start.plan);
  await tx.audit.insert({
    event: 'job_started',
    jobId,
    requestId: job.requestId,
    facts: { differences: start.notes },
  });
  await scheduling.announcer.jobTurned(tx, job);
  await advance(tx, scheduling, { ...job, state: 'running', code: null }, { steps });
  return true;
}

/** Writes where the plan says otherwise than the step does, and leaves out what it spares; answers the steps as they are then. */
async function placeSteps(
  tx: Tx,
  { kinds }: Scheduling,
  steps: readonly Step[],
  plan: Plan,
): Promise<Step[]> {
  const planned = new Map(plan.steps.map((step) => [step.key, step]));
  const placed: Step[] = [];
  for (const step of steps) {
    const own = planned.get(step.key);
    if (!own) {
      await tx.jobs.changeKnown(step.id, 'blocked', { state: 'skipped', endedAt: tx.now });
      placed.push({ ...step, state: 'skipped' });
      continue;
    }
    const input = mergePlacement(own.input, own.placement);
    const kind = kinds.find(own.kind, own.version);
    // Who chooses its place late knows then what it needs.
    const permits = kind?.place ? [] : [...new Set(kind?.permits(input))];
    const isAsWritten = isSameJson(input, step.input) && isSameJson(permits, step.permits);
    if (!isAsWritten) await tx.jobs.changeKnown(step.id, 'blocked', { input, permits });
    placed.push({ ...step, input, permits });
  }
  return placed;
}

/** Ends a job whose start gate said no. Answers false when it was started or ended meanwhile. */
export async function endBeforeStart(
  tx: Tx,
  scheduling: Scheduling,
  jobId: string,
  end: { state: 'superseded' | 'refused' | 'cancelled'; code: string; facts?: Facts },
): Promise<Job | undefined> {
  const job = await tx.jobs.lock(jobId);
  if (job?.state !== 'starting') return undefined;
  const { state, code, facts = null } = end;
  for (const step of await tx.jobs.listSteps({ jobId })) {
    await tx.jobs.changeKnown(step.id, 'blocked', { state: 'cancelled', endedAt: tx.now });
  }
  await tx.jobs.change(jobId, { state, code, facts, endedAt: tx.now });
  // A request that is open again goes on holding what it asks for.
  if (state !== 'superseded') await tx.reservations.delete(job.requestId);
  await tx.audit.insert({
    event: 'job_ended',
    jobId,
    requestId: job.requestId,
    facts: { state, code, ...(facts ? { facts: facts as Json } : {}) },
  });
  await scheduling.announcer.jobTurned(tx, job);
  await scheduling.announcer.jobChanged(tx, jobId);
  return job;
}

export interface Ending {
  readonly step: Step;
  readonly claim: Claim;
  readonly carrier?: string | undefined;
}

export interface StepEnd {
  readonly state: (typeof STEP_ENDED)[number] | 'asking';
  readonly code?: ErrorCode | undefined;
  readonly facts?: Facts | undefined;
  /** What is asked instead of how it turned out. */
  readonly asks?: Consent | undefined;
  /** Written with the end; it changes no step. */
  readonly record?: ((tx: Tx) => Promise<void>) | undefined;
}

/**
 * Outcome, permits, followers, message and audit: all or nothing. @throws ClaimLost when fenced out.
 *
 * Answers the follower that goes on in the wake-up `carrier`.
 */
export async function endStep(
  tx: Tx,
  scheduling: Scheduling,
  { step, claim, carrier }: Ending,
  end: StepEnd,
): Promise<Begun | undefined> {
  const isAsking = end.state === 'asking';
  const { state, code = null, facts = null } = end;
  const changes = { state, code, facts, permitsHeld: isAsking && step.permitsHeld };
  const ended = isAsking ? {} : { endedAt: tx.now };
  const locked = await tx.jobs.lockWithSteps(step.jobId);
  if (!locked) throw new ClaimLost(step.id);
  await tx.jobs.changeClaimed(claim, { ...changes, ...ended });
  const steps = locked.steps.map((one) =>
    one.id === step.id ? { ...one, ...changes, ...ended } : one,
  );

  await end.record?.(tx);
  if (isAsking) await askPeople(tx, { step, claim }, code ?? 'outcome_unknown', end.asks);
  await tx.audit.insert({
    event: isAsking ? 'gate_opened' : 'step_ended',
    jobId: step.jobId,
    facts: { step: step.key, state, code, ...(facts ? { facts: facts as Json } : {}) },
  });
  return advance(tx, scheduling, locked.job, { steps, carrier });
}

/**
 * Answers false when the job had ended. Steps under way are told by their worker (worker.ts), again by a cancel that is
 * given again: the platform may have refused the first.
 */
export async function cancelJob(
  tx: Tx,
  scheduling: Scheduling,
  jobId: string,
  personId: string,
): Promise<boolean> {
  const job = await tx.jobs.lock(jobId);
  if (job?.state !== 'starting' && job?.state !== 'running') return false;
  if (job.cancelAskedAt) {
    await tx.audit.insert({ event: 'cancel_asked_again', personId, jobId, facts: {} });
    return true;
  }
  await tx.jobs.change(jobId, { cancelAskedAt: tx.now, cancelAskedBy: personId });
  await tx.audit.insert({ event: 'cancel_asked', personId, jobId, facts: {} });
  if (isHeld(job)) await closeHold(tx, job, personId);
  if (job.state === 'starting') {
    await endBeforeStart(tx, scheduling, jobId, { state: 'cancelled', code: 'cancelled' });
    return true;
  }
  await advance(tx, scheduling, { ...job, cancelAskedAt: tx.now });
  return true;
}
