/**
 * A running job that begins nothing more, because whoever it goes by may no longer ask for it, or nobody can say (H26).
 *
 * What is under way ends by itself and is read back. A loss is asked about: an operator says whether the job goes on, by
 * that operator's own right, or ends here; unanswered it ends. A directory that does not answer is no loss: the job
 * waits for it, and the same is asked once that has lasted; an answer of the directory ends the question (H18).
 */
import type { ErrorCode, Facts } from '../errors.ts';
import type { PersonRef } from '../ports/directory.ts';
import type { Reads, Tx } from '../ports/store.ts';
import { type Gate, type GateAnswer, HOLD_ANSWERS, type Job } from './job.ts';

export const LOST_CODES = [
  /** Gone, disabled, locked or expired. */
  'requester_lost_account',
  'requester_lost_right',
  /** The role that gives the right grants nothing now (H28). */
  'requester_lost_role',
] as const;
export type LostCode = (typeof LOST_CODES)[number];

export const RIGHTS_UNKNOWN = 'rights_unknown';

/** So long a job waits for who cannot say, in milliseconds; then operators are asked. */
export const ASK_AFTER_MS = 15 * 60_000;
/** How long operators are asked, in milliseconds; then the job ends here. */
export const HOLD_WITHIN_MS = 2 * 3_600_000;

type Holdable = Pick<Job, 'state' | 'code' | 'cancelAskedAt'>;

export function isHeld(job: Holdable | undefined): boolean {
  return isLost(job) || (isRunning(job) && job?.code === RIGHTS_UNKNOWN);
}

/** Held until somebody has answered, whatever the directory says next. */
export function isLost(job: Holdable | undefined): boolean {
  return isRunning(job) && LOST_CODES.some((code) => code === job?.code);
}

function isRunning(job: Holdable | undefined): boolean {
  return job?.state === 'running' && job.cancelAskedAt === null;
}

/** It has waited for so long that operators are to be asked. */
export function isHeldLong({ facts }: Pick<Job, 'facts'>, now: Date): boolean {
  return now.getTime() - Date.parse(String(facts?.heldSince)) >= ASK_AFTER_MS;
}

/** By whose right it goes: who asked for it, or the operator who said that it goes on. */
export function goesBy({ requesterId, requesterName, facts }: Job): PersonRef {
  const { takenOverById, takenOverBy } = facts ?? {};
  if (typeof takenOverById !== 'string') return { id: requesterId, name: requesterName };
  return { id: takenOverById, name: String(takenOverBy) };
}

/** What stays true of it whether it is held or not. */
export function keepFacts({ facts }: Job): Facts {
  const { differs, takenOverById, takenOverBy } = facts ?? {};
  return {
    ...(differs !== undefined && { differs }),
    ...(takenOverById !== undefined && { takenOverById, takenOverBy }),
  };
}

/** The question, part of the transaction that holds the job; one that is open ends with it: another thing is asked now. */
export async function askAboutHold(tx: Tx, { id: jobId }: Job, code: ErrorCode): Promise<void> {
  await closeQuestions(tx, jobId, { answer: 'end_here', personId: null });
  const earlier = await listOwnGates(tx, jobId);
  const until = new Date(tx.now.getTime() + HOLD_WITHIN_MS);
  const gate = { jobId, stepId: jobId, code, choices: HOLD_ANSWERS, until };
  await tx.jobs.insertGate({ ...gate, id: `${jobId}#${earlier.length + 1}` });
}

/** It ends, or is cancelled: nothing is asked any more, and nothing is said to have waited. */
export async function closeHold(tx: Tx, job: Job, personId: string | null): Promise<void> {
  await closeQuestions(tx, job.id, { answer: 'end_here', personId });
  await tx.jobs.change(job.id, { code: null, facts: keepFacts(job) });
}

export async function closeQuestions(
  tx: Tx,
  jobId: string,
  { answer, personId }: { readonly answer: GateAnswer; readonly personId: string | null },
): Promise<void> {
  const open = await findQuestion(tx, jobId);
  if (open) await tx.jobs.answerGate(open.id, answer, personId);
}

/** What is asked of the whole job now. */
export async function findQuestion(
  tx: Pick<Reads, 'jobs'>,
  jobId: string,
): Promise<Gate | undefined> {
  return (await listOwnGates(tx, jobId)).find(({ answer }) => answer === null);
}

async function listOwnGates({ jobs }: Pick<Reads, 'jobs'>, jobId: string) {
  return (await jobs.listGates({ jobId })).filter(({ stepId }) => stepId === jobId);
}
