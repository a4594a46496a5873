/** A job that begins nothing more: why, what ends it, and whose word it goes by (H26). */
import type { ErrorCode, Facts } from '#core/errors.ts';
import { goesBy, isHeld, isLost } from '#core/jobs/hold.ts';
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
export function toHeldState({ job }: Pick<HeldFacts, 'job'>): string | undefined {
  if (isLost(job)) return 'needs an operator';
  if (!isHeld(job)) return undefined;
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

function toHeldWords({ job, gates, now, timeZone }: HeldFacts): string | undefined {
  if (!isHeld(job)) return undefined;
  const { heldSince, cause } = job.facts ?? {};
  const since = toTime(new Date(String(heldSince)), now, timeZone);
  if (isLost(job)) {
    const gate = gates.find((one) => isOfJob(one) && one.answer === null);
    const until = gate?.until ? ` until ${toDeadline(gate.until, now, timeZone)}` : '';
    return `${toLossWords(job)} So it begins nothing more, since ${since}; what is under way ends by itself. An operator says whether it goes on,${until}; else it ends here.`;
  }
  const why =
    cause === 'object_unreadable'
      ? 'where this lies in the estate cannot be read'
      : 'the directory does not say';
  return `Whether ${goesBy(job).name} may still ask for it is not known: ${why}. So it begins nothing more, since ${since}; what is under way ends by itself. It goes on when that is known.`;
}

function toLossWords({ code, facts }: Job): string {
  return ERROR_WORDS[code as ErrorCode](facts as Facts);
}
