/** Who wrote a message: the account itself in the console, the account that was linked behind a chat user. */
import { readChatId } from '#core/ports/account-links.ts';
import type { InboxRow } from '#core/ports/conversation-tables.ts';
import type { Account } from '#core/ports/directory.ts';
import type { House } from '../house.ts';
import { isChat } from './destinations.ts';

const DAY_MS = 24 * 3_600_000;

export type Sender =
  /** `account`: as the directory knows it now; undefined when it knows it no more. */
  | { readonly isKnown: true; readonly personId: string; readonly account: Account | undefined }
  /** A chat user behind whom no account stands, or stood too long ago. */
  | { readonly isKnown: false; readonly chatId: string; readonly isOverdue: boolean };

export async function findSender(
  house: Pick<House, 'store' | 'directory' | 'links'>,
  { transport, personId }: Pick<InboxRow, 'transport' | 'personId'>,
): Promise<Sender> {
  if (!isChat(transport)) return findAccount(house, personId);
  return findLinked(house, personId);
}

/** By the chat user's id, as the inbox keeps it. */
export async function findLinked(
  house: Pick<House, 'store' | 'directory' | 'links'>,
  chatId: string,
): Promise<Sender> {
  const { link, now } = await house.store.read(async (reads) => ({
    link: await reads.links.find(chatId),
    now: reads.now,
  }));
  if (!link) return { isKnown: false, chatId, isOverdue: false };
  const { confirmEveryDays } = house.links;
  const ageMs = now.getTime() - link.confirmedAt.getTime();
  if (confirmEveryDays > 0 && ageMs > confirmEveryDays * DAY_MS)
    return { isKnown: false, chatId, isOverdue: true };
  return findAccount(house, link.personId);
}

async function findAccount({ directory }: Pick<House, 'directory'>, personId: string) {
  return { isKnown: true, personId, account: await directory.findAccount(personId) } as const;
}

/** What people call the chat: `Slack`, `Teams`. */
export function chatNameOf(chatId: string): string {
  return readChatId(chatId).transport === 'teams' ? 'Teams' : 'Slack';
}
