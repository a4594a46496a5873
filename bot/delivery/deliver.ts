/**
 * Brings every copy of a card up to its newest version: one writer a card, versions only rise (H34).
 *
 * A copy that was sent is recorded afterwards; a crash in between sends the same version once more, which changes
 * nothing for its reader.
 */
import type { CardCopy, CardRow } from '#core/ports/conversation-tables.ts';
import type { MessageSender } from '#core/ports/message-sender.ts';
import type { MessageView } from '../conversation/conversation-port.ts';
import { toView } from '../conversation/feed.ts';
import type { House } from '../house.ts';

export interface Delivering {
  readonly house: House;
  readonly senders: ReadonlyMap<string, MessageSender<MessageView>>;
}

/** Carries out one wake-up of topic `delivery`. */
export async function deliverCard({ house, senders }: Delivering, cardId: string): Promise<void> {
  const { card, copies } = await house.store.read(async (reads) => ({
    card: await reads.cards.find(cardId),
    copies: await reads.cards.listCopies(cardId),
  }));
  if (!card) return;
  for (const copy of copies) {
    const sender = senders.get(copy.transport);
    if (sender && copy.sentVersion < card.version) await deliverCopy(house, sender, card, copy);
  }
}

async function deliverCopy(
  house: House,
  sender: MessageSender<MessageView>,
  card: CardRow,
  copy: CardCopy,
): Promise<void> {
  const content = await toView(house, card, copy);
  if (!content) return;
  const { id: copyId, place, personId, messageRef } = copy;
  const ref = await sender.deliver({
    copyId,
    place,
    personId,
    messageRef,
    version: card.version,
    content,
  });
  await house.store.transact((tx) => tx.cards.markSent(copyId, card.version, ref));
}
