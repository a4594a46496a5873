/** Questions to people: asked with the end of a try, answered by a person or by their deadline. */
import type { ErrorCode } from '../errors.ts';
import type { Tx } from '../ports/store.ts';
import { advance } from './advance.ts';
import {
  type Claim,
  type Gate,
  type GateAnswer,
  OUTCOME_ANSWERS,
  type Step,
  toGateId,
} from './job.ts';
import type { Scheduling } from './loop.ts';
import type { Consent } from './step-kind.ts';

/** Part of the transaction that ends the try. */
export async function askPeople(
  tx: Tx,
  { step, claim }: { readonly step: Step; readonly claim: Claim },
  code: ErrorCode,
  consent: Consent | undefined,
): Promise<void> {
  const choices = consent?.choices ?? OUTCOME_ANSWERS;
  const until = consent ? new Date(tx.now.getTime() + consent.withinMs) : null;
  const { id: stepId, jobId } = step;
  await tx.jobs.insertGate({ id: toGateId(claim), jobId, stepId, code, choices, until });
  if (consent) await tx.enqueue([{ topic: 'step', key: stepId, delayMs: consent.withinMs }]);
}

export interface GateWord {
  readonly answer: GateAnswer;
  /** `null`: nobody answered in time. */
  readonly personId: string | null;
}

/** A person's word on what nothing can prove, or on what is to become of something. Answers false when somebody else was first, or its time. */
export async function answerGate(
  tx: Tx,
  scheduling: Scheduling,
  gate: Gate,
  { answer, personId }: GateWord,
): Promise<boolean> {
  const job = await tx.jobs.lock(gate.jobId);
  // Its wake-up may be late; the deadline is not (H31).
  if (personId !== null && (await closeIfLate(tx, scheduling, gate))) return false;
  if (!job || !(await tx.jobs.answerGate(gate.id, answer, personId))) return false;
  if (answer === 'look_again') {
    await tx.jobs.changeKnown(gate.stepId, 'asking', { state: 'unknown', looks: 0 });
    await tx.enqueue([{ topic: 'step', key: gate.stepId }]);
  } else {
    const ended = { ...toAnswered(answer), permitsHeld: false, endedAt: tx.now };
    await tx.jobs.changeKnown(gate.stepId, 'asking', ended);
  }
  await tx.audit.insert({
    event: 'gate_answered',
    ...(personId !== null && { personId }),
    jobId: gate.jobId,
    facts: { step: gate.stepId, answer },
  });
  await advance(tx, scheduling, job);
  return true;
}

function toAnswered(answer: Exclude<GateAnswer, 'look_again'>) {
  if (answer === 'happened')
    return { state: 'done_with_warning', code: 'said_by_operator' } as const;
  if (answer === 'did_not_happen') return { state: 'failed', code: 'said_by_operator' } as const;
  return { state: 'done', code: null, facts: { answer } } as const;
}

/** Its time is over and nobody has answered: nothing is done. */
export async function closeLateGate(tx: Tx, scheduling: Scheduling, step: Step): Promise<void> {
  const gate = await tx.jobs.findGate(toGateId(step));
  if (gate) await closeIfLate(tx, scheduling, gate);
}

async function closeIfLate(tx: Tx, scheduling: Scheduling, gate: Gate): Promise<boolean> {
  if (!isLate(gate, tx.now)) return false;
  await answerGate(tx, scheduling, gate, { answer: 'leave', personId: null });
  return true;
}

export function isLate({ until }: Pick<Gate, 'until'>, now: Date): boolean {
  return until !== null && until <= now;
}
