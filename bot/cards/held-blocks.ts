/** A job that begins nothing more: why, what ends it, and whose word it goes by (H26). */
import type { ErrorCode, Facts } from '#core/errors.ts';
import { ASK_AFTER_MS, goesBy, isHeld, isLost } from '#core/jobs/hold.ts';
import type { Gate, Job } from '#core/jobs/job.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import { toDeadline, toTime } from '../words/units.ts';
import type { Block } from './card.ts';

export interface HeldFacts {
  readonly job: Job;
  readonly gates: readonly Gate[];
  readonly now: Date;
  readonly timeZone: string;
}

/** In the line of its state; undefined where it goes its way. */
export function toHeldState({ job, gates }: Pick<HeldFacts, 'job' | 'gates'>): string | undefined {
  if (!isHeld(job)) return undefined;
  if (isLost(job) || findQuestion(gates)) return 'needs an operator';
  return job.facts?.cause === 'object_unreadable'
    ? 'waits for the estate'
    : 'waits for the directory';
}

/** Whether that question is about the whole job. */
export function isOfJob({ stepId, jobId }: Pick<Gate, 'stepId' | 'jobId'>): boolean {
  return stepId === jobId;
}

export function heldBlocks(facts: HeldFacts): Block[] {
  const { job } = facts;
  const text = toHeldWords(facts);
  if (text) return [{ block: 'text', weight: 'strong', text }];
  const by = goesBy(job);
  if (by.id === job.requesterId) return [];
  return [
    { block: 'text', weight: 'quiet', text: `Goes on by the word and the right of ${by.name}.` },
  ];
}

function toHeldWords(facts: HeldFacts): string | undefined {
  const { job, now, timeZone } = facts;
  if (!isHeld(job)) return undefined;
  const since = toTime(toHeldSince(job), now, timeZone);
  const why = isLost(job) ? toLossWords(job) : toUnknownWords(job);
  return `${why} So it begins nothing more, since ${since}; what is under way ends by itself. ${toWayOut(facts)}`;
}

/** What ends it, and when. */
function toWayOut({ job, gates, now, timeZone }: HeldFacts): string {
  const question = findQuestion(gates);
  const until = question?.until ? ` until ${toDeadline(question.until, now, timeZone)}` : '';
  const asked = `n operator says whether it goes on,${until}; else it ends here.`;
  if (isLost(job)) return `A${asked}`;
  if (question) return `It goes on when that is known, or a${asked}`;
  const askedAt = new Date(toHeldSince(job).getTime() + ASK_AFTER_MS);
  return `It goes on when that is known; if it is not by ${toDeadline(askedAt, now, timeZone)}, an operator is asked.`;
}

function toHeldSince({ facts }: Job): Date {
  return new Date(String(facts?.heldSince));
}

function findQuestion(gates: readonly Gate[]): Gate | undefined {
  return gates.find((one) => isOfJob(one) && one.answer === null);
}

function toUnknownWords(job: Job): string {
  const why =
    job.facts?.cause === 'object_unreadable'
      ? 'where this lies in the estate cannot be read'
      : 'the directory does not say';
  return `Whether ${goesBy(job).name} may still ask for it is not known: ${why}.`;
}

function toLossWords({ code, facts }: Job): string {
  return ERROR_WORDS[code as ErrorCode](facts as Facts);
}
