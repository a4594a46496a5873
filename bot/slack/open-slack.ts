/** Joins Slack to the conversation: what comes in goes to the inbox, what somebody waits for is asked of the store. */
import { createChatHost } from '../conversation/chat-host.ts';
import { receive } from '../conversation/receive.ts';
import { searchChoices } from '../conversation/search-choices.ts';
import type { House } from '../house.ts';
import type { SlackConfig } from './config.ts';
import type { SlackHost } from './host.ts';
import { createSlack, type Slack } from './slack.ts';
import { toIncoming } from './to-incoming.ts';

/** @throws OperationError as createSlack says. */
export function openSlack(options: { config: SlackConfig; house: House }): Promise<Slack> {
  const { config, house } = options;
  return createSlack({ config, host: createHost(house), onFault: house.onError });
}

function createHost(house: House): SlackHost {
  const chat = createChatHost(house);
  const findActionCard = ({ tenant, userId }: { tenant: string; userId: string }, id: string) =>
    chat.findActionCard({ transport: 'slack', tenant, userId }, id);
  return {
    receive: (envelope) => receive(house, toIncoming(envelope)),
    findCard(asked) {
      if (asked.what === 'form') return findActionCard(asked, asked.actionId);
      return chat.findCopyCard({ ...asked, transport: 'slack' }, asked.ref);
    },
    async choices(asked) {
      const card = await findActionCard(asked, asked.actionId);
      const input = card?.inputs?.find(({ name }) => name === asked.input);
      return input?.input === 'choice' ? searchChoices(input.choices, asked.typed) : [];
    },
  };
}
