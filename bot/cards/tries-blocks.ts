/** What a job's card says of earlier tries, and the button that lets it go on. */
import { findEndRefusal } from '#core/jobs/choose-retried.ts';
import type { Step } from '#core/jobs/job.ts';
import type { TriedStep } from '#core/jobs/job-try.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import { plural, toTime } from '../words/units.ts';
import type { Block } from './card.ts';
import type { DraftAction } from './draft.ts';
import type { JobFacts } from './job-card.ts';
import { nameObjects, toDeed } from './job-step-line.ts';
import { runButton } from './refusal-card.ts';

type TriesFacts = Pick<JobFacts, 'job' | 'steps' | 'tries' | 'now' | 'timeZone'>;

/** So many are named; the rest is counted. */
const NAMED_AT_MOST = 4;

/** `Retried by Eva Lang at 07:12, from step 2: "memory was added".` */
export function retriedBlocks({ tries, now, timeZone }: TriesFacts): Block[] {
  const last = tries.at(-1);
  if (!last) return [];
  const when = toTime(last.retriedAt, now, timeZone);
  const why = last.reason === null ? '' : `: ${last.reason}`;
  const text = `Retried by ${last.retriedBy} ${when}, from step ${last.fromStep}${why}`;
  return [{ block: 'text', text }];
}

/** Under Details: how each earlier try ended, and by what. */
export function triesBlocks({ tries, now, timeZone }: TriesFacts): Block[] {
  return tries.map(({ number, state, endedAt, steps }): Block => {
    const ended = `Try ${number}: ${state} ${toTime(endedAt, now, timeZone)}`;
    return { block: 'text', text: [ended, ...nameFew(steps.map(toTriedWords))].join(' · ') };
  });
}

function toTriedWords(step: TriedStep): string {
  const deed = toDeed(step);
  return step.code ? `${deed}: ${ERROR_WORDS[step.code](nameObjects(step))}` : deed;
}

export function nameFew(words: readonly string[]): string[] {
  const rest = words.length - NAMED_AT_MOST;
  if (rest <= 0) return [...words];
  return [...words.slice(0, NAMED_AT_MOST), `and ${plural(rest, 'more step')}`];
}

export function retryActions({
  job,
  steps,
  may,
}: Pick<JobFacts, 'job' | 'steps' | 'may'>): DraftAction[] {
  if (!may.retry || findEndRefusal(job) !== undefined) return [];
  const line = `job retry J-${job.number}`;
  const again = nameFew(steps.filter(isLost).map(toDeed)).join('; ');
  const confirm = `Retry J-${job.number}? The plan is checked anew first. Done again: ${again || 'what was left'}. What is done stays done.`;
  return [{ ...runButton(line, 'Retry…'), confirm }];
}

function isLost({ state }: Step): boolean {
  return state === 'failed' || state === 'cancelled';
}
