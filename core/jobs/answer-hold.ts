/** What becomes of a job that is held and asked about: an operator's word, or the deadline's. */
import type { PersonRef } from '../ports/directory.ts';
import type { Tx } from '../ports/store.ts';
import { advance } from './advance.ts';
import { findQuestion, isHeld, keepFacts } from './hold.ts';
import type { Gate, HOLD_ANSWERS, Job } from './job.ts';
import type { Scheduling } from './loop.ts';

export interface HoldWord {
  readonly answer: (typeof HOLD_ANSWERS)[number];
  readonly person: PersonRef;
}

/** Answers false when somebody else was first, or its time. */
export async function answerHold(
  tx: Tx,
  scheduling: Scheduling,
  gate: Gate,
  { answer, person }: HoldWord,
): Promise<boolean> {
  const job = await tx.jobs.lock(gate.jobId);
  if (!job || !isHeld(job)) return false;
  // Only what is asked now: who cannot say is waited for anew, and asked about later.
  if ((await findQuestion(tx, job.id))?.id !== gate.id) return false;
  // Its wake-up may be late; the deadline is not (H31).
  if ((await closeLateHold(tx, scheduling, job)) === undefined) return false;
  if (!(await tx.jobs.answerGate(gate.id, answer, person.id))) return false;
  await writeAnswer(tx, job.id, answer, person.id);
  if (answer === 'end_here') {
    await endHere(tx, scheduling, job, person.id);
    return true;
  }
  const facts = { ...keepFacts(job), takenOverById: person.id, takenOverBy: person.name };
  await tx.jobs.change(job.id, { code: null, facts });
  await advance(tx, scheduling, { ...job, code: null, facts });
  return true;
}

/** Nobody has said that it goes on, so it does not. Answers how long is left, undefined once it is over. */
export async function closeLateHold(
  tx: Tx,
  scheduling: Scheduling,
  job: Job,
): Promise<number | undefined> {
  const gate = await findQuestion(tx, job.id);
  const leftMs = (gate?.until?.getTime() ?? 0) - tx.now.getTime();
  if (leftMs > 0) return leftMs;
  if (gate) await tx.jobs.answerGate(gate.id, 'end_here', null);
  await writeAnswer(tx, job.id, 'end_here', null);
  await endHere(tx, scheduling, job, null);
  return undefined;
}

async function writeAnswer(
  tx: Tx,
  jobId: string,
  answer: HoldWord['answer'],
  personId: string | null,
): Promise<void> {
  const who = personId === null ? {} : { personId };
  await tx.audit.insert({ event: 'gate_answered', ...who, jobId, facts: { step: jobId, answer } });
}

/** As a cancel ends it, but for what is under way: that ends by itself. Why stays with the job. */
async function endHere(
  tx: Tx,
  scheduling: Scheduling,
  job: Job,
  personId: string | null,
): Promise<void> {
  await tx.jobs.change(job.id, { cancelAskedAt: tx.now, cancelAskedBy: personId });
  await advance(tx, scheduling, { ...job, cancelAskedAt: tx.now, cancelAskedBy: personId });
}
