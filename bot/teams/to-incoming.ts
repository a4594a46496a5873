import { toChatId } from '#core/ports/account-links.ts';
import type { Incoming } from '../conversation/conversation-port.ts';
import type { TeamsEnvelope } from './envelope.ts';

/** What was received. Whose account stands behind the chat user is looked up when it is handled. */
export function toIncoming(envelope: TeamsEnvelope): Incoming {
  const { transport, dedupeKey, place, sentAt, isPrivate, body } = envelope;
  const head = { transport, dedupeKey, personId: toChatId(envelope), place, sentAt, isPrivate };
  if (body.kind === 'text') return { ...head, body };
  // A form is its action with the inputs filled in.
  return { ...head, body: { kind: 'action', actionId: body.actionId, inputs: body.inputs } };
}
