/**
 * Carries out one step, and those that follow it in a line: claim → look → act → follow → verify → end.
 *
 * What makes a repeat harmless: (1) each claim raises the epoch and every write names it, so a worker that lost its
 * claim can record nothing; (2) whoever takes a step over looks for the effect first, and not before a request sent by
 * the last holder must have become visible (`settleMs`); (3) an act is sent only right after a guarded write: the claim
 * itself, which says that the act may have been sent, or a later one when the look took long.
 */
import { type ErrorCode, OperationError, toOperationError } from '../errors.ts';
import type { Tx } from '../ports/store.ts';
import type { Delivery } from '../ports/work-queue.ts';
import {
  ACT_LIMIT_MS,
  end,
  type Holding,
  lookLater,
  type Next,
  putBack,
  type Said,
  toCall,
  tryLater,
  verifyAndEnd,
  writeClaimed,
} from './conclude.ts';
import { awaitEarlierTask, isOfEarlierTry } from './earlier-task.ts';
import { closeLateGate } from './gates.ts';
import { isHeld } from './hold.ts';
import { type Claim, isTidy, STEP_CLAIMED, type Step, toJobId } from './job.ts';
import { lookFor } from './look-for.ts';
import { type Loop, WorkerStops } from './loop.ts';
import { createWriters } from './progress.ts';
import { endStep } from './schedule.ts';
import { sendCancels } from './send-cancel.ts';

/** Rejects with ClaimLost when another worker took the step, with WorkerStops when this process ends. */
export async function carryOut(loop: Loop, delivery: Delivery): Promise<void> {
  const provenAtMs = loop.clock.elapsedMs();
  const cancel = loop.cancelOf(delivery.key);
  const taken = await claimStep(loop, delivery);
  if (taken?.isCancelled) cancel.abort();
  let turn: Turn | undefined = taken && { ...taken, provenAtMs };
  while (turn) {
    await loop.seam?.('claimed');
    const begun: Next = await takeTurn(loop, turn, delivery.key, cancel.signal);
    turn = begun && { ...begun, quietMs: 0, sentForMs: 0, isCancelled: false, isHeld: false };
  }
}

/** One step in this worker's hands. */
interface Turn {
  readonly step: Step;
  readonly claim: Claim;
  readonly provenAtMs: number;
  /** How long the last holder has been silent. */
  readonly quietMs: number;
  /** How long ago the order went out; zero when none did. */
  readonly sentForMs: number;
  /** Its job is cancelled. */
  readonly isCancelled: boolean;
  /** Its job begins nothing more. */
  readonly isHeld: boolean;
}

const NEVER = new AbortController().signal;

async function takeTurn(
  loop: Loop,
  turn: Turn,
  carrier: string,
  cancelled: AbortSignal,
): Promise<Next> {
  const { step, claim, provenAtMs } = turn;
  const kind = loop.kinds.find(step.kind, step.version);
  const isJobCancelled = turn.isCancelled || cancelled.aborted;
  const own = { cancelled: isTidy(step) ? NEVER : cancelled, isJobCancelled };
  if (kind) return conductStep({ loop, kind, step, claim, carrier, provenAtMs, ...own }, turn);
  // Where nothing was sent it can be planned anew.
  const wasSent = step.state !== 'ready' || step.sentAt !== null;
  const older = { state: 'failed', code: 'made_by_older_version', facts: { wasSent } } as const;
  await loop.store.transact((tx) => endStep(tx, loop, { step, claim }, older));
  return undefined;
}

