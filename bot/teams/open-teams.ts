/** Joins Teams to the conversation: what comes in goes to the inbox, what somebody waits for is asked of the store. */
import type { Json } from '#core/plan/plan.ts';
import { toChatId } from '#core/ports/account-links.ts';
import type { CardCopy } from '#core/ports/conversation-tables.ts';
import type { Reads } from '#core/ports/store.ts';
import { createChatHost } from '../conversation/chat-host.ts';
import { comeBack } from '../conversation/come-back.ts';
import { findLinked } from '../conversation/find-sender.ts';
import { receive } from '../conversation/receive.ts';
import type { NoteRefused } from '../conversation/refusal.ts';
import { createPostNotes } from '../delivery/post-notes.ts';
import type { House } from '../house.ts';
import type { Pictures } from '../pictures/pictures.ts';
import { createPreparePictures } from './card-pictures.ts';
import type { TeamsConfig } from './config.ts';
import type { SeenMessage, TeamsHost, TeamsReference } from './host.ts';
import { createTeams, type Teams } from './teams.ts';
import { toIncoming } from './to-incoming.ts';
import { createViewers } from './viewers.ts';

export interface OpenTeamsOptions {
  readonly config: TeamsConfig;
  readonly house: House;
  readonly noteRefused: NoteRefused;
  readonly pictures: Pictures;
}

/** @throws ZodError as createTeams says. */
export function openTeams({
  config,
  house,
  noteRefused,
  pictures,
}: OpenTeamsOptions): Promise<Teams> {
  const viewers = createViewers(house, config.tenantId.toLowerCase());
  const host = { ...createHost(house, noteRefused), ...viewers };
  const notes = createPostNotes(house.store, 'teams');
  const preparePictures = createPreparePictures(pictures, house.onError);
  return createTeams({ config, host, notes, preparePictures, onFault: house.onError });
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
    async findLogin(user) {
      const sender = await findLinked(house, toChatId({ transport: 'teams', ...user }));
      return sender.isKnown ? sender.account?.login : undefined;
    },
    checkForm: ({ tenant, userId, actionId, inputs }) =>
      chat.checkForm({ transport: 'teams', tenant, userId }, actionId, inputs),
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

/** Most messages come from where the last one came from: only what is new is written. Drover can speak there. */
async function saveReference({ store }: House, reference: TeamsReference): Promise<void> {
  const { place, userId, teamId } = reference;
  const known = await store.read((reads) => reads.chatPlaces.find('teams', place));
  const isKnown = JSON.stringify(known?.reference) === JSON.stringify(reference);
  const at = { transport: 'teams', place: userId ?? place };
  const isFailing = await store.read((reads) => reads.destinations.find(at.transport, at.place));
  if (isKnown && !isFailing) return;
  const row = {
    transport: 'teams',
    place,
    userId,
    teamId,
    reference: reference as unknown as Json,
  };
  await store.transact(async (tx) => {
    await comeBack(tx, at);
    await tx.chatPlaces.put(row);
  });
}

/**
 * A message that is not known yet is edited with the one that is, from now on, and now; where none is known, it is the
 * message, and no second one need be posted. Its sender may be at work meanwhile and keeps what is found here.
 */
async function adopt({ store }: House, { place, messageId, by }: SeenMessage): Promise<void> {
  const found = await store.read(async (reads) => {
    // A person's own conversation is named by them, and by Teams.
    const owner = (await reads.chatPlaces.find('teams', place))?.userId;
    const isHere = (copy: CardCopy) =>
      copy.transport === 'teams' && (copy.place === place || copy.place === owner);
    return (await listShown(reads, by)).find(isHere);
  });
  // Most look at what is known.
  if (!found || !isNews(found, messageId)) return;
  await store.transact(async (tx) => {
    const copy = await tx.cards.lockCopy(found.id);
    if (!copy || !isNews(copy, messageId)) return;
    await tx.cards.setMessageRef(copy.id, [...toIds(copy), messageId].join(' '));
    await tx.cards.touch(copy.cardId);
    await tx.enqueue([{ topic: 'delivery', key: copy.cardId }]);
  });
}

async function listShown({ cards }: Reads, by: SeenMessage['by']): Promise<readonly CardCopy[]> {
  const cardId =
    'ref' in by
      ? (await cards.findCopy(by.ref))?.card.id
      : (await cards.findAction(by.actionId))?.cardId;
  return cardId === undefined ? [] : cards.listCopies(cardId);
}

/** Of one copy two messages are sent at the most. */
function isNews(copy: CardCopy, messageId: string): boolean {
  const known = toIds(copy);
  return known.length < 2 && !known.includes(messageId);
}

function toIds({ messageRef }: CardCopy): readonly string[] {
  return messageRef?.split(' ') ?? [];
}
