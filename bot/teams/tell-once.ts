/**
 * A line into the conversation, for what is refused at the door: at most one for each message.
 *
 * Teams has no reply that only one person sees, so it goes under the message. It is an answer that may be lost, never a
 * record, and nobody waits for it.
 */
import type { Turns } from '../delivery/turns.ts';
import type { ConnectorApi } from './connector-api.ts';
import { toConversation } from './envelope.ts';
import { SentAnswer, type TeamsActivity } from './schema.ts';

export type TellOnce = (activity: TeamsActivity, text: string) => void;

const keptMessages = 5_000;

export interface TellOnceOptions {
  readonly api: ConnectorApi;
  /** Whoever writes to Drover without a right to must not use up what is kept for others. */
  readonly turns: Turns;
  readonly onFault: (error: unknown) => void;
}

export function createTellOnce({ api, turns, onFault }: TellOnceOptions): TellOnce {
  const told = new Set<string>();
  return (activity, text) => {
    const { conversation, id = '', serviceUrl, recipient } = activity;
    const key = JSON.stringify([conversation.id, id]);
    if (told.has(key)) return;
    if (told.size >= keptMessages) told.clear();
    told.add(key);
    const path = ['conversations', conversation.id, 'activities'];
    const from = { id: recipient.id };
    const body = { type: 'message', text, textFormat: 'plain', from, replyToId: id };
    const channel = toConversation(conversation.id);
    turns
      .wait({ key: `tell ${key}`, kind: 'post', lane: 'progress', channel })
      .then(() => api.call({ method: 'POST', serviceUrl, path, body }, SentAnswer))
      .catch(onFault);
  };
}
