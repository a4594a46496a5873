/** What a chat asks of the conversation while somebody waits: cards for forms and details, and choices. */

import { type ChatUser, toChatId } from '#core/ports/account-links.ts';
import type { CardRow } from '#core/ports/conversation-tables.ts';
import type { Card } from '../cards/card.ts';
import { drawSubject } from '../delivery/draw-subject.ts';
import type { House } from '../house.ts';
import { findLinked } from './find-sender.ts';

export interface ChatHost {
  /** The card on which an action stands, as it is for this person now; undefined when it is not for them. */
  findActionCard(user: ChatUser, actionId: string): Promise<Card | undefined>;
  /** The card of a copy. */
  findCopyCard(user: ChatUser, copyId: string): Promise<Card | undefined>;
}

export function createChatHost(house: House): ChatHost {
  const findPersonId = async (user: ChatUser) => {
    const sender = await findLinked(house, toChatId(user));
    return sender.isKnown && sender.account?.state === 'active' ? sender.personId : undefined;
  };
  return {
    async findActionCard(user, actionId) {
      const personId = await findPersonId(user);
      const found = await house.store.read(async ({ cards }) => {
        const action = await cards.findAction(actionId);
        return action && { action, card: await cards.find(action.cardId) };
      });
      if (!found?.card || found.action.personId !== personId) return undefined;
      return drawFor(house, found.card, personId);
    },
    async findCopyCard(user, copyId) {
      const personId = await findPersonId(user);
      const copy = await house.store.read(({ cards }) => cards.findCopy(copyId));
      if (!copy || personId === undefined || copy.copy.personId !== personId) return undefined;
      return drawFor(house, copy.card, personId);
    },
  };
}

async function drawFor(house: House, card: CardRow, personId: string): Promise<Card | undefined> {
  if (card.kind === 'answer') return (card.content as unknown as { card: Card }).card;
  return (await drawSubject(house, card, personId))?.card;
}
