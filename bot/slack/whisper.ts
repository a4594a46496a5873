/**
 * A card that one person sees in a channel where others read too: how to link an account, why a click was refused.
 *
 * Slack keeps no such message and shows it only to who is there now, so it is an answer that may be lost, never a record.
 */
import type { Card } from '../cards/card.ts';
import { toSlackMessage } from '../renderers/block-kit-message.ts';
import { readPlace } from './envelope.ts';
import { Done } from './schema.ts';
import type { SlackApi } from './slack-api.ts';

export interface WhisperTo {
  readonly userId: string;
  readonly place: string;
}

/** @throws OperationError `not_found` (refused) where that person is not in the channel, or the channel is gone. */
export type Whisper = (to: WhisperTo, card: Card) => Promise<void>;

export function createWhisper(
  api: SlackApi,
  findDirectChannel: (userId: string) => Promise<string>,
): Whisper {
  return async ({ userId, place }, card) => {
    const { channel, thread } = readPlace(place);
    const isPerson = /^[UW]/.test(channel);
    const where = isPerson ? await findDirectChannel(channel) : channel;
    const inThread = thread === undefined ? {} : { thread_ts: thread };
    const message = { ...toSlackMessage(card), channel: where, user: userId, ...inThread };
    await api.call('chat.postEphemeral', { ...message, mrkdwn: false }, Done);
  };
}
