/** `link`, `unlink`, `link list`, `link revoke`: which chat user is whose account. */
import { type AccountLink, readChatId } from '#core/ports/account-links.ts';
import type { Draft } from '../cards/draft.ts';
import { plainRefusal } from '../cards/refusal-card.ts';
import { chatNameOf } from '../conversation/find-sender.ts';
import { linkAccount, voidCode } from '../links/link-account.ts';
import { LINK_WORDS } from '../words/en/link-words.ts';
import { toTime } from '../words/units.ts';
import { answer, defineCommand } from './command.ts';

/** Whoever is linked already links anew: the code says to whom. */
export const link = defineCommand({
  words: ['link'],
  summary: 'link this chat to the account you signed in with',
  right: null,
  changes: true,
  isPrivate: true,
  target: { name: 'code', kind: 'code', required: true },
  examples: ['link K7QP2-M9XTR'],
  async run({ chat, house }, { target = '' }) {
    if (!chat) return answer(plainRefusal(...LINK_WORDS.knownHere));
    if (!chat.isPrivate) return (tx) => voidCode(tx, chat.chatId, target);
    return (tx) => linkAccount(house, tx, { chatId: chat.chatId, typed: target });
  },
});

export const unlink = defineCommand({
  words: ['unlink'],
  summary: 'end the link of this chat to your account',
  right: null,
  changes: true,
  isPrivate: true,
  examples: ['unlink'],
  async run({ chat, person }) {
    if (!chat) return answer(plainRefusal(...LINK_WORDS.notLinkedHere));
    return async (tx) => {
      await tx.links.remove(chat.chatId);
      const facts = { chatId: chat.chatId, by: person.id };
      await tx.audit.insert({ event: 'account_unlinked', personId: person.id, facts });
      return plainAnswer(LINK_WORDS.unlinked(chatNameOf(chat.chatId)), LINK_WORDS.unlinkedText);
    };
  },
});

export const linkList = defineCommand({
  words: ['link', 'list'],
  summary: 'who is linked in which chat',
  right: 'link.list',
  changes: false,
  isPrivate: true,
  examples: ['link list'],
  async run({ house }) {
    const { links, now } = await house.store.read(async (reads) => ({
      links: await reads.links.list(),
      now: reads.now,
    }));
    const title = LINK_WORDS.listTitle(links.length);
    const rows = links.map((one) => toRow(one, now, house.timeZone));
    const columns = LINK_WORDS.columns.map((name) => ({ title: name }));
    return answer({
      ...{ title, tone: 'neutral', summary: title, actions: [] },
      body: rows.length === 0 ? [] : [{ block: 'table', columns, rows }],
    });
  },
});

function toRow(
  { chatId, personName, linkedAt, confirmedAt }: AccountLink,
  now: Date,
  zone: string,
) {
  const { userId } = readChatId(chatId);
  const [linked, confirmed] = [linkedAt, confirmedAt].map((at) => toTime(at, now, zone));
  return [personName, chatNameOf(chatId), userId, linked ?? '', confirmed ?? ''];
}

export const linkRevoke = defineCommand({
  words: ['link', 'revoke'],
  summary: 'end every link of a person: they have to sign in and link anew',
  right: 'link.revoke',
  changes: true,
  isPrivate: true,
  target: { name: 'person', kind: 'person', required: true },
  options: [{ name: 'reason', type: 'text', summary: 'why; stays in the audit' }],
  examples: ['link revoke ann --reason "left the company"'],
  async run({ house, person }, { target = '', options }) {
    const whose = await house.directory.findByLogin(target);
    if (!whose) return answer(plainRefusal(...LINK_WORDS.nobody(target)));
    return async (tx) => {
      const links = await tx.links.list(whose.id);
      for (const { chatId } of links) await tx.links.remove(chatId);
      const facts = {
        of: whose.id,
        chatIds: links.map(({ chatId }) => chatId),
        reason: String(options.reason ?? ''),
      };
      await tx.audit.insert({ event: 'links_revoked', personId: person.id, facts });
      if (links.length === 0) return plainRefusal(...LINK_WORDS.noneOf(whose.name));
      return plainAnswer(LINK_WORDS.revoked(whose.name, links.length), LINK_WORDS.revokedText);
    };
  },
});

function plainAnswer(title: string, text: string): Draft {
  const body = [{ block: 'text', text } as const];
  return { title, tone: 'good', summary: title, body, actions: [] };
}
