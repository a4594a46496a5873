/**
 * How a try of a step ends: verified, to be looked at again, to be tried again, or before a person.
 *
 * What the platform shows counts; what it said only words it (H13).
 */
import { type ErrorCode, type Facts, type OperationError, toOperationError } from '../errors.ts';
import type { Tx } from '../ports/store.ts';
import { advance, type Begun } from './advance.ts';
import { omitCancelFacts, pickCancelFacts } from './cancel-answer.ts';
import { isHeld } from './hold.ts';
import { type Claim, ClaimLost, type Step, type StepChanges } from './job.ts';
import { type Loop, WorkerStops } from './loop.ts';
import { endStep, type StepEnd } from './schedule.ts';
import type { AnyStepKind, StepCall, Verdict } from './step-kind.ts';

export interface Holding {
  readonly loop: Loop;
  readonly kind: AnyStepKind;
  readonly step: Step;
  readonly claim: Claim;
  /** Key of the wake-up in which this is done. */
  readonly carrier: string;
  /** Aborted when its job is cancelled; never for a step that puts in order what was left. */
  readonly cancelled: AbortSignal;
  readonly isJobCancelled: boolean;
  /** Monotonic milliseconds at which the transaction of the last guarded write began. */
  provenAtMs: number;
  /** What was said to the last cancel, empty where none was sent or it was taken; undefined until its task is followed. */
  cancelFacts?: Facts;
}

/** How long one look and one order may take, in milliseconds; following has the kind's own limit. */
export const LOOK_LIMIT_MS = 30_000;
export const ACT_LIMIT_MS = 60_000;

export function toCall({ loop, step, isJobCancelled }: Holding, limitMs: number): StepCall {
  const signal = AbortSignal.any([loop.stopSignal, AbortSignal.timeout(limitMs)]);
  return { stepToken: step.id, signal, onProgress: () => undefined, isJobCancelled };
}

/** What the platform said of its own work. */
export interface Said {
  readonly said: 'done' | 'failed' | 'unknown';
  readonly code?: ErrorCode | undefined;
  readonly facts?: Facts | undefined;
  /** How a result as wished came to be known, where that is worth a warning. */
  readonly warning?: ErrorCode | undefined;
}

/** Without evidence the platform's word is all there is. */
const TRUSTED = { done: 'as_wished', failed: 'not_as_wished', unknown: 'cannot_tell' } as const;

export async function verifyAndEnd(holding: Holding, said: Said): Promise<Next> {
  const { kind, step, cancelled } = holding;
  const verdict: Verdict =
    kind.evidence === 'none' ? { verdict: TRUSTED[said.said] } : await readVerdict(holding);
  await holding.loop.seam?.('verified');
  const facts = { ...said.facts, ...verdict.facts };

  const record = async (tx: Tx) => kind.record?.(tx, step, step.input, verdict);
  if (verdict.verdict === 'as_wished')
    return end(holding, { ...toDone(said, verdict.code), facts, record });
  if (verdict.verdict === 'cannot_tell' || said.said === 'unknown') return lookLater(holding, said);
  // What was made otherwise than wished is there all the same, and somebody's.
  const left = { facts, ...(verdict.observed && { record }) };
  if (cancelled.aborted) return end(holding, { state: 'cancelled', code: said.code, ...left });
  const code =
    verdict.code ??
    (said.said === 'done' ? 'success_without_effect' : (said.code ?? 'platform_refused'));
  return end(holding, { state: 'failed', code, ...left });
}

/** A reading that fails says nothing of the object. */
async function readVerdict(holding: Holding): Promise<Verdict> {
  const { kind, step, loop } = holding;
  try {
    return await kind.verify(step.input, toCall(holding, LOOK_LIMIT_MS));
  } catch (cause) {
    if (loop.stopSignal.aborted) throw new WorkerStops(step.id, { cause });
    const { code, facts } = toOperationError(cause);
    return { verdict: 'cannot_tell', facts: { ...facts, lookFailed: code } };
  }
}

