/** Joins Slack to the conversation: what comes in goes to the inbox, what somebody waits for is asked of the store. */
import { createChatHost } from '../conversation/chat-host.ts';
import { comeBack } from '../conversation/come-back.ts';
import { receive } from '../conversation/receive.ts';
import type { NoteRefused } from '../conversation/refusal.ts';
import { createPostNotes } from '../delivery/post-notes.ts';
import type { House } from '../house.ts';
import type { Pictures } from '../pictures/pictures.ts';
import type { SlackConfig } from './config.ts';
import { createFileMemory } from './file-memory.ts';
import type { SlackHost } from './host.ts';
import { createSlack, type Slack } from './slack.ts';
import { toIncoming } from './to-incoming.ts';

export interface OpenSlackOptions {
  readonly config: SlackConfig;
  readonly house: House;
  readonly noteRefused: NoteRefused;
  readonly pictures: Pictures;
}

/** @throws OperationError as createSlack says. */
export function openSlack({
  config,
  house,
  noteRefused,
  pictures: drawing,
}: OpenSlackOptions): Promise<Slack> {
  const host = createHost(house, noteRefused);
  const notes = createPostNotes(house.store, 'slack');
  const pictures = { pictures: drawing, memory: createFileMemory(house.store, config.teamId) };
  return createSlack({ config, host, notes, pictures, onFault: house.onError });
}

function createHost(house: House, noteRefused: NoteRefused): SlackHost {
  const chat = createChatHost(house);
  const findActionCard = ({ tenant, userId }: { tenant: string; userId: string }, id: string) =>
    chat.findActionCard({ transport: 'slack', tenant, userId }, id);
  return {
    noteRefused,
    noteHere: (place) => house.store.transact((tx) => comeBack(tx, { transport: 'slack', place })),
    receive: (envelope) => receive(house, toIncoming(envelope)),
    findCard(asked) {
      if (asked.what === 'form') return findActionCard(asked, asked.actionId);
      return chat.findCopyCard({ ...asked, transport: 'slack' }, asked.ref);
    },
    checkForm: ({ tenant, userId, actionId, inputs }) =>
      chat.checkForm({ transport: 'slack', tenant, userId }, actionId, inputs),
    choices: (asked) => chat.findChoices({ ...asked, transport: 'slack' }, asked),
  };
}