async function conductStep(
  given: Holding,
  { quietMs, sentForMs, isHeld }: Pick<Turn, 'quietMs' | 'sentForMs' | 'isHeld'>,
): Promise<Next> {
  const { loop, kind, cancelled } = given;
  const hasEarlier = isOfEarlierTry(given.step);
  const step = hasEarlier ? { ...given.step, task: null } : given.step;
  const holding = { ...given, step };
  if (cancelled.aborted && step.state === 'ready') return end(holding, { state: 'cancelled' });
  if (kind.ask) {
    const asks = kind.ask(step.input);
    return end(holding, { state: 'asking', code: 'consent_needed', asks, facts: asks.facts });
  }
  const isFirstClaim = step.state === 'ready' && step.tries === 0 && step.sentAt === null;
  if (!isFirstClaim && quietMs < kind.settleMs) {
    const settled = loop.clock.pause(kind.settleMs - quietMs, loop.stopSignal);
    await loop.rest(settled).catch(throwWorkerStops(step));
  }
  if (step.state !== 'ready' && kind.evidence === 'none') {
    return end(holding, { state: 'asking', code: 'outcome_unknown' });
  }
  const hindrance = hasEarlier ? await awaitEarlierTask(holding, given.step.task) : undefined;
  if (hindrance) return endNotStarted(holding, hindrance);
  const look = await lookFor(holding);
  await loop.seam?.('looked');

  if (look.found === 'running') return followAndEnd(holding, look.task);
  if (look.found === 'done') return verifyAndEnd(holding, toSeen(step));
  if (look.found === 'failed') return endNotStarted(holding, look.error);
  if (look.found === 'cannot_tell') return lookLater(holding);
  if (step.state === 'unknown' || step.state === 'started') {
    return mayStillRun(holding, sentForMs) ? lookLater(holding) : endNothingFound(holding);
  }
  if (cancelled.aborted) return end(holding, { state: 'cancelled' });
  // Its last worker died before it sent anything: it has not begun.
  if (isHeld && !isTidy(step)) return putBack(holding);
  return actAndEnd(holding);
}

/** It is there, whoever said what: how it compares is final. */
function toSeen({ state, code, sentAt }: Step): Said {
  const isLost = state === 'unknown' && code !== 'time_limit_reached';
  // Nothing was ordered yet: somebody else has done it, unless an earlier try was sent.
  const isFound = state === 'ready';
  const facts = isFound ? { wasSo: true, ...(sentAt && { wasSent: true }) } : {};
  return { said: 'done', warning: isLost ? 'answer_lost' : undefined, facts };
}

/** What is not as wished yet proves nothing while an order whose task nobody knows may be under way. */
function mayStillRun({ kind, step }: Holding, sentForMs: number): boolean {
  const isTaskUnknown = kind.follow !== undefined && step.task === null;
  const isUnseen = kind.evidence === 'state' || kind.isUnseenUnderWay === true;
  return isUnseen && isTaskUnknown && sentForMs < kind.timeLimitMs;
}

/** The platform had taken it and it is not to be found: known now, and never sent again by itself. */
function endNothingFound(holding: Holding): Promise<Next> {
  const { step, cancelled } = holding;
  if (cancelled.aborted) return end(holding, { state: 'cancelled' });
  return end(holding, { state: 'failed', code: 'did_not_happen', facts: step.facts ?? {} });
}

type Claimed = Omit<Turn, 'provenAtMs'>;

/**
 * Undefined when there is nothing to do: ended, not due, or in the hands of a living worker.
 *
 * @throws ClaimLost when another worker took it just now.
 */
function claimStep(loop: Loop, { key, redelivered }: Delivery): Promise<Claimed | undefined> {
  const jobId = toJobId(key);
  const claim = async (tx: Tx): Promise<Claimed | undefined> => {
    const [own, read] = await Promise.all([tx.jobs.findStep(key), tx.jobs.find(jobId)]);
    const step = own?.endedAt ? await findCarried(tx, own) : own;
    if (step?.state === 'asking') await closeLateGate(tx, loop, step);
    const isFree = step?.state === 'ready' || step?.state === 'unknown';
    const isLeftBehind = redelivered && (step?.state === 'intended' || step?.state === 'started');
    if (!step || !(isFree || isLeftBehind)) return undefined;
    // A cancel or a hold writes what is ready, which a claim would notice; of the rest it says nothing, and may come just now.
    const job = step.state === 'ready' ? read : await tx.jobs.lock(jobId);
    const mayAct = step.state === 'ready' || step.state === 'intended';
    const changes = { startedAt: step.startedAt ?? tx.now, ...(mayAct ? { sentAt: tx.now } : {}) };
    const taken = await tx.jobs.claimStep(step, changes);
    const isCancelled = Boolean(job?.cancelAskedAt);
    const quietMs = tx.now.getTime() - (step.guardedAt ?? tx.now).getTime();
    const sentForMs = tx.now.getTime() - (step.sentAt ?? tx.now).getTime();
    await loop.announcer.jobChanged(tx, step.jobId);
    return { step, claim: taken, quietMs, sentForMs, isCancelled, isHeld: isHeld(job) };
  };
  return loop.store.transact(claim, { findStep: key, find: jobId });
}

