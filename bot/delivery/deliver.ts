/**
 * Brings every copy of a card up to its newest version (H34).
 *
 * A copy that was sent is recorded afterwards; a crash in between sends the same version once more: the console's reader
 * sees no difference, an edit in a chat says the same twice, and a post in a chat was noted before it was sent
 * (post-notes.ts). A place that is gone is told to the person elsewhere, and does not hold up the others; one that is dead
 * is not tried (H33). What goes to a person alone goes there only while that chat user is linked to them.
 */
import { OperationError } from '#core/errors.ts';
import type { CardCopy, CardRow } from '#core/ports/conversation-tables.ts';
import type { FailingPlace } from '#core/ports/destinations.ts';
import type { MessageSender } from '#core/ports/message-sender.ts';
import type { MessageView } from '../conversation/conversation-port.ts';
import { conversationOf, isChat, isDirect, listPrivate } from '../conversation/destinations.ts';
import { toView } from '../conversation/feed.ts';
import type { House } from '../house.ts';
import { addressNotice } from './address-notice.ts';
import { addressNoticed } from './address-noticed.ts';
import { createInTurn, type InTurn } from './in-turn.ts';
import { noteDelivered } from './note-delivered.ts';
import { noteNotDelivered } from './note-not-delivered.ts';
import { readFailure } from './read-failure.ts';

export interface Delivering {
  readonly house: House;
  readonly senders: ReadonlyMap<string, MessageSender<MessageView>>;
  readonly inTurn: InTurn;
  /** By copy: the version that this process draws or sends. Its end says what comes next, so nobody draws it twice. */
  readonly underWay: Map<string, number>;
}

export function toDelivering(parts: Pick<Delivering, 'house' | 'senders'>): Delivering {
  return { ...parts, inTurn: createInTurn(), underWay: new Map() };
}

type To = 'chats' | 'own_conversations';

/**
 * Carries out one wake-up of topic `delivery`, for the copies in chats or for the others. In a chat a newer version may
 * overtake one that waits for its turn there, so several may be under way; its sender keeps their order. A card that
 * thousands read is woken as often: what is due is looked up by one after the other, and whoever comes while one waits
 * to look is served by that one.
 */
export async function deliverCard(delivering: Delivering, cardId: string, to: To): Promise<void> {
  const { house, inTurn } = delivering;
  if (to === 'own_conversations') {
    await inTurn(`own ${cardId}`, async () =>
      sendDue(delivering, await readDue(house, cardId, to)),
    );
    return;
  }
  const due = await inTurn(`chats ${cardId}`, () => readDue(house, cardId, to));
  await sendDue(delivering, due);
}

interface Due {
  readonly card: CardRow;
  readonly copies: readonly CardCopy[];
}

async function readDue(house: House, cardId: string, to: To): Promise<Due | undefined> {
  const { card, copies } = await house.store.read(async (reads) => ({
    card: await reads.cards.find(cardId),
    copies: await reads.cards.listCopies(cardId),
  }));
  if (!card) return undefined;
  if (to === 'chats') await addressNotice(house, card, copies);
  // Not with the chats: the operators' channel does not wait for the directory.
  else await addressNoticed(house, card, copies);
  const due = copies.filter(
    ({ sentVersion, transport, goneCode }) =>
      sentVersion < card.version && goneCode === null && isChat(transport) === (to === 'chats'),
  );
  return { card, copies: due };
}

async function sendDue(delivering: Delivering, due: Due | undefined): Promise<void> {
  if (!due) return;
  const { card, copies } = due;
  const ends = await Promise.allSettled(copies.map((copy) => deliverOnce(delivering, card, copy)));
  // The others are there by now; this one comes again a second later.
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function deliverOnce(
  { house, senders, underWay }: Delivering,
  card: CardRow,
  copy: CardCopy,
): Promise<void> {
  const sender = senders.get(copy.transport);
  if (!sender || (underWay.get(copy.id) ?? 0) >= card.version) return;
  underWay.set(copy.id, card.version);
  try {
    await deliverCopy(house, sender, card, copy);
  } finally {
    if (underWay.get(copy.id) === card.version) underWay.delete(copy.id);
  }
}

async function deliverCopy(
  house: House,
  sender: MessageSender<MessageView>,
  card: CardRow,
  copy: CardCopy,
): Promise<void> {
  const { id: copyId, place, personId, messageRef } = copy;
  const { version } = card;
  // An answer goes back to where the question came from, whoever that is by now.
  if (card.kind !== 'answer' && !(await isStillTheirs(house, copy)))
    return noteNotDelivered(house, { card, copy }, { what: 'not_theirs' });
  const failing = await findFailing(house, copy);
  if (failing?.deadAt) return noteNotDelivered(house, { card, copy }, { what: 'dead' });
  const content = await toView(house, card, copy);
  if (!content) return noteNotDelivered(house, { card, copy }, { what: 'no_account' });
  try {
    const ref = await sender.deliver({ copyId, place, personId, messageRef, version, content });
    await noteDelivered(house, { card, copy, ref, wasFailing: failing !== undefined });
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    house.onError(error);
    await noteNotDelivered(house, { card, copy }, readFailure(error));
  }
}

async function findFailing({ store }: House, copy: CardCopy): Promise<FailingPlace | undefined> {
  if (!isChat(copy.transport)) return undefined;
  return store.read((reads) => reads.destinations.find(copy.transport, conversationOf(copy)));
}

/** Links end and begin anew; a copy was made for one person. */
async function isStillTheirs(
  { store }: House,
  { transport, place, personId }: CardCopy,
): Promise<boolean> {
  if (!isChat(transport) || !isDirect(place) || personId === null) return true;
  const own = await store.read((reads) => listPrivate(reads, personId));
  return own.some((one) => one.transport === transport && one.place === place);
}
