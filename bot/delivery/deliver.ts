/**
 * Brings every copy of a card up to its newest version (H34).
 *
 * A copy that was sent is recorded afterwards; a crash in between sends the same version once more: the console's reader
 * sees no difference, an edit in a chat says the same twice, and a post in a chat was noted before it was sent
 * (post-notes.ts). A place that is gone is told to the person elsewhere, and does not hold up the others (H33). What goes
 * to a person alone goes there only while that chat user is linked to them.
 */
import { OperationError } from '#core/errors.ts';
import type { CardCopy, CardRow } from '#core/ports/conversation-tables.ts';
import type { MessageSender } from '#core/ports/message-sender.ts';
import type { Tx } from '#core/ports/store.ts';
import type { MessageView } from '../conversation/conversation-port.ts';
import { isChat, isDirect, listPrivate } from '../conversation/destinations.ts';
import { toView } from '../conversation/feed.ts';
import type { House } from '../house.ts';

export interface Delivering {
  readonly house: House;
  readonly senders: ReadonlyMap<string, MessageSender<MessageView>>;
}

/** After so many failures in a row a place counts as dead. */
export const FAILURES_AT_MOST = 5;
/** What had no answer is tried again, not as soon as possible: nobody answers faster for it. */
const AGAIN_MS = 15_000;

/**
 * Carries out one wake-up of topic `delivery`, for the copies in chats or for the others. In a chat a newer version may
 * overtake one that waits for its turn there, so several may be under way; its sender keeps their order.
 */
export async function deliverCard(
  { house, senders }: Delivering,
  cardId: string,
  to: 'chats' | 'own_conversations',
): Promise<void> {
  const { card, copies } = await house.store.read(async (reads) => ({
    card: await reads.cards.find(cardId),
    copies: await reads.cards.listCopies(cardId),
  }));
  if (!card) return;
  const due = copies.filter(
    ({ sentVersion, transport, failures }) =>
      sentVersion < card.version &&
      failures < FAILURES_AT_MOST &&
      isChat(transport) === (to === 'chats'),
  );
  const ends = await Promise.allSettled(
    due.map(async (copy) => {
      const sender = senders.get(copy.transport);
      if (sender) await deliverCopy(house, sender, card, copy);
    }),
  );
  // The others are there by now; this one comes again a second later.
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
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
  if (card.kind !== 'answer' && !(await isStillTheirs(house, copy))) {
    // It stays as it stands there: whoever reads it now is not shown what comes after.
    await house.store.transact((tx) => tx.cards.markSent(copyId, version, messageRef));
    return;
  }
  const content = await toView(house, card, copy);
  if (!content) return;
  try {
    const ref = await sender.deliver({ copyId, place, personId, messageRef, version, content });
    await house.store.transact((tx) => record(tx, copy, version, ref));
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    house.onError(error);
    if (error.end === 'refused') return tellElsewhere(house, card, copy);
    await house.store.transact((tx) =>
      tx.enqueue([{ topic: 'delivery', key: card.id, delayMs: AGAIN_MS }]),
    );
  }
}

/** A second message of the copy may have been found while this version was on its way: it is kept beside the first. */
async function record(
  tx: Tx,
  { id, messageRef }: CardCopy,
  version: number,
  sentRef: string,
): Promise<void> {
  const toIds = (ref: string | null | undefined) => ref?.split(' ') ?? [];
  const stands = await tx.cards.lockCopy(id);
  const known = new Set([...toIds(messageRef), ...toIds(sentRef)]);
  const found = toIds(stands?.messageRef).filter((one) => !known.has(one));
  await tx.cards.markSent(id, version, [sentRef, ...found].join(' '));
  // What was found while it was sent does not show this version yet.
  if (!stands || found.length === 0) return;
  await tx.cards.touch(stands.cardId);
  await tx.enqueue([{ topic: 'delivery', key: stands.cardId }]);
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

async function tellElsewhere(
  { store, newId }: House,
  card: CardRow,
  copy: CardCopy,
): Promise<void> {
  const { id, place, transport, personId } = copy;
  await store.transact(async (tx) => {
    await tx.cards.markFailed(id);
    const facts = { transport, place, failures: copy.failures + 1 };
    await tx.audit.insert({ event: 'not_delivered', facts });
    if (personId === null) return;
    const others = await listPrivate(tx, personId);
    for (const other of others.filter((one) => one.place !== place))
      await tx.cards.insertCopy({ id: newId(), cardId: card.id, ...other, personId });
    await tx.enqueue([{ topic: 'delivery', key: card.id }]);
  });
}
