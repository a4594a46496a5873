import type { Incoming } from '../conversation/conversation-port.ts';
import type { SlackEnvelope } from './envelope.ts';

/** What was received, once it is known whose account stands behind workspace and person. */
export function toIncoming(envelope: SlackEnvelope, personId: string): Incoming {
  const { transport, dedupeKey, place, sentAt, body } = envelope;
  const head = { transport, dedupeKey, personId, place, sentAt };
  if (body.kind === 'text') return { ...head, body };
  // A form is its action with the inputs filled in.
  return { ...head, body: { kind: 'action', actionId: body.actionId, inputs: body.inputs } };
}
