/** What a chat asks of the conversation while somebody waits: cards for forms and details, and choices. */

import { type ChatUser, toChatId } from '#core/ports/account-links.ts';
import type { CardCopy, CardRow } from '#core/ports/conversation-tables.ts';
import type { Card } from '../cards/card.ts';
import { drawSubject } from '../delivery/draw-subject.ts';
import type { House } from '../house.ts';
import { conversationOf, isDirect } from './destinations.ts';
import { findLinked } from './find-sender.ts';
import type { Values } from './form.ts';
import type { Choice } from './form-choices.ts';
import { isSearched, searchChoices, searchNames } from './search-choices.ts';
import { type FormArgs, listFormFaults } from './submit-form.ts';

export interface AskedChoices {
  readonly actionId: string;
  /** The input's name. */
  readonly input: string;
  readonly typed: string;
}

/** Who looks, and where. */
export interface Reader extends ChatUser {
  readonly place: string;
  readonly isPrivate: boolean;
}

export interface ChatHost {
  /** The card on which an action stands, as it is for this person now; undefined when it is not for them. */
  findActionCard(user: ChatUser, actionId: string): Promise<Card | undefined>;
  /** What a field of that card offers for what was typed so far. */
  findChoices(user: ChatUser, asked: AskedChoices): Promise<readonly Choice[]>;
  /** What is wrong with a filled-in form, by input; nothing where it is not theirs: that is judged when it is handled. */
  checkForm(user: ChatUser, actionId: string, inputs: Values): Promise<Values>;
  /** The card of a copy: its reader's; where several read, and it is no answer, as each of them may see it. */
  findCopyCard(user: Reader, copyId: string): Promise<Card | undefined>;
}

export function createChatHost(house: House): ChatHost {
  const findPerson = async (user: ChatUser) => {
    const sender = await findLinked(house, toChatId(user));
    return sender.isKnown && sender.account?.state === 'active' ? sender.account : undefined;
  };
  const findAction = async (user: ChatUser, actionId: string) => {
    const person = await findPerson(user);
    const found = await house.store.read(async ({ cards }) => {
      const action = await cards.findAction(actionId);
      return action && { action, card: await cards.find(action.cardId) };
    });
    if (!person || !found?.card || found.action.personId !== person.id) return undefined;
    const card = await drawFor(house, found.card, person.id);
    return card && { person, action: found.action, card };
  };
  return {
    findActionCard: async (user, actionId) => (await findAction(user, actionId))?.card,
    async findChoices(user, { actionId, input: name, typed }) {
      const found = await findAction(user, actionId);
      const input = found?.card.inputs?.find((one) => one.name === name);
      if (!found || !input) return [];
      if (input.input === 'choice') return searchChoices(input.choices, typed);
      if (!isSearched(input) || found.action.verb !== 'submit_form') return [];
      const { command } = found.action.args as unknown as FormArgs;
      return searchNames({ house, person: found.person }, { command, field: name, typed });
    },
    async checkForm(user, actionId, inputs) {
      const found = await house.store.read(async ({ cards, links }) => ({
        action: await cards.findAction(actionId),
        link: await links.find(toChatId(user)),
      }));
      const { action, link } = found;
      const isTheirs = action?.verb === 'submit_form' && action.personId === link?.personId;
      return isTheirs ? listFormFaults(action.args as unknown as FormArgs, inputs) : {};
    },
    async findCopyCard(user, copyId) {
      const personId = (await findPerson(user))?.id;
      const copy = await house.store.read(({ cards }) => cards.findCopy(copyId));
      if (!copy || personId === undefined) return undefined;
      const isTheirs = copy.copy.personId === personId || isReadBy(user, copy);
      return isTheirs ? drawFor(house, copy.card, personId) : undefined;
    },
  };
}

/** They look at it in the conversation where it stands. */
function isReadBy(
  { transport, place, isPrivate }: Reader,
  { card, copy }: { readonly card: CardRow; readonly copy: CardCopy },
): boolean {
  if (isPrivate || card.kind === 'answer' || isDirect(copy.place)) return false;
  return (
    copy.transport === transport && conversationOf(copy) === conversationOf({ transport, place })
  );
}

async function drawFor(house: House, card: CardRow, personId: string): Promise<Card | undefined> {
  if (card.kind === 'answer') return (card.content as unknown as { card: Card }).card;
  return (await drawSubject(house, card, personId))?.card;
}
