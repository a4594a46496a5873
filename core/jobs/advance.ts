/**
 * Moves a job forward inside the transaction that changed it: followers, drops, permits, the job's own end.
 *
 * The caller has locked the job; where the job uses permits they are locked here, always after the job.
 */
import type { Announcer } from '../ports/announcer.ts';
import type { Tx } from '../ports/store.ts';
import { chooseGrants } from './choose-grants.ts';
import { closeHold, isHeld } from './hold.ts';
import {
  type Claim,
  isNotStarted,
  isTidy,
  type Job,
  type PermitStep,
  type Step,
  type StepState,
  toGateId,
} from './job.ts';
import { toJobState } from './job-end.ts';
import type { Scheduling } from './loop.ts';
import { isEnded, unblock } from './unblock.ts';

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
    // Another job's end may have granted some of ours meanwhile.
    [, steps] = await Promise.all([tx.lock('permits'), tx.jobs.listSteps({ jobId: job.id })]);
  }
  const states = new Map<string, StepState>(steps.map(({ key, state }) => [key, state]));
  if (job.cancelAskedAt) await cancelSteps(tx, steps, states);
  if (isHeld(job)) await putStepsBack(tx, steps, states);
  const mayBegin = isHeld(job) ? isTidy : () => true;
  const freed = await freeInTurn(tx, scheduling, { steps, states, mayBegin });
  await skipSteps(tx, steps, states);
  const next =
    carrier === undefined ? undefined : freed.find(({ permits }) => permits.length === 0);
  const others = freed.filter((step) => step !== next);
  const grantAndWake = async () => {
    // One that has just chosen its place may be the first to need any.
    const needsPermits = usesPermits || freed.some(({ permits }) => permits.length > 0);
    if (needsPermits && !usesPermits) await tx.lock('permits');
    const given = needsPermits ? await grantPermits(tx, scheduling) : [];
    const woken = [...others.filter(({ permits }) => permits.length === 0), ...given];
    await tx.enqueue(woken.map(({ id }) => ({ topic: 'step', key: id })));
    return given;
  };
  // In this order: what waits from here on may be given permits.
  const [, granted] = await Promise.all([freeSteps(tx, others), grantAndWake()]);
  await endJobIfOver(tx, scheduling, job, steps, states);
  await announceAll(tx, scheduling, [job.id, ...granted.map(({ jobId }) => jobId)]);
  return next && beginStep(tx, next, carrier);
}

/** The job is locked and the step was blocked: nobody else can have begun it. */
async function beginStep(tx: Tx, step: Step, carrier: string | undefined): Promise<Begun> {
  const claim = await tx.jobs.claimStep(step, {
    ...{ startedAt: tx.now, sentAt: tx.now },
    carrier: carrier ?? null,
  });
  return { step: { ...step, state: 'ready' }, claim };
}

interface Standings {
  readonly steps: readonly Step[];
  readonly states: Map<string, StepState>;
  readonly mayBegin: (step: Step) => boolean;
}

/** Those whose turn it is; one that finds no place ends at once, which may be another one's turn. */
async function freeInTurn(
  tx: Tx,
  scheduling: Scheduling,
  { steps, states, mayBegin }: Standings,
): Promise<Step[]> {
  const all: Step[] = [];
  const free = () => unblock(steps, states, mayBegin);
  for (let freed = free(); freed.length > 0; freed = free()) {
    for (const step of freed) {
      const placed = await placeStep(tx, scheduling, step);
      if (typeof placed === 'string') states.set(step.key, placed);
      else all.push(placed);
    }
  }
  return all;
}

/** A kind that chooses its place late chooses it here, where the permits are given; or else the step has ended. */
async function placeStep(
  tx: Tx,
  { kinds }: Scheduling,
  step: Step,
): Promise<Step | 'failed' | 'skipped'> {
  const kind = kinds.find(step.kind, step.version);
  // One that was put back has its place.
  if (!kind?.place || step.permits.length > 0) return step;
  const input = await kind.place(tx, step, step.input);
  // Left to those that are skipped with it.
  if (input === 'left_out') return 'skipped';
  if (input === undefined) {
    const ended = { state: 'failed', code: 'no_other_host', endedAt: tx.now } as const;
    await tx.jobs.changeKnown(step.id, 'blocked', ended);
    const facts = { step: step.key, state: ended.state, code: ended.code };
    await tx.audit.insert({ event: 'step_ended', jobId: step.jobId, facts });
    return 'failed';
  }
  const permits = [...new Set(kind.permits(input))];
  await tx.jobs.changeKnown(step.id, 'blocked', { input, permits });
  return { ...step, input, permits };
}

