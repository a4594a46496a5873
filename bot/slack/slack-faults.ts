/** Slack's refusals and silences as codes. */
import { webApi } from '@slack/bolt';
import { type ErrorCode, type ErrorEnd, OperationError } from '#core/errors.ts';
import type { GoneCode } from '#core/ports/destinations.ts';

/** Slack's words for: nothing can be said there any more. */
const gonePlaces: Readonly<Record<string, GoneCode>> = {
  channel_not_found: 'gone',
  is_archived: 'archived',
  not_in_channel: 'not_a_member',
  user_not_found: 'gone',
  user_not_in_channel: 'gone',
  user_disabled: 'gone',
  restricted_action: 'blocked',
  messages_tab_disabled: 'blocked',
  cannot_dm_bot: 'blocked',
};
const goneMessages = ['message_not_found', 'thread_not_found'];
const faults: Readonly<Record<string, readonly [ErrorCode, ErrorEnd]>> = {
  ...Object.fromEntries(
    [...Object.keys(gonePlaces), ...goneMessages].map((word) => [
      word,
      ['not_found', 'refused'] as const,
    ]),
  ),
  invalid_auth: ['login_refused', 'refused'],
  // Of a bot's token: its user or its workspace was removed.
  account_inactive: ['login_refused', 'refused'],
  not_authed: ['login_refused', 'refused'],
  token_revoked: ['login_refused', 'refused'],
  token_expired: ['login_refused', 'refused'],
  missing_scope: ['not_permitted_on_platform', 'refused'],
  invalid_blocks: ['request_invalid', 'refused'],
  msg_blocks_too_long: ['request_invalid', 'refused'],
  msg_too_long: ['request_invalid', 'refused'],
  no_text: ['request_invalid', 'refused'],
  // Slack says of these itself that part of the work may be done.
  fatal_error: ['no_answer', 'unknown'],
  internal_error: ['no_answer', 'unknown'],
  service_unavailable: ['no_answer', 'unknown'],
  request_timeout: ['no_answer', 'unknown'],
};

/** Slack takes no such blocks; where they show files, these may be what it does not take, or not yet. */
export function isBlocksRefused({ facts, end }: OperationError): boolean {
  return end === 'refused' && facts.words === 'invalid_blocks';
}

/** Slack looks at a file for a moment before a message may show it, and says so in words alone. */
export function isFileRefused(fault: OperationError): boolean {
  if (!isBlocksRefused(fault) || !(fault.cause instanceof webApi.WebAPIPlatformError)) return false;
  return /slack[_ ]file/.test(JSON.stringify(fault.cause.data));
}

/** Nothing can have been sent over a connection that never was. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export function toSlackFault(error: unknown): OperationError {
  if (error instanceof OperationError) return error;
  const connection = 'Slack';
  const retryAfterMs = toRetryAfterMs(error);
  if (retryAfterMs !== undefined) {
    const facts = { connection, words: 'ratelimited', retryAfterMs };
    return new OperationError('platform_refused', 'not_started', facts, { cause: error });
  }
  if (error instanceof webApi.WebAPIPlatformError) {
    const words = error.data.error;
    const [code, end] = faults[words] ?? (['platform_refused', 'refused'] as const);
    const why = gonePlaces[words];
    const gone = why === undefined ? {} : { gone: 'place', why };
    return new OperationError(code, end, { connection, words, ...gone }, { cause: error });
  }
  if (error instanceof webApi.WebAPIRequestError && hasCode(error, neverConnected)) {
    return new OperationError('not_reachable', 'not_started', { connection }, { cause: error });
  }
  return new OperationError('no_answer', 'unknown', { connection }, { cause: error });
}

function hasCode(error: unknown, codes: ReadonlySet<string>): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && codes.has(String(at.code))) return true;
  }
  return false;
}

/** Where Slack gives no time. */
const retryWithoutTimeMs = 30_000;

function toRetryAfterMs(error: unknown): number | undefined {
  if (error instanceof webApi.WebAPIRateLimitedError) return error.retryAfter * 1000;
  const isLimit = error instanceof webApi.WebAPIPlatformError && error.data.error === 'ratelimited';
  return isLimit ? retryWithoutTimeMs : undefined;
}

/** How long Slack wants to be left alone; undefined for any other fault. */
export function readRetryAfterMs({ facts, end }: OperationError): number | undefined {
  const isLimit = end === 'not_started' && typeof facts.retryAfterMs === 'number';
  return isLimit ? Number(facts.retryAfterMs) : undefined;
}
