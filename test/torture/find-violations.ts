/** What must hold when everything is over: asked of the database and the platform. */
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createAnchorFile } from '#adapters/machine/anchor-file.ts';
import type { SealedEvent } from '#core/audit/sealed-events.ts';
import { verifyChain } from '#core/audit/verify-chain.ts';
import { NAME, type Place, type Row, type VmPlace } from './place.ts';

/** Whoever asks where, this holds; what people see is judged by them. */
export function judged(place: VmPlace): Place {
  return {
    ...place,
    findViolations: async () =>
      keepFound([
        ...(await judgePlatform(place)),
        ...(await judgeRows(place)),
        ...(await judgeAudit(place)),
      ]),
  };
}

export type Found = (string | undefined)[];

export function keepFound(found: Found): readonly string[] {
  return found.filter((violation) => violation !== undefined);
}

export function expect(what: string, is: unknown, should: unknown): string | undefined {
  const [seen, meant] = [JSON.stringify(is), JSON.stringify(should)];
  return seen === meant ? undefined : `${what}: ${seen} instead of ${meant}`;
}

/** Each deed once, and what came of it as it was wished. */
async function judgePlatform({ readPlatform, wish }: VmPlace): Promise<Found> {
  const { orders, vms, faults = [] } = await readPlatform();
  return [
    expect('deeds that reached the platform', orders, wish.truth.orders),
    expect(`VMs ${NAME} on the platform`, vms, wish.truth.vms),
    ...faults,
  ];
}

/** One job, done. */
async function judgeRows(place: VmPlace): Promise<Found> {
  const { wish } = place;
  const wakeUps = await listWords(place, place.wakeUps);
  return [
    ...(await judgeLeftovers(place)),
    // The minute's looks at a request and at a job come once more and find them over, or may have done so by now.
    expect(
      'wake-ups to come',
      wakeUps.filter((topic) => topic !== 'job' && topic !== 'request'),
      [],
    ),
    expect('jobs', await listWords(place, 'select state from job'), ['done']),
    expect(
      'steps',
      await listWords(place, 'select state from step order by position'),
      Array(wish.steps).fill('done'),
    ),
    expect('gates', await countRows(place, 'gate'), 0),
    expect(
      'known VMs',
      await countRows(place, `estate_object where kind = 'vm' and not gone`),
      wish.known,
    ),
  ];
}

/** One request, one decision; no permit, no reservation, nothing half. */
export async function judgeLeftovers(place: Pick<Place, 'rows' | 'voterId'>): Promise<Found> {
  const { voterId } = place;
  const votes = await listWords(place, 'select person_id, word from vote');
  return [
    expect('requests', await listWords(place, 'select state from request'), ['approved']),
    expect('votes', votes, [`${voterId} approve`]),
    expect('steps that hold permits', await countRows(place, 'step where permits_held'), 0),
    expect('reservations', await countRows(place, 'reservation'), 0),
    expect('connections in doubt', await countRows(place, IN_DOUBT), 0),
  ];
}

const IN_DOUBT = 'connection_state where hold_code is not null or failing_since is not null';

export async function countRows({ rows }: Pick<Place, 'rows'>, from: string): Promise<number> {
  const [row] = await rows(`select count(*) as count from ${from}`);
  return Number(row?.count);
}

/** The columns of each row, parted by blanks. */
export async function listWords(
  { rows }: Pick<Place, 'rows'>,
  sql: string,
): Promise<readonly string[]> {
  return (await rows(sql)).map((row) => Object.values(row).join(' '));
}

/** Each thing once. */
async function judgeAudit(place: VmPlace): Promise<Found> {
  const all = await listWords(place, 'select event from audit_event');
  const events = all.filter((event) => !MAY_BE.has(event));
  return [
    expect('audit events', events.toSorted(), listEvents(place.wish.steps)),
    ...(await judgeChain(place)),
  ];
}

/** Unbroken to its last event. */
export async function judgeChain({
  rows,
  dataFolder,
}: Pick<Place, 'rows' | 'dataFolder'>): Promise<Found> {
  const all = await rows('select id, body, chain_index, hash from audit_event order by id');
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
