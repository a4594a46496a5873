/** What must hold of chats when everything is over: asked of the database, of Slack and of Teams. */
import type { ChatEnd, Shown } from './chat-end.ts';
import { isAtWork, judgeCopies, toJson } from './find-screen-violations.ts';
import { expect, type Found } from './find-violations.ts';
import type { Place } from './place.ts';

export interface ChatTruth extends Pick<Place, 'rows'> {
  /** By the name of their transport. */
  readonly ends: readonly (readonly [string, ChatEnd])[];
}

/** Slack's messages can be looked for; of a Teams message one more may be there. */
const MESSAGES_AT_MOST: Readonly<Record<string, number>> = { slack: 1, teams: 2 };

export async function findChatViolations(truth: ChatTruth): Promise<readonly string[]> {
  const found = [
    ...(await judgeInbox(truth)),
    ...(await judgeCards(truth)),
    ...(await judgeCopies(truth)),
  ];
  for (const [transport, end] of truth.ends) {
    found.push(...(await judgeMessages(truth, transport, await end.readShown())));
  }
  return found.filter((violation) => violation !== undefined);
}

/** What was acknowledged is there; what is there was said, and was handled. */
async function judgeInbox({ rows, ends }: ChatTruth): Promise<Found> {
  const inbox = await rows('select dedupe_key, handled_at from inbox');
  const said = ends.flatMap(([, end]) => end.said);
  const keys = new Set(inbox.map(({ dedupe_key }) => String(dedupe_key)));
  const known = new Set(said.map(({ key }) => key));
  const lost = said.filter(({ key, isAcknowledged }) => isAcknowledged && !keys.has(key));
  return [
    expect('acknowledged and lost', lost, []),
    expect(
      'in the inbox and never said',
      [...keys].filter((key) => !known.has(key)),
      [],
    ),
    expect('messages not handled', inbox.filter((row) => row.handled_at === null).length, 0),
    expect('messages of Ann', countOf(keys, ends, 'ann'), 1),
    expect('Bob was heard', countOf(keys, ends, 'bob') > 0, true),
  ];
}

function countOf(keys: ReadonlySet<string>, ends: ChatTruth['ends'], person: 'ann' | 'bob') {
  const prefixes = ends.map(([, end]) => `${end.chatId(person)}:`);
  return [...keys].filter((key) => prefixes.some((prefix) => key.startsWith(prefix))).length;
}

/** One answer each; beside those of clicks one card of the request and one of its job. */
async function judgeCards({ rows }: ChatTruth): Promise<Found> {
  const cards = await rows('select kind, content from card');
  const inbox = await rows('select person_id, dedupe_key from inbox');
  const answers = cards.flatMap(({ content }) => toJson(content)?.answers ?? []);
  const asked = inbox.map(({ person_id: id, dedupe_key: key }) =>
    String(key).slice(String(id).length + 1),
  );
  const subjects = cards.flatMap(({ kind }) => (kind === 'answer' ? [] : String(kind)));
  return [
    expect('what is answered', answers.toSorted(), asked.toSorted()),
    expect('cards', subjects.toSorted(), ['job', 'request']),
  ];
}

/** Each message is known, at its end, and there once, or what its chat cannot help twice and the same. */
async function judgeMessages(
  { rows }: ChatTruth,
  transport: string,
  messages: readonly Shown[],
): Promise<Found> {
  const copies = await rows(
    `select id, message_ref from card_copy where transport = '${transport}'`,
  );
  const shown = new Map(messages.map((message) => [message.ref, message]));
  const refs = copies.map(({ message_ref: ref }) => String(ref).split(' '));
  const known = new Set(refs.flat());
  const stray = messages.filter(({ ref }) => !known.has(ref));
  const again = (await rows(`select id from audit_event where event = 'posted_again'`)).length;
  return [
    ...refs.flatMap((ids) => judgeCopy(transport, ids, shown)),
    ...messages.flatMap((message) => judgeEnd(transport, message)),
    // An answer says nothing that could become untrue, and offers no look at it: a second one is only on record.
    expect(
      `unknown messages in ${transport}`,
      stray.slice(transport === 'slack' ? 0 : again).map(({ summary }) => summary),
      [],
    ),
  ];
}

function judgeCopy(
  transport: string,
  ids: readonly string[],
  shown: ReadonlyMap<string, Shown>,
): Found {
  const there = ids.flatMap((id) => shown.get(id) ?? []);
  const looks = new Set(there.map((one) => one.looks));
  const isMany = ids.length > (MESSAGES_AT_MOST[transport] ?? 1);
  return [
    isMany ? `${ids.length} messages of one copy in ${transport}` : undefined,
    expect(`messages of a copy in ${transport}`, there.length, ids.length),
    expect(`different messages of a copy in ${transport}`, looks.size, 1),
  ];
}

function judgeEnd(transport: string, { person, summary, canAgree }: Shown): Found {
  const isOver = !canAgree && !isAtWork(summary);
  return [isOver ? undefined : `${person} in ${transport} still sees: ${summary}`];
}
