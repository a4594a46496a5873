/** A chat user behind whom no account stands: how to link, or the link itself. Nothing else runs. */
import { plainRefusal } from '../cards/refusal-card.ts';
import type { House } from '../house.ts';
import { linkAccount, voidCode } from '../links/link-account.ts';
import { LINK_WORDS } from '../words/en/link-words.ts';
import { chatNameOf, type Sender } from './find-sender.ts';
import type { InboxBody } from './handle-message.ts';
import type { Run } from './run-action.ts';

type Stranger = Extract<Sender, { isKnown: false }>;

/** `link CODE`, with the mark-up that a phone or a copy leaves around it. */
const LINK =
  /^[\s*_`'"]*link[\s*_`'"]+([A-Za-z0-9][A-Za-z0-9\s\u2010-\u2015-]{4,24}?)[\s*_`'".]*$/i;

export function answerStranger(house: House, body: InboxBody, stranger: Stranger): Run {
  const typed = body.kind === 'text' ? LINK.exec(body.text)?.[1] : undefined;
  // Who they are is between them and Drover.
  if (typed === undefined) return { reply: tellHow(house, stranger), isPrivate: true };
  if (!body.isPrivate)
    return { reply: (tx) => voidCode(tx, stranger.chatId, typed), isPrivate: true };
  return { reply: (tx) => linkAccount(house, tx, { chatId: stranger.chatId, typed }) };
}

function tellHow(house: House, { chatId, isOverdue }: Stranger): Run['reply'] {
  return async (tx) => {
    await tx.audit.insert({ event: 'refused', facts: { code: 'not_linked', chatId } });
    const title = isOverdue ? LINK_WORDS.overdue : LINK_WORDS.unknown(chatNameOf(chatId));
    return plainRefusal(title, LINK_WORDS.howToLink(house.signInUrl()));
  };
}
