/** What must hold of terminals when everything is over: asked of the database and of the people's screens. */
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import { expect, type Found } from './find-violations.ts';
import type { PersonSeen } from './people.ts';
import type { Place } from './place.ts';

type Rows = Pick<Place, 'rows'>;

export async function findScreenViolations(
  place: Rows,
  people: readonly PersonSeen[],
): Promise<readonly string[]> {
  const found = [
    ...(await judgeInbox(place, people)),
    ...(await judgeCards(place, people)),
    ...people.flatMap(judgeScreen),
  ];
  return found.filter((violation) => violation !== undefined);
}

/** What each person sent stands there once, and was handled. */
async function judgeInbox({ rows }: Rows, people: readonly PersonSeen[]): Promise<Found> {
  const inbox = await rows('select dedupe_key, handled_at from inbox');
  const sent = people.flatMap(({ name, keys }) => keys.map((key) => `lab-${name}:${key}`));
  return [
    expect(
      'messages in the inbox',
      inbox.map(({ dedupe_key }) => String(dedupe_key)).toSorted(),
      sent.toSorted(),
    ),
    expect('messages not handled', inbox.filter((row) => row.handled_at === null).length, 0),
  ];
}

/** One answer a message, and none beside; one card a subject. */
async function judgeCards({ rows }: Rows, people: readonly PersonSeen[]): Promise<Found> {
  const cards = await rows('select kind, content from card');
  const answers = cards.flatMap(({ content }) => toJson(content)?.answers ?? []);
  const subjects = cards.map(({ kind }) => String(kind)).filter((kind) => kind !== 'answer');
  const unasked = cards.filter(({ kind, content }) => {
    return kind === 'answer' && toJson(content)?.answers === undefined;
  });
  return [
    ...people.map(({ name, keys }) =>
      expect(
        `answers to ${name}`,
        keys.map((key) => answers.filter((it) => it === key).length),
        keys.map(() => 1),
      ),
    ),
    expect('cards', subjects.toSorted(), ['job', 'request']),
    expect('answers to nobody', unasked.length, 0),
    ...(await judgeCopies({ rows })),
  ];
}

/** One copy a place, and every copy up to date. */
export async function judgeCopies({ rows }: Rows): Promise<Found> {
  const copies = await rows('select card_id, place, sent_version from card_copy');
  const places = copies.map((copy) => `${copy.card_id} ${copy.place}`);
  const behind = await rows(`select card.kind from card_copy join card on card.id = card_id
    where sent_version <> card.version or is_behind`);
  return [
    expect('copies twice in a place', places.length - new Set(places).size, 0),
    expect(
      'copies behind',
      behind.map(({ kind }) => kind),
      [],
    ),
  ];
}

/** The message that a card answers; SQLite keeps JSON as text. */
export function toJson(value: unknown): { readonly answers?: string } | null {
  return typeof value === 'string' ? JSON.parse(value) : (value as object | null);
}

/** What a person has before their eyes: each request and job once, and at its end. */
function judgeScreen({ name, keys, views, complaints }: PersonSeen): Found {
  const subjects = views.flatMap(({ subject }) => subject ?? []);
  const labels = subjects.map(({ label }) => label).toSorted();
  const answers = keys.map((key) => views.filter((view) => view.answers === key).length);
  const open = views.filter(isUnderWay).map(({ card }) => card.summary);
  return [
    ...complaints,
    expect(
      `answers on ${name}'s screen`,
      answers,
      keys.map(() => 1),
    ),
    expect(`cards on ${name}'s screen`, labels, name === 'ann' ? ['J-1', 'R-1'] : ['R-1']),
    expect(`under way on ${name}'s screen`, open, []),
  ];
}

/** The card of a decided request says how its job stands. */
export function isUnderWay({ subject, card }: MessageView): boolean {
  return subject?.isOpen === true || isAtWork(card.summary);
}

export function isAtWork(summary: string): boolean {
  return /J-\d+ is (starting|running)/.test(summary);
}
