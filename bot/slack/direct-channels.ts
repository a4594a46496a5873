/** A person's own channel with Drover; Slack makes it when it is asked for the first time. */
import { OpenedAnswer } from './schema.ts';
import type { SlackApi } from './slack-api.ts';

const keptPeople = 5_000;

export function createDirectChannels(api: SlackApi): (userId: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (userId) => {
    const remembered = known.get(userId);
    if (remembered !== undefined) return remembered;
    const { channel } = await api.call('conversations.open', { users: userId }, OpenedAnswer);
    if (known.size >= keptPeople) known.clear();
    known.set(userId, channel.id);
    return channel.id;
  };
}
