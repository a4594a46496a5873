/** What must hold when everything is over: asked of the database, the platform and the people's screens. */
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createAnchorFile } from '#adapters/machine/anchor-file.ts';
import type { SealedEvent } from '#core/audit/sealed-events.ts';
import { verifyChain } from '#core/audit/verify-chain.ts';
import { isUnderWay, type PersonSeen } from './people.ts';
import { type Place, type Row, WISH } from './place.ts';

export async function findViolations(
  place: Place,
  people: readonly PersonSeen[],
): Promise<readonly string[]> {
  const found = [
    ...(await judgePlatform(place)),
    ...(await judgeRows(place)),
    ...(await judgeInbox(place, people)),
    ...(await judgeCards(place, people)),
    ...(await judgeAudit(place)),
    ...people.flatMap(judgeScreen),
  ];
  return found.filter((violation) => violation !== undefined);
}

type Found = (string | undefined)[];

function expect(what: string, is: unknown, should: unknown): string | undefined {
  const [seen, meant] = [JSON.stringify(is), JSON.stringify(should)];
  return seen === meant ? undefined : `${what}: ${seen} instead of ${meant}`;
}

/** One VM, as it was wished, by one clone. */
async function judgePlatform(place: Place): Promise<Found> {
  const { clones, vms } = await place.readPlatform();
  const { cpus, memoryBytes, name } = WISH;
  return [
    expect('clones that reached the platform', clones, 1),
    expect(`VMs ${name} on the platform`, vms, [{ cpus, memoryBytes, isOn: true }]),
  ];
}

/** One request, one decision, one job, done; no permit, no reservation, nothing half. */
async function judgeRows({ rows, wakeUps }: Place): Promise<Found> {
  const count = async (from: string) =>
    toCount(await rows(`select count(*) as count from ${from}`));
  const words = async (sql: string) => (await rows(sql)).map((row) => Object.values(row).join(' '));
  return [
    expect('requests', await words('select state from request'), ['approved']),
    expect('votes', await words('select person_id, word from vote'), ['lab-bob approve']),
    expect('jobs', await words('select state from job'), ['done']),
    expect('steps', await words('select state from step order by position'), ['done', 'done']),
    expect('steps that hold permits', await count('step where permits_held'), 0),
    expect('reservations', await count('reservation'), 0),
    expect('open gates', await count('gate'), 0),
    expect('known VMs of that name', await count(`estate_object where kind = 'vm'`), 1),
    // The minute's look at a request comes once more and finds it decided.
    expect('wake-ups to come', await words(wakeUps), ['request']),
    expect('connections in doubt', await count(IN_DOUBT), 0),
  ];
}

const IN_DOUBT = 'connection_state where hold_code is not null or failing_since is not null';

function toCount([row]: readonly Row[]): number {
  return Number(row?.count);
}

/** What each person sent stands there once, and was handled. */
async function judgeInbox({ rows }: Place, people: readonly PersonSeen[]): Promise<Found> {
  const inbox = await rows(
    'select person_id, dedupe_key, handled_at from inbox order by person_id',
  );
  const sent = people.map(({ name, key }) => `lab-${name}:${key}`);
  return [
    expect(
      'messages in the inbox',
      inbox.map(({ dedupe_key }) => dedupe_key),
      sent,
    ),
    expect('messages not handled', inbox.filter((row) => row.handled_at === null).length, 0),
  ];
}

/** One answer a message, one card a subject, one copy a place, and every copy up to date. */
async function judgeCards({ rows }: Place, people: readonly PersonSeen[]): Promise<Found> {
  const cards = await rows('select id, kind, content from card');
  const answers = cards.flatMap(({ content }) => toJson(content)?.answers ?? []);
  const kinds = cards.map(({ kind }) => String(kind)).toSorted();
  const copies = await rows('select card_id, place, sent_version from card_copy');
  const places = copies.map((copy) => `${copy.card_id} ${copy.place}`);
  const behind = await rows(`select card.kind from card_copy join card on card.id = card_id
    where sent_version <> card.version or is_behind`);
  return [
    ...people.map(({ name, key }) =>
      expect(`answers to ${name}`, answers.filter((it) => it === key).length, 1),
    ),
    expect('cards', kinds, ['answer', 'job', 'request']),
    expect('copies twice in a place', places.length - new Set(places).size, 0),
    expect(
      'copies behind',
      behind.map(({ kind }) => kind),
      [],
    ),
  ];
}

/** SQLite keeps JSON as text. */
function toJson(value: unknown): { readonly answers?: string } | null {
  return typeof value === 'string' ? JSON.parse(value) : (value as object | null);
}

/** Each thing once, and the chain unbroken to its last event. */
async function judgeAudit({ rows, dataFolder }: Place): Promise<Found> {
  const all = await rows('select id, body, event, chain_index, hash from audit_event order by id');
  const events = all.map(({ event }) => String(event));
  const anchor = createAnchorFile({ file: `${dataFolder}.audit-anchor`, dataFolder });
  const { heads, strangeLines } = await anchor.readAll();
  const sealed = all.flatMap(toSealed);
  const proof = await verifyChain(
    {
      listSealedAfter: async (index, limit) =>
        sealed.filter(({ chainIndex }) => chainIndex > index).slice(0, limit),
      countEvents: async () => ({ sealed: sealed.length, unsealed: all.length - sealed.length }),
    },
    heads,
    () => setImmediate(),
  );
  return [
    expect('audit events', events.toSorted(), EVENTS),
    expect('faults of the audit chain', proof.faults, []),
    expect('events without a seal', proof.unsealed, 0),
    expect(`strange lines in ${basename(dataFolder)}.audit-anchor`, strangeLines, []),
  ];
}

const EVENTS = [
  ...['job_created', 'job_ended', 'job_started', 'request_approved', 'request_opened'],
  ...['step_ended', 'step_ended', 'vote_cast'],
];

function toSealed({ id, body, chain_index, hash }: Row): SealedEvent[] {
  if (chain_index === null) return [];
  return [
    {
      ...{ id: Number(id), body: String(body), chainIndex: Number(chain_index) },
      hash: hash === null ? null : String(hash),
    },
  ];
}

/** What a person has before their eyes: each request and job once, and at its end. */
function judgeScreen({ name, key, views, complaints }: PersonSeen): Found {
  const subjects = views.flatMap(({ subject }) => subject ?? []);
  const labels = subjects.map(({ label }) => label).toSorted();
  const answers = views.filter((view) => view.answers !== undefined && view.answers === key);
  const open = views.filter(isUnderWay).map(({ card }) => card.summary);
  return [
    ...complaints,
    expect(`answers on ${name}'s screen`, answers.length, 1),
    expect(`cards on ${name}'s screen`, labels, name === 'ann' ? ['J-1', 'R-1'] : ['R-1']),
    expect(`under way on ${name}'s screen`, open, []),
  ];
}
