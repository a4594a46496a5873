/**
 * The Bot Connector's refusals and silences as codes.
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-bot-conversational-apis
 */
import { type ErrorCode, type ErrorEnd, OperationError } from '#core/errors.ts';
import type { GoneCode } from '#core/ports/destinations.ts';

export interface ConnectorRefusal {
  readonly status: number;
  /** The connector's word: `BotNotInConversationRoster`. */
  readonly word: string;
  readonly retryAfter: string | null;
  /** Whether it answers an edit. */
  readonly isEdit: boolean;
}

const statuses: Readonly<Record<number, readonly [ErrorCode, ErrorEnd]>> = {
  400: ['request_invalid', 'refused'],
  401: ['login_refused', 'refused'],
  403: ['not_found', 'refused'],
  404: ['not_found', 'refused'],
  413: ['request_invalid', 'refused'],
  // The connector gave up on Teams behind it, which may have done its work.
  408: ['no_answer', 'unknown'],
  412: ['no_answer', 'unknown'],
};

/** Words that mean this message alone; a deleted one is answered 403 `ServiceError`, or 404. */
const messageWords = new Set(['ServiceError', 'Unknown', 'BadArgument']);
const defaultPauseMs = 10_000;

export function toConnectorFault(refusal: ConnectorRefusal): OperationError {
  const { status, word, retryAfter } = refusal;
  const facts = { connection: 'Teams', words: word || String(status), status };
  const cause = new Error(`${status} ${word}`.trim());
  if (status === 429) {
    const retryAfterMs = readRetryAfter(retryAfter);
    const more = { ...facts, retryAfterMs };
    return new OperationError('platform_refused', 'not_started', more, { cause });
  }
  if (status >= 500) return new OperationError('no_answer', 'unknown', facts, { cause });
  const [code, end] = statuses[status] ?? (['platform_refused', 'refused'] as const);
  const gone = code === 'not_found' ? toGone(refusal) : {};
  return new OperationError(code, end, { ...facts, ...gone }, { cause });
}

/** Why a conversation takes nothing; any other word: it is gone. */
const gonePlaces: Readonly<Record<string, GoneCode>> = {
  BotNotInConversationRoster: 'not_a_member',
  MessageWritesBlocked: 'blocked',
  ConversationBlockedByUser: 'blocked',
  BotDisabledByAdmin: 'blocked',
};

function toGone(refusal: ConnectorRefusal) {
  if (isMessageGone(refusal)) return { gone: 'message' };
  return { gone: 'place', why: gonePlaces[refusal.word] ?? 'gone' };
}

function isMessageGone({ status, word, isEdit }: ConnectorRefusal): boolean {
  if (!isEdit) return false;
  return /^(?:Activity|Message)Not/.test(word) || (status === 403 && messageWords.has(word));
}

/** Nothing can have been sent over a connection that never was. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Of a call that had no answer at all. */
export function toSilence(error: unknown): OperationError {
  if (error instanceof OperationError) return error;
  const facts = { connection: 'Teams' };
  return isNeverConnected(error)
    ? new OperationError('not_reachable', 'not_started', facts, { cause: error })
    : new OperationError('no_answer', 'unknown', facts, { cause: error });
}

function isNeverConnected(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && neverConnected.has(String(at.code))) return true;
  }
  return false;
}

function readRetryAfter(header: string | null): number {
  if (header === null) return defaultPauseMs;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : defaultPauseMs;
}

/** How long Teams wants to be left alone; undefined for any other fault. */
export function readRetryAfterMs({ facts, end }: OperationError): number | undefined {
  const isLimit = end === 'not_started' && typeof facts.retryAfterMs === 'number';
  return isLimit ? Number(facts.retryAfterMs) : undefined;
}

/** Whether only the message is gone, and the conversation is there. */
export function isGoneMessage(error: unknown): boolean {
  return error instanceof OperationError && error.facts.gone === 'message';
}

/** It may have been done. */
export function isUnknown(error: unknown): boolean {
  return !(error instanceof OperationError) || error.end === 'unknown';
}

export function toDeleted(place: string): OperationError {
  const facts = { connection: 'Teams', words: 'deleted by a person', gone: 'message', place };
  return new OperationError('not_found', 'refused', facts);
}
