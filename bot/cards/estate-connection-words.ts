/** How a connection stands, in words: since when it fails and why, what a hold means, how old the data is (H10). */
import type { ErrorCode, Facts } from '#core/errors.ts';
import { isHeldForDatabase } from '#core/inventory/connection-hold.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { ConnectionState } from '#core/ports/connection-states.ts';
import { quoteWord } from '../grammar/quote.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import { DATABASE_HOLD_WORDS, HOLD_WORDS } from '../words/en/view-words.ts';
import { toDuration, toTime } from '../words/units.ts';

export interface ConnectionFacts {
  readonly id: string;
  readonly isConfigured: boolean;
  /** Absent until it was tried for the first time. */
  readonly state: ConnectionState | undefined;
}

/** Whether what is shown of it holds now; else it is as last seen, and unknown. */
export function isKnownNow({ isConfigured, state }: ConnectionFacts): boolean {
  return isConfigured && Boolean(state?.syncedAt) && !state?.failingSince && !state?.holdCode;
}

/** One word for a table. */
export function toStateWord({ isConfigured, state }: ConnectionFacts): string {
  if (!isConfigured) return 'not configured';
  if (state?.holdCode) return 'on hold';
  if (state?.failingSince) return 'does not answer';
  return state?.syncedAt ? 'answers' : 'not read yet';
}

/** Why what is shown of it may no longer be so; `undefined` where all is well. */
export function toTroubleWords(
  facts: ConnectionFacts,
  now: Date,
  timeZone: string,
): string | undefined {
  if (isKnownNow(facts)) return undefined;
  const { id, isConfigured, state } = facts;
  const time = (at: Date) => toTime(at, now, timeZone);
  const asSeen = toLastSeenWords(facts, time);
  if (!isConfigured) return `${id} is not configured any more. ${asSeen}`;
  if (state?.holdCode) {
    const since = state.holdSince ? ` since ${time(state.holdSince)}` : '';
    const accept = `connection accept ${quoteWord(id)}`;
    const why = isHeldForDatabase(state) ? DATABASE_HOLD_WORDS : HOLD_WORDS[state.holdCode];
    return `${id} is on hold${since}: ${why}. ${asSeen} Nothing is changed until an administrator accepts it: ${accept}`;
  }
  if (!state?.failingSince) return `${id} has not been read yet; what is there is not known.`;
  return `${toErrorWords(id, state)} Since ${time(state.failingSince)}. ${asSeen}`;
}

export function toErrorWords(id: string, { errorCode, errorFacts }: ConnectionState): string {
  const facts = { connection: id, ...(errorFacts as Facts | null) };
  const words = ERROR_WORDS[errorCode as ErrorCode] as ((facts: Facts) => string) | undefined;
  return words ? words(facts) : `${id} does not answer (${errorCode ?? 'no reason known'}).`;
}

function toLastSeenWords({ state }: ConnectionFacts, time: (at: Date) => string): string {
  if (!state?.syncedAt) return 'It was never read whole; what is there is not known.';
  return state.answeredAt
    ? `What is shown of it is as last seen ${time(state.answeredAt)}.`
    : 'What is shown of it is as last seen.';
}

/** When what is shown of an object was so: its connection passes on every change while it answers. */
export function toSeenAt(object: EstateObject, { state }: ConnectionFacts): Date {
  return new Date(Math.max(object.seenAt.getTime(), state?.answeredAt?.getTime() ?? 0));
}

/** `12 s ago`, `as last seen 13:19 CET, 42 min ago`. */
export function toAgeWords(
  object: EstateObject,
  facts: ConnectionFacts,
  { now, timeZone }: { now: Date; timeZone: string },
): string {
  const at = toSeenAt(object, facts);
  const ago = `${toDuration(Math.max(0, now.getTime() - at.getTime()))} ago`;
  return isKnownNow(facts) ? ago : `as last seen ${toTime(at, now, timeZone)}, ${ago}`;
}
