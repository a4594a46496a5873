/** Joins Teams to the conversation: what comes in goes to the inbox, what somebody waits for is asked of the store. */
import type { Json } from '#core/plan/plan.ts';
import { createChatHost } from '../conversation/chat-host.ts';
import { isDirect } from '../conversation/destinations.ts';
import { receive } from '../conversation/receive.ts';
import type { NoteRefused } from '../conversation/refusal.ts';
import type { House } from '../house.ts';
import type { TeamsConfig } from './config.ts';
import type { SeenMessage, TeamsHost, TeamsReference } from './host.ts';
import { createTeams, type Teams } from './teams.ts';
import { toIncoming } from './to-incoming.ts';

export interface OpenTeamsOptions {
  readonly config: TeamsConfig;
  readonly house: House;
  readonly noteRefused: NoteRefused;
}

/** @throws ZodError as createTeams says. */
export function openTeams({ config, house, noteRefused }: OpenTeamsOptions): Promise<Teams> {
  const host = createHost(house, noteRefused);
  return createTeams({ config, host, onFault: house.onError });
}

function createHost(house: House, noteRefused: NoteRefused): TeamsHost {
  const { store } = house;
  const chat = createChatHost(house);
  const findActionCard = ({ tenant, userId }: { tenant: string; userId: string }, id: string) =>
    chat.findActionCard({ transport: 'teams', tenant, userId }, id);
  return {
    noteRefused,
    receive: (envelope) => receive(house, toIncoming(envelope)),
    findCard(asked) {
      if (asked.what === 'form') return findActionCard(asked, asked.actionId);
      return chat.findCopyCard({ ...asked, transport: 'teams' }, asked.ref);
    },
    choices: (asked) => chat.findChoices({ ...asked, transport: 'teams' }, asked),
    saveReference: (reference) => saveReference(house, reference),
    async findReference(place) {
      const found = await store.read((reads) => reads.chatPlaces.find('teams', place));
      return found?.reference as TeamsReference | undefined;
    },
    dropReferences: (gone) =>
      store.transact((tx) =>
        tx.chatPlaces.remove(
          'teams',
          'teamId' in gone ? { teamId: gone.teamId } : { place: gone.conversation },
        ),
      ),
    adopt: (seen) => adopt(house, seen),
  };
}

/** Most messages come from where the last one came from: only what is new is written. */
async function saveReference({ store }: House, reference: TeamsReference): Promise<void> {
  const { place, userId, teamId } = reference;
  const known = await store.read((reads) => reads.chatPlaces.find('teams', place));
  if (JSON.stringify(known?.reference) === JSON.stringify(reference)) return;
  const row = {
    transport: 'teams',
    place,
    userId,
    teamId,
    reference: reference as unknown as Json,
  };
  await store.transact((tx) => tx.chatPlaces.put(row));
}

/** A second message of a copy is edited with the first from now on, and now. */
async function adopt({ store }: House, { place, messageId, by }: SeenMessage): Promise<void> {
  const found = await store.read(async ({ cards }) => {
    if ('ref' in by) return (await cards.findCopy(by.ref))?.copy;
    const action = await cards.findAction(by.actionId);
    const copies = action ? await cards.listCopies(action.cardId) : [];
    return copies.find(
      (copy) =>
        copy.transport === 'teams' &&
        (copy.place === place || (copy.personId === action?.personId && isDirect(copy.place))),
    );
  });
  const known = found?.messageRef?.split(' ') ?? [];
  // Of one copy two messages are sent at the most.
  if (!found?.messageRef || known.includes(messageId) || known.length > 1) return;
  await store.transact(async (tx) => {
    await tx.cards.setMessageRef(found.id, `${found.messageRef} ${messageId}`);
    await tx.cards.touch(found.cardId);
    await tx.enqueue([{ topic: 'delivery', key: found.cardId }]);
  });
}