/** A step that was begun in the wake-up of one that has ended. */
async function findCarried(tx: Tx, { id, jobId }: Step): Promise<Step | undefined> {
  const steps = await tx.jobs.listSteps({ jobId, states: STEP_CLAIMED });
  return steps.find(({ carrier }) => carrier === id);
}

async function actAndEnd(holding: Holding): Promise<Next> {
  const { kind, step, loop } = holding;
  await proveClaim(holding);
  await loop.seam?.('sending');
  const acted = await kind.act(step.input, toCall(holding, ACT_LIMIT_MS)).catch(toOperationError);
  await loop.seam?.('acted');
  if (!(acted instanceof OperationError)) {
    return acted.task ? followAndEnd(holding, acted.task) : verifyAndEnd(holding, { said: 'done' });
  }
  if (loop.stopSignal.aborted) throw new WorkerStops(step.id, { cause: acted });
  if (acted.end === 'not_started') return endNotStarted(holding, acted);
  return verifyAndEnd(holding, toSaid(acted));
}

function endNotStarted(holding: Holding, error: OperationError): Promise<Next> {
  const { step, loop, cancelled } = holding;
  const { code, facts } = error;
  if (cancelled.aborted) return end(holding, { state: 'cancelled', code, facts });
  if (PASSING.has(code) && step.tries + 1 < loop.patience.tries) return tryLater(holding, error);
  return end(holding, { state: 'failed', code, facts });
}

/** Where waiting can help; a wrong identity or a missing right stays as it is. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'not_reachable',
  'session_lost',
  'another_task_runs',
  'no_answer',
  'connection_unknown',
]);

function toSaid({ end: errorEnd, code, facts }: OperationError): Said {
  return { said: errorEnd === 'unknown' ? 'unknown' : 'failed', code, facts };
}

/** The last thing before an act is sent. A frozen worker that wakes finds its epoch gone and sends nothing. */
async function proveClaim(holding: Holding): Promise<void> {
  const { clock, patience } = holding.loop;
  while (clock.elapsedMs() - holding.provenAtMs > patience.sendWithinMs)
    await writeClaimed(holding, (now) => ({ state: 'intended', sentAt: now }));
}

async function followAndEnd(holding: Holding, task: string): Promise<Next> {
  const { loop, kind, step } = holding;
  await writeClaimed(holding, () => ({ state: 'started', task }));
  await loop.seam?.('started');
  const { onCancelAnswer, ...writers } = createWriters(holding);
  const call = { ...toCall(holding, kind.timeLimitMs), ...writers };
  const endCancels = sendCancels(holding, task, onCancelAnswer);
  const failure = await Promise.try(() => kind.follow?.(task, step.input, call)).then(
    () => undefined,
    toOperationError,
  );
  await endCancels();
  await loop.seam?.('followed');
  if (loop.stopSignal.aborted && failure) throw new WorkerStops(step.id, { cause: failure });
  if (!failure) return verifyAndEnd(holding, { said: 'done' });
  const isLate = call.signal.aborted && failure.end === 'unknown';
  return verifyAndEnd(
    holding,
    isLate ? { said: 'unknown', code: 'time_limit_reached' } : toSaid(failure),
  );
}

function throwWorkerStops(step: Step): (cause: unknown) => never {
  return (cause) => {
    throw new WorkerStops(step.id, { cause });
  };
}