function toDone(
  { said, code, warning }: Said,
  found: ErrorCode | undefined,
): Pick<StepEnd, 'state' | 'code'> {
  if (found) return { state: 'done_with_warning', code: found };
  // Late is not lost.
  if (said === 'done' || code === 'time_limit_reached')
    return warning ? { state: 'done_with_warning', code: warning } : { state: 'done' };
  return {
    state: 'done_with_warning',
    code: said === 'failed' ? 'effect_without_success' : 'answer_lost',
  };
}

/** A follower that was begun with the end of a step, and goes on in the same wake-up. */
export type Next = (Begun & { readonly provenAtMs: number }) | undefined;

export async function end(holding: Holding, outcome: StepEnd): Promise<Next> {
  const { loop } = holding;
  const provenAtMs = loop.clock.elapsedMs();
  const { step, claim } = holding;
  const isFresh = loop.isRightFresh(step.jobId);
  const ending = { step, claim, ...(isFresh && { carrier: holding.carrier }) };
  const begun = await loop.store.transact((tx) => endStep(tx, loop, ending, outcome), {
    lockWithSteps: step.jobId,
  });
  return begun && { ...begun, provenAtMs };
}

/** Keeps the permits and starts no second try: the outcome is looked for until known, then asked of a person. */
export function lookLater(holding: Holding, said?: Said): Promise<undefined> {
  const { loop, kind, step, claim, cancelFacts = pickCancelFacts(step.facts) } = holding;
  const { patience, store } = loop;
  const isOver = kind.evidence === 'none' || step.looks >= patience.looks;
  const code = said?.code ?? step.code ?? 'no_answer';
  const facts = { ...(said?.facts ?? omitCancelFacts(step.facts)), ...cancelFacts };
  return store.transact(async (tx) => {
    if (isOver) {
      const asking = { state: 'asking', code: 'outcome_unknown', facts } as const;
      await endStep(tx, loop, { step, claim }, asking);
      return undefined;
    }
    await tx.jobs.lock(step.jobId);
    const changes = { state: 'unknown', looks: step.looks + 1, code, facts } as const;
    await tx.jobs.changeClaimed(claim, { ...changes, carrier: null });
    const delayMs = Math.min(patience.lookMs * 2 ** step.looks, patience.lookAtMostMs);
    await tx.enqueue([{ topic: 'step', key: step.id, delayMs }]);
    if (step.state !== 'unknown') {
      await tx.audit.insert({
        event: 'outcome_unknown',
        jobId: step.jobId,
        facts: { step: step.key, code },
      });
    }
    await loop.announcer.jobChanged(tx, step.jobId);
    return undefined;
  });
}

/** Nothing reached the platform: the same act may be sent again, after a pause. */
export function tryLater(holding: Holding, { code, facts }: OperationError): Promise<undefined> {
  const { loop, step } = holding;
  const delayMs = loop.patience.retryMs * 2 ** step.tries;
  return beginAgain(holding, { tries: step.tries + 1, code, facts }, delayMs);
}

/** Nothing was sent, and its job begins nothing for now. */
export function putBack(holding: Holding): Promise<undefined> {
  return beginAgain(holding, { sentAt: null }, 0);
}

function beginAgain(
  { loop, step, claim }: Holding,
  changes: StepChanges,
  delayMs: number,
): Promise<undefined> {
  return loop.store.transact(async (tx) => {
    const job = await tx.jobs.lock(step.jobId);
    if (!job) throw new ClaimLost(step.id);
    await tx.jobs.changeClaimed(claim, { ...changes, state: 'ready', carrier: null });
    if (isHeld(job)) {
      await advance(tx, loop, job);
      return undefined;
    }
    await tx.enqueue([{ topic: 'step', key: step.id, delayMs }]);
    await loop.announcer.jobChanged(tx, step.jobId);
    return undefined;
  });
}

/** A write that only the latest claim may make; it also proves the claim anew. @throws ClaimLost */
export async function writeClaimed(
  holding: Holding,
  toChanges: (now: Date) => StepChanges,
): Promise<void> {
  const { loop, claim, step } = holding;
  const beganAtMs = loop.clock.elapsedMs();
  await loop.store.transact(async (tx) => {
    await tx.jobs.changeClaimed(claim, toChanges(tx.now));
    await loop.announcer.jobChanged(tx, step.jobId);
  });
  holding.provenAtMs = beganAtMs;
}