/** What has not begun does not; what puts in order what was left still does, unless it was for people to choose. */
async function cancelSteps(
  tx: Tx,
  steps: readonly Step[],
  states: Map<string, StepState>,
): Promise<void> {
  for (const step of steps.filter((one) => !isTidy(one))) {
    const { id, key, state, code, epoch } = step;
    const isAskedFirst = state === 'asking' && code === 'consent_needed';
    if (!(isNotStarted(state) || isAskedFirst)) continue;
    if (isAskedFirst) await tx.jobs.answerGate(toGateId({ id, epoch }), 'leave', null);
    const ended = { state: 'cancelled', permitsHeld: false, endedAt: tx.now } as const;
    const isDropped = await tx.jobs.changeUnclaimed(id, state, ended);
    // A worker claimed it this instant: it is under way and will be told.
    states.set(key, isDropped ? 'cancelled' : 'intended');
  }
}

/** What has not begun waits as if its turn had not come; its permits are for others. What is under way goes on. */
async function putStepsBack(
  tx: Tx,
  steps: readonly Step[],
  states: Map<string, StepState>,
): Promise<void> {
  for (const step of steps) {
    const { id, key, state } = step;
    if (isTidy(step) || !(state === 'waiting' || state === 'ready')) continue;
    const back = { state: 'blocked', permitsHeld: false, waitingSince: null } as const;
    // A worker claimed it this instant: it is under way.
    states.set(key, (await tx.jobs.changeUnclaimed(id, state, back)) ? 'blocked' : 'intended');
  }
}

async function skipSteps(
  tx: Tx,
  steps: readonly Step[],
  states: ReadonlyMap<string, StepState>,
): Promise<void> {
  for (const { id, key, state } of steps) {
    if (state !== 'blocked' || states.get(key) !== 'skipped') continue;
    await tx.jobs.changeKnown(id, 'blocked', { state: 'skipped', endedAt: tx.now });
  }
}

async function freeSteps(tx: Tx, freed: readonly Step[]): Promise<void> {
  const changes = freed.map(({ id, permits }) =>
    tx.jobs.changeKnown(
      id,
      'blocked',
      permits.length === 0 ? { state: 'ready' } : { state: 'waiting', waitingSince: tx.now },
    ),
  );
  await Promise.all(changes);
}

async function grantPermits(tx: Tx, { capacityOf }: Scheduling): Promise<PermitStep[]> {
  const waiting = await tx.jobs.listPermitSteps('waiting');
  if (waiting.length === 0) return [];
  const holding = await tx.jobs.listPermitSteps('holding');
  const granted = chooseGrants({ capacityOf, holding, waiting, now: tx.now });
  for (const { id } of granted) {
    await tx.jobs.changeKnown(id, 'waiting', { state: 'ready', permitsHeld: true });
  }
  return granted;
}

/** A permit freed here may let steps of other jobs begin: their cards say so too. In one order, or two that do so wait for each other. */
export async function announceAll(
  tx: Tx,
  { announcer }: { readonly announcer: Pick<Announcer, 'jobChanged'> },
  jobIds: readonly string[],
): Promise<void> {
  for (const id of [...new Set(jobIds)].toSorted()) await announcer.jobChanged(tx, id);
}

async function endJobIfOver(
  tx: Tx,
  { announcer }: Scheduling,
  job: Job,
  steps: readonly Step[],
  states: ReadonlyMap<string, StepState>,
): Promise<void> {
  if (![...states.values()].every(isEnded)) return;
  const state = toJobState(job, steps, states);
  await tx.jobs.change(job.id, { state, endedAt: tx.now });
  // There was nothing left that would have asked for a right.
  if (isHeld(job)) await closeHold(tx, job, null);
  await tx.reservations.delete(job.requestId);
  await tx.audit.insert({
    event: 'job_ended',
    jobId: job.id,
    requestId: job.requestId,
    facts: { state },
  });
  await announcer.jobTurned(tx, job);
}
