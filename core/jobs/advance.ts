/**
 * Moves a job forward inside the transaction that changed it: followers, drops, permits, the job's own end.
 *
 * The caller has locked the job; where the job uses permits they are locked here, always after the job.
 */
import type { Tx } from '../ports/store.ts';
import { chooseGrants } from './choose-grants.ts';
import {
  type Claim,
  type Job,
  type JobState,
  STEP_ENDED,
  type Step,
  type StepState,
} from './job.ts';
import type { Scheduling } from './loop.ts';

/** A step begun right here, for the worker whose step has just ended. */
export interface Begun {
  /** As it was before its claim. */
  readonly step: Step;
  readonly claim: Claim;
}

export interface Advance {
  /** The steps as they are, where the caller has just read them. */
  readonly steps?: readonly Step[] | undefined;
  /** The wake-up that the caller holds: one follower is begun in it instead of with one of its own. */
  readonly carrier?: string | undefined;
}

/**
 * Unblocks followers, drops those that can no longer run, ends the job, gives free permits away.
 *
 * Answers the follower that goes on in `carrier`: a line of steps costs one wake-up and one commit a step.
 */
export async function advance(
  tx: Tx,
  scheduling: Scheduling,
  job: Job,
  { steps: known, carrier }: Advance = {},
): Promise<Begun | undefined> {
  let steps = known ?? (await tx.jobs.listSteps({ jobId: job.id }));
  const usesPermits = steps.some(({ permits }) => permits.length > 0);
  if (usesPermits) {
    await tx.lock('permits');
    // Another job's end may have granted some of ours meanwhile.
    steps = await tx.jobs.listSteps({ jobId: job.id });
  }
  const states = new Map<string, StepState>(steps.map(({ key, state }) => [key, state]));
  const freed = job.cancelAskedAt ? [] : unblock(steps, states);
  await dropSteps(tx, job, steps, states);
  const next =
    carrier === undefined ? undefined : freed.find(({ permits }) => permits.length === 0);
  const others = freed.filter((step) => step !== next);
  await freeSteps(tx, others);
  const granted = usesPermits ? await grantPermits(tx, scheduling) : [];
  const woken = [...others.filter(({ permits }) => permits.length === 0), ...granted];
  await tx.enqueue(woken.map(({ id }) => ({ topic: 'step', key: id })));
  await announceOthers(tx, scheduling, job, granted);
  await endJobIfOver(tx, scheduling, job, [...states.values()]);
  await scheduling.announcer.jobChanged(tx, job.id);
  return next && beginStep(tx, next, carrier);
}

/** The job is locked and the step was blocked: nobody else can have begun it. */
async function beginStep(tx: Tx, step: Step, carrier: string | undefined): Promise<Begun> {
  const claim = await tx.jobs.claimStep(step, {
    ...{ startedAt: tx.now, sentAt: tx.now },
    carrier: carrier ?? null,
  });
  if (!claim) throw new Error(`${step.id} was begun by another`);
  return { step: { ...step, state: 'ready' }, claim };
}

/** Answers the steps whose turn it is; marks in `states` also those that can no longer run. */
function unblock(steps: readonly Step[], states: Map<string, StepState>): Step[] {
  const freed: Step[] = [];
  // A skipped step may skip others that stand before it in the list: until nothing changes.
  for (let changed = true; changed; ) {
    changed = false;
    for (const step of steps.filter(({ key }) => states.get(key) === 'blocked')) {
      const before = step.after.map((key) => states.get(key));
      if (before.some(isLost)) states.set(step.key, 'skipped');
      else if (before.every(isDone)) freed.push(step) && states.set(step.key, 'ready');
      else continue;
      changed = true;
    }
  }
  return freed;
}

async function dropSteps(
  tx: Tx,
  job: Job,
  steps: readonly Step[],
  states: Map<string, StepState>,
): Promise<void> {
  const drops = steps.filter(({ key, state }) =>
    job.cancelAskedAt ? isNotStarted(state) : state === 'blocked' && states.get(key) === 'skipped',
  );
  for (const step of drops) {
    const state = job.cancelAskedAt ? 'cancelled' : 'skipped';
    const ended = { state, permitsHeld: false, endedAt: tx.now } as const;
    const isDropped = await tx.jobs.changeUnclaimed(step.id, step.state, ended);
    // A worker claimed it this instant: it is under way and will be told.
    states.set(step.key, isDropped ? state : 'intended');
  }
}

async function freeSteps(tx: Tx, freed: readonly Step[]): Promise<void> {
  for (const { id, permits } of freed) {
    const isFree = permits.length === 0;
    await tx.jobs.changeUnclaimed(
      id,
      'blocked',
      isFree ? { state: 'ready' } : { state: 'waiting', waitingSince: tx.now },
    );
  }
}

async function grantPermits(tx: Tx, { capacityOf }: Scheduling): Promise<Step[]> {
  const waiting = await tx.jobs.listSteps({ waiting: true });
  if (waiting.length === 0) return [];
  const holding = await tx.jobs.listSteps({ permitsHeld: true });
  const granted = chooseGrants({ capacityOf, holding, waiting, now: tx.now });
  for (const { id } of granted) {
    await tx.jobs.changeUnclaimed(id, 'waiting', { state: 'ready', permitsHeld: true });
  }
  return granted;
}

/** A permit freed here may let a step of another job begin: its card says so too. */
async function announceOthers(
  tx: Tx,
  { announcer }: Scheduling,
  job: Job,
  granted: readonly Step[],
): Promise<void> {
  const others = new Set(granted.map(({ jobId }) => jobId).filter((id) => id !== job.id));
  for (const id of others) await announcer.jobChanged(tx, id);
}

async function endJobIfOver(
  tx: Tx,
  { announcer }: Scheduling,
  job: Job,
  states: readonly StepState[],
): Promise<void> {
  if (!states.every((state) => STEP_ENDED.some((ended) => ended === state))) return;
  const state = toJobState(job, states);
  await tx.jobs.change(job.id, { state, endedAt: tx.now });
  await tx.reservations.delete(job.requestId);
  await tx.audit.insert({
    event: 'job_ended',
    jobId: job.id,
    requestId: job.requestId,
    facts: { state },
  });
  await announcer.jobTurned(tx, job);
}

function toJobState(job: Job, states: readonly StepState[]): JobState {
  if (states.some((state) => state === 'failed')) return 'failed';
  if (job.cancelAskedAt && !states.every(isDone)) return 'cancelled';
  if (states.some((state) => state === 'cancelled')) return 'cancelled';
  return states.some((state) => state === 'done_with_warning') ? 'done_with_warning' : 'done';
}

function isDone(state: StepState | undefined): boolean {
  return state === 'done' || state === 'done_with_warning';
}

function isLost(state: StepState | undefined): boolean {
  return state === 'failed' || state === 'skipped' || state === 'cancelled';
}

function isNotStarted(state: StepState): boolean {
  return state === 'blocked' || state === 'waiting' || state === 'ready';
}
