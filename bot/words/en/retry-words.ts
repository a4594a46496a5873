/** Why an ended job is not retried, and the way on. */
import type { RetryRefusalCode } from '#approvals/look-at-retry.ts';
import { toTime } from '../units.ts';
import { fillWords } from './rights-words.ts';

/** `{anew}`: the command that asks for the same anew. */
export const RETRY_WORDS: Readonly<Record<RetryRefusalCode, string>> = {
  still_running: 'It goes on still. Answer what it asks, or stop it first: job cancel {job}',
  not_for_retry:
    'It has ended as {state}: only what failed, is incomplete or was cancelled goes on. Ask anew: {anew}',
  never_began: 'It was ended before its first step, so nothing can go on. Ask anew: {anew}',
  made_by_older_version:
    'It was made by an older version of Drover, which this one cannot go on with. Ask anew: {anew}',
  older_step_was_sent:
    'A step of it was begun by an older version of Drover, and whether that reached its platform cannot be looked up any more. Look there, then ask anew: {anew}',
  approval_too_old:
    'It was agreed to {at}, more than {hours} hours ago (jobs.retryWithinHours). Ask anew: {anew}',
  goes_on_already: 'It already goes on since {since}: {person} retried it.',
  retried_meanwhile:
    '{person} retried it meanwhile, and that try has ended too. Look at it first: job show {job}',
  requester_not_active:
    'The account of {person}, who asked for it, is {state}. Somebody else can ask anew: {anew}',
  requester_without_right:
    '{person}, who asked for it, no longer has the right {right}. Somebody who has it can ask anew: {anew}',
  role_grants_nothing:
    '{person}, who asked for it, has the right {right} by the role {role}, which grants nothing now: the group {written} was {pinnedId} when its name was first read, and the name is {now} now.',
  retrier_without_right:
    '{person} may retry jobs and has not the right {right} on what this one is about. Somebody who has both can retry it.',
  vote_void:
    'The vote of {person} no longer counts ({reason}), so nobody has agreed to it now. Ask anew: {anew}',
  effect_gone:
    'What it had made is there no more, and it was agreed to make it once. Ask anew: {anew}',
  another_job_changes_it:
    '{other} changes the same VM or host now. Retry it when that has ended: job show {other}',
  not_worth_moving:
    'What is left of it is not worth moving any more, so nothing needs to be done. What would be worth it now: {anew}',
  nothing_left: 'Nothing of it is left to do. Look how things stand, or ask anew: {anew}',
};

/** Something of what it was agreed to change is no more; `anew`: the line for the rest, where there is one. */
export function toGoneWords(names: readonly string[], anew: string | undefined): string {
  const [are, their] = names.length === 1 ? ['is', 'its'] : ['are', 'their'];
  const gone = `${names.join(', ')} ${are} no more, says ${their} platform, and the rest of it was still to be done with that.`;
  return anew === undefined
    ? `${gone} Nothing else of it is left, so nothing needs to be done.`
    : `${gone} Ask anew for the others: ${anew}`;
}

export interface RetryPlace {
  readonly job: string;
  readonly anew: string;
  readonly now: Date;
  readonly timeZone: string;
}

export function toRetryWords(
  code: RetryRefusalCode,
  { job: other, ...facts }: Readonly<Record<string, string>>,
  { job, anew, now, timeZone }: RetryPlace,
): string {
  const show = (instant: string | undefined) =>
    instant === undefined ? '' : toTime(new Date(instant), now, timeZone);
  const words = RETRY_WORDS[code].replaceAll('{anew}', () => anew).replaceAll('{job}', job);
  return fillWords(words, {
    ...facts,
    other,
    at: show(facts.at),
    since: show(facts.since),
  });
}
