/** What a sender's fault means for the message, its place and its reader. */
import type { OperationError } from '#core/errors.ts';
import { GONE_CODES, type GoneCode } from '#core/ports/destinations.ts';

export type Failure =
  /** The place took nothing, whatever it would have been. */
  | { readonly what: 'place'; readonly code: GoneCode }
  /** Nothing is tried there any more, and nothing was. */
  | { readonly what: 'dead' }
  /** Somebody deleted the message, and the one that took its place. */
  | { readonly what: 'message' }
  /** The chat user is not, or is no more, linked to whom it was for. */
  | { readonly what: 'not_theirs' }
  /** Whom it was for is no more in the directory, so nothing can be drawn for them. */
  | { readonly what: 'no_account' }
  /** The chat takes no such card. */
  | { readonly what: 'card' }
  /** It may stand there twice already, and is not posted again: only who looks at it can tell. */
  | { readonly what: 'unseen' }
  /** Nothing is known of it, or it is the fault of all: it is tried again. */
  | { readonly what: 'nothing_yet' };

export function readFailure({ end, code, facts }: OperationError): Failure {
  if (facts.unseen === true) return { what: 'unseen' };
  // A token that is refused says nothing of this message.
  if (end !== 'refused' || code === 'login_refused') return { what: 'nothing_yet' };
  if (facts.gone === 'message') return { what: 'message' };
  if (facts.gone !== 'place') return { what: 'card' };
  return { what: 'place', code: GONE_CODES.find((known) => known === facts.why) ?? 'gone' };
}
