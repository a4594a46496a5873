/**
 * Where a person reads: their own conversation in console and terminal, and each chat that they linked.
 *
 * A destination is kept as one text with what was asked there, so that whoever asked is told where they asked.
 */
import { readChatId } from '#core/ports/account-links.ts';
import type { InboxRow } from '#core/ports/conversation-tables.ts';
import type { Reads } from '#core/ports/store.ts';

export interface Destination {
  /** As the senders are named; the terminal shows what the console does. */
  readonly transport: string;
  readonly place: string;
}

const CHATS: ReadonlySet<string> = new Set(['slack', 'teams']);

export function isChat(transport: string): boolean {
  return CHATS.has(transport);
}

/** A person's own conversation: the console and the terminal both show it. */
export function placeOf(personId: string): string {
  return `person:${personId}`;
}

export function ownConversation(personId: string): Destination {
  return { transport: 'console', place: placeOf(personId) };
}

/** Where nobody but this chat user reads: their direct messages are named by the user. */
export function directMessage(chatId: string): Destination {
  const { transport, userId } = readChatId(chatId);
  return { transport, place: userId };
}

/** A direct message, which is named by its user: Slack's `U…` and `W…`, Teams' object ids. */
export function isDirect(place: string): boolean {
  return /^(?:[UW][A-Z0-9]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(place);
}

/** Where it was said. What was said in private is one place, whatever thread or window it was. */
export function originOf({
  transport,
  place,
  personId,
  body,
}: Pick<InboxRow, 'transport' | 'place' | 'personId' | 'body'>): Destination {
  if (!isChat(transport)) return ownConversation(personId);
  const { isPrivate } = body as { isPrivate?: boolean };
  return isPrivate ? directMessage(personId) : { transport, place };
}

/** The whole conversation: its threads live and die with it. */
export function conversationOf({ transport, place }: Destination): string {
  return place.split(THREAD_MARKS[transport] ?? ' ')[0] ?? place;
}

/** How the names of its threads begin: `C0OPS/`. */
export function threadsOf(destination: Destination): string {
  return `${conversationOf(destination)}${THREAD_MARKS[destination.transport] ?? ' '}`;
}

/** What stands between a conversation and a thread of it: `C0OPS/1712.0001`, `19:…;messageid=1712`. */
const THREAD_MARKS: Readonly<Record<string, string>> = { slack: '/', teams: ';' };

export function toDestinationText({ transport, place }: Destination): string {
  return `${transport} ${place}`;
}

export function readDestination(text: string): Destination {
  const at = text.indexOf(' ');
  // As earlier releases kept it: console and terminal were all there was.
  if (at < 0) return { transport: 'console', place: text };
  return { transport: text.slice(0, at), place: text.slice(at + 1) };
}

/** Everywhere that this person alone reads. */
export async function listPrivate(
  { links }: Pick<Reads, 'links'>,
  personId: string,
): Promise<Destination[]> {
  const linked = await links.list(personId);
  return [ownConversation(personId), ...linked.map(({ chatId }) => directMessage(chatId))];
}
