/** What must hold when everything is over: asked of the database and the platform. */
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createAnchorFile } from '#adapters/machine/anchor-file.ts';
import type { SealedEvent } from '#core/audit/sealed-events.ts';
import { verifyChain } from '#core/audit/verify-chain.ts';
import { NAME, type Place, type Row } from './place.ts';

/** Whoever asks where, this holds; what people see is judged by them. */
export async function findViolations(place: Place): Promise<readonly string[]> {
  const found = [
    ...(await judgePlatform(place)),
    ...(await judgeRows(place)),
    ...(await judgeAudit(place)),
  ];
  return found.filter((violation) => violation !== undefined);
}

export type Found = (string | undefined)[];

export function expect(what: string, is: unknown, should: unknown): string | undefined {
  const [seen, meant] = [JSON.stringify(is), JSON.stringify(should)];
  return seen === meant ? undefined : `${what}: ${seen} instead of ${meant}`;
}

/** Each deed once, and what came of it as it was wished. */
async function judgePlatform({ readPlatform, wish }: Place): Promise<Found> {
  const { orders, vms, faults = [] } = await readPlatform();
  return [
    expect('deeds that reached the platform', orders, wish.truth.orders),
    expect(`VMs ${NAME} on the platform`, vms, wish.truth.vms),
    ...faults,
  ];
}

/** One request, one decision, one job, done; no permit, no reservation, nothing half. */
async function judgeRows({ rows, wakeUps, voterId, wish }: Place): Promise<Found> {
  const count = async (from: string) =>
    toCount(await rows(`select count(*) as count from ${from}`));
  const words = async (sql: string) => (await rows(sql)).map((row) => Object.values(row).join(' '));
  return [
    expect('requests', await words('select state from request'), ['approved']),
    expect('votes', await words('select person_id, word from vote'), [`${voterId} approve`]),
    expect('jobs', await words('select state from job'), ['done']),
    expect(
      'steps',
      await words('select state from step order by position'),
      Array(wish.steps).fill('done'),
    ),
    expect('steps that hold permits', await count('step where permits_held'), 0),
    expect('reservations', await count('reservation'), 0),
    expect('open gates', await count('gate'), 0),
    expect('known VMs', await count(`estate_object where kind = 'vm' and not gone`), wish.known),
    // The minute's look at a request comes once more and finds it decided.
    expect('wake-ups to come', await words(wakeUps), ['request']),
    expect('connections in doubt', await count(IN_DOUBT), 0),
  ];
}

const IN_DOUBT = 'connection_state where hold_code is not null or failing_since is not null';

function toCount([row]: readonly Row[]): number {
  return Number(row?.count);
}

/** Each thing once, and the chain unbroken to its last event. */
async function judgeAudit({ rows, dataFolder, wish }: Place): Promise<Found> {
  const all = await rows('select id, body, event, chain_index, hash from audit_event order by id');
  const events = all.map(({ event }) => String(event)).filter((event) => !MAY_BE.has(event));
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
    expect('audit events', events.toSorted(), listEvents(wish.steps)),
    expect('faults of the audit chain', proof.faults, []),
    expect('events without a seal', proof.unsealed, 0),
    expect(`strange lines in ${basename(dataFolder)}.audit-anchor`, strangeLines, []),
  ];
}

/** The groups of the rules are pinned once, however often it starts. */
const listEvents = (steps: number) => [
  ...['group_pinned', 'group_pinned'],
  ...['job_created', 'job_ended', 'job_started', 'request_approved', 'request_opened'],
  ...Array<string>(steps).fill('step_ended'),
  'vote_cast',
];

/**
 * Of chats: a click that was made twice, and a message that may be there twice. Of a deletion: the platform may tell that
 * the VM is gone before the step says so.
 */
const MAY_BE: ReadonlySet<string> = new Set([
  ...['action_refused', 'posted_again', 'vote_refused', 'object_gone'],
]);

function toSealed({ id, body, chain_index, hash }: Row): SealedEvent[] {
  if (chain_index === null) return [];
  return [
    {
      ...{ id: Number(id), body: String(body), chainIndex: Number(chain_index) },
      hash: hash === null ? null : String(hash),
    },
  ];
}
