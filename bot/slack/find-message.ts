/**
 * Finds the message that an earlier try may have left, by the mark in its metadata.
 *
 * Slack shows a new message in its history a moment later, so nothing found means something only after a second look.
 */
import { OperationError } from '#core/errors.ts';
import type { Place } from './envelope.ts';
import { CopyMark, type HistoryAnswer, HistoryAnswer as HistorySchema } from './schema.ts';
import type { SlackApi } from './slack-api.ts';

export const copyEvent = 'drover_card';

export interface FoundMessage {
  readonly ts: string;
  readonly version: number;
}

export interface Looking {
  readonly place: Place;
  readonly copyId: string;
  /** No message of this copy is older. */
  readonly since: Date;
}

const pageSize = 200;
const pagesAtMost = 20;

export function toMark(copyId: string, version: number) {
  return { event_type: copyEvent, event_payload: { copy_id: copyId, version } };
}

/** @throws OperationError `no_answer` (unknown) when there is more history than can be looked through. */
export async function findMessage(
  api: SlackApi,
  { place, copyId, since }: Looking,
): Promise<FoundMessage | undefined> {
  const method = place.thread === undefined ? 'conversations.history' : 'conversations.replies';
  const where = { channel: place.channel, ...(place.thread ? { ts: place.thread } : {}) };
  let cursor: string | undefined;
  for (let page = 0; page < pagesAtMost; page += 1) {
    const args = {
      ...where,
      oldest: String(since.getTime() / 1000),
      limit: pageSize,
      include_all_metadata: true,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const history = await api.call(method, args, HistorySchema);
    const found = findIn(history, copyId);
    if (found) return found;
    cursor = history.response_metadata?.next_cursor || undefined;
    if (cursor === undefined) return undefined;
  }
  throw new OperationError('no_answer', 'unknown', { connection: 'Slack', words: method });
}

function findIn({ messages }: HistoryAnswer, copyId: string): FoundMessage | undefined {
  for (const { ts, metadata } of messages) {
    if (metadata?.event_type !== copyEvent) continue;
    const mark = CopyMark.safeParse(metadata.event_payload);
    if (mark.success && mark.data.copy_id === copyId) return { ts, version: mark.data.version };
  }
  return undefined;
}
