/**
 * When a connection looks like another one than it was, it goes on hold: it is shown, and nothing is changed or
 * concluded, until an administrator accepts what was found (H06).
 */
import type { Json } from '../plan/plan.ts';
import type { ConnectionIdentity } from '../ports/connection.ts';
import type { ConnectionState } from '../ports/connection-states.ts';
import type { Reads, Store, Tx } from '../ports/store.ts';
import { type EstateObject, OBJECT_KINDS } from './estate-object.ts';
import { compareNames } from './sorted-names.ts';

type HoldCode = NonNullable<ConnectionState['holdCode']>;

/** What stands in `holdFacts`, each where its code has it. */
interface HoldFacts {
  /** Identity or event number, before and as found. */
  readonly was?: string | number;
  readonly now?: string | number;
  readonly vanished?: number;
  /** The database's outside anchor disagrees: it is Drover that went back, not the platform (H37). */
  readonly anchor?: string;
  /** After a hold: so many losses were seen and accepted. */
  readonly accepted?: number;
}

/** Written once the estate was read, too: who answers to its name may still fail to show what it has. */
export const NO_FAILURE = { failingSince: null, errorCode: null, errorFacts: null };

/** More than this share, and more than so many, vanished at once: no conclusion. */
const VANISHED_SHARE = 0.1;
export const VANISHED_AT_LEAST = 5;

export async function holdConnection(
  tx: Tx,
  id: string,
  holdCode: HoldCode,
  holdFacts: Json,
): Promise<void> {
  await tx.connections.save(id, { holdCode, holdFacts, holdSince: tx.now, ...NO_FAILURE });
  await tx.audit.insert({
    event: 'connection_on_hold',
    facts: { connection: id, code: holdCode, facts: holdFacts },
  });
}

export async function isOnHold({ connections }: Pick<Reads, 'connections'>, id: string) {
  return Boolean((await connections.find(id))?.holdCode);
}

/**
 * Compares who answers, and how far its past goes, with what was known; the first answer is taken as it is.
 *
 * Answers whether it may be read: on hold nothing more is learned of it than that it answers.
 */
export function admit(
  store: Pick<Store, 'transact'>,
  id: string,
  answer: ConnectionIdentity,
): Promise<boolean> {
  return store.transact(async (tx) => {
    const known = await tx.connections.find(id);
    await tx.connections.save(id, { answeredAt: tx.now, ...(known?.holdCode ? NO_FAILURE : {}) });
    if (!known?.holdCode) await judge(tx, id, known, answer);
    return !(await isOnHold(tx, id));
  });
}

async function judge(
  tx: Tx,
  id: string,
  known: ConnectionState | undefined,
  { identity, product, eventNumber: now }: ConnectionIdentity,
): Promise<void> {
  if (known?.identity && known.identity !== identity) {
    await holdConnection(tx, id, 'identity_changed', {
      was: known.identity,
      now: identity,
      product,
    });
    return;
  }
  const was = await findEventNumber(tx, id, identity);
  if (now !== undefined && was !== undefined && now < was) {
    await holdConnection(tx, id, 'went_back', { was, now });
    return;
  }
  if (now !== undefined && now !== was) await keepEventNumber(tx, id, identity, now);
  await tx.connections.save(id, { identity, product });
}

/** The highest event number that each connection has shown; it counts for the installation that showed it. */
const toEventMark = (id: string) => `event number of ${id}`;

async function findEventNumber(tx: Tx, id: string, identity: string): Promise<number | undefined> {
  const mark = await tx.findMark(toEventMark(id));
  const kept = mark === undefined ? undefined : (JSON.parse(mark) as [string, number]);
  return kept?.[0] === identity ? kept[1] : undefined;
}

function keepEventNumber(tx: Tx, id: string, identity: string, eventNumber: number) {
  return tx.setMark(toEventMark(id), JSON.stringify([identity, eventNumber]));
}

export function isTooMuch(vanished: number, of: number): boolean {
  return vanished > VANISHED_AT_LEAST && vanished > of * VANISHED_SHARE;
}

export interface Losses {
  readonly vanished: readonly EstateObject[];
  /** Known objects of the connection. */
  readonly of: number;
  /** Others that were taken for gone right before, and count together with these. */
  readonly before?: number;
}

/** Puts it on hold where too much vanished, and answers whether it did; losses that were accepted are none. */
export function holdIfTooMuch(
  store: Pick<Store, 'transact'>,
  id: string,
  { vanished, of, before = 0 }: Losses,
): Promise<boolean> {
  if (!isTooMuch(vanished.length + before, of)) return Promise.resolve(false);
  const names = listFirst(vanished, 10).map(({ body }) => body.name);
  return store.transact(async (tx) => {
    const facts = (await tx.connections.find(id))?.holdFacts as HoldFacts | null | undefined;
    // An administrator has seen these very losses and accepted them.
    if (vanished.length <= (facts?.accepted ?? 0)) return false;
    await holdConnection(tx, id, 'many_vanished', {
      ...{ vanished: vanished.length, of, names },
      ...(before > 0 ? { before } : {}),
    });
    return true;
  });
}

/** Whatever holds others first: clusters, then hosts. A whole estate may have vanished, and is not sorted for it. */
function listFirst(objects: readonly EstateObject[], count: number): readonly EstateObject[] {
  let first: EstateObject[] = [];
  for (const object of objects) {
    const last = first[count - 1];
    if (last === undefined || compareByKind(object, last) < 0)
      first = [...first, object].sort(compareByKind).slice(0, count);
  }
  return first;
}

function compareByKind(a: EstateObject, b: EstateObject): number {
  const kinds = OBJECT_KINDS.indexOf(a.kind) - OBJECT_KINDS.indexOf(b.kind);
  return kinds === 0 ? compareNames(a.body.name, b.body.name) : kinds;
}

/** Ends a hold. What is accepted is what was shown: this identity, this event number, these losses. */
export async function acceptHold(tx: Tx, state: ConnectionState): Promise<void> {
  const { id, identity, holdCode } = state;
  const facts = state.holdFacts as HoldFacts | null;
  if (holdCode === 'went_back' && typeof facts?.now === 'number')
    await keepEventNumber(tx, id, identity ?? '', facts.now);
  await tx.connections.save(id, {
    ...(holdCode === 'identity_changed' ? { identity: String(facts?.now ?? '') || null } : {}),
    ...{ holdCode: null, holdSince: null, holdFacts: { accepted: facts?.vanished ?? 0 } },
  });
}

/** Whether it is on hold because Drover's own database went back, and not because of its platform (H37). */
export function isHeldForDatabase({ holdCode, holdFacts }: ConnectionState): boolean {
  return holdCode === 'went_back' && (holdFacts as HoldFacts | null)?.anchor !== undefined;
}
