/**
 * Writes what was observed, and what is gone, into what Drover knows.
 *
 * Of a connection on hold nothing is written, whoever read it (H06).
 */
import { OperationError } from '../errors.ts';
import type { Connection } from '../ports/connection.ts';
import type { Store, Tx } from '../ports/store.ts';
import { isOnHold } from './connection-hold.ts';
import type { EstateFeed } from './estate-feed.ts';
import type { EstateIndex } from './estate-index.ts';
import type { EstateObject, Observed } from './estate-object.ts';
import { createReading, isSame } from './reading.ts';
import {
  type Observation,
  type Reconciled,
  reconcile,
  reconcileInside,
  toRow,
} from './reconcile.ts';
import { settleShownTwice } from './shown-twice.ts';

/** Few enough that whoever waits for the database in between is answered within some milliseconds. */
const AT_ONCE = 25;

export interface LearnOptions {
  readonly store: Store;
  readonly index: EstateIndex;
  readonly feed: EstateFeed;
  /** Lets others have their turn between two pages: on SQLite a page is one piece of work. Absent: nobody else is there. */
  readonly breathe?: (() => Promise<void>) | undefined;
  /** Told in the transaction that writes what changed: requests on objects with a new handle go back (H03). */
  readonly onReconciled?: ((tx: Tx, reconciled: Reconciled) => Promise<void>) | undefined;
  /** Told in the transaction that writes what is gone. */
  readonly onGone?: ((tx: Tx, gone: readonly EstateObject[]) => Promise<void>) | undefined;
}

export function* cut<T>(list: readonly T[], size = AT_ONCE): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}

/** Hosts before all else: what becomes of a VM is judged by the host that it was on. */
export function hostsFirst(observed: readonly Observed[]): Observed[] {
  const isHost = ({ kind }: Observed) => kind === 'host';
  return [...observed.filter(isHost), ...observed.filter((one) => !isHost(one))];
}

/** Gone is gone on the platform's own word for that object, at a second look (H09). Answers which are. */
export async function removeGone(
  options: LearnOptions,
  connection: Connection,
  missing: readonly EstateObject[],
  signal: AbortSignal,
): Promise<readonly EstateObject[]> {
  const gone: EstateObject[] = [];
  for (const object of missing) {
    if (await isGone(connection, object, signal)) gone.push(object);
  }
  for (const some of cut(gone)) {
    await learnGone(options, some);
    await options.breathe?.();
  }
  return gone;
}

/** Also when another took its place. What cannot be shown for itself is not gone, and holds up nothing else (H11). */
async function isGone(
  { estate }: Connection,
  object: EstateObject,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const there = await estate.read(object, signal);
    if (there !== undefined) return !isSame(there, object);
    // Between two hosts that were read one after the other it is seen on none.
    return object.kind !== 'vm' || (await estate.findMoved?.(object, signal)) === undefined;
  } catch (cause) {
    if (cause instanceof OperationError && cause.end === 'refused') return false;
    throw cause;
  }
}

/** Writes that a platform's own word made these, all of one connection, gone. */
export async function learnGone(
  { store, feed, index, onGone }: LearnOptions,
  objects: readonly EstateObject[],
): Promise<void> {
  const lonely = listLonely(index, objects);
  await store.transact(async (tx) => {
    if (await isOnHold(tx, objects[0]?.connectionId ?? '')) return;
    await tx.estate.write(objects.map((object) => ({ ...toRow(object), gone: true })));
    await tx.estate.write(lonely.map((object) => ({ ...toRow(object), isTwin: false })));
    for (const { id, body, kind } of objects) {
      await tx.audit.insert({ event: 'object_gone', facts: { id, kind, name: body.name } });
    }
    await onGone?.(tx, objects);
  });
  await feed.catchUp();
}

/** Twins that stand alone once these are gone: nothing is left to tell apart (H04). */
function listLonely(index: EstateIndex, gone: readonly EstateObject[]): EstateObject[] {
  const ids = new Set(gone.map(({ id }) => id));
  return gone.flatMap(({ connectionId, kind, identity, isTwin }) => {
    const same = isTwin ? index.byIdentity(connectionId, kind, identity) : [];
    const left = same.filter(({ id }) => !ids.has(id));
    return left.length === 1 ? left : [];
  });
}

/** Writes one page of what was observed. */
export async function learnPage(options: LearnOptions, observation: Observation): Promise<void> {
  const { store, feed, index, onReconciled } = options;
  // Most readings say nothing new: only one that does takes a transaction.
  const glance = reconcile(index, observation);
  if (glance.writes.length === 0) return;
  await store.transact(async (tx) => {
    if (await isOnHold(tx, observation.connectionId)) return;
    const reconciled = await reconcileInside(tx, index, observation);
    for (const writes of cut(reconciled.writes)) await tx.estate.write(writes);
    for (const id of reconciled.rebound)
      await tx.audit.insert({ event: 'handle_changed', facts: { id } });
    for (const id of reconciled.twins)
      await tx.audit.insert({ event: 'identity_twice', facts: { id } });
    await onReconciled?.(tx, reconciled);
  });
  await feed.catchUp();
}

/** Writes fresh observations of single objects; another object with the same identity is looked at first. */
export async function learnObserved(
  options: LearnOptions,
  connection: Connection,
  observed: readonly Observed[],
  signal: AbortSignal,
): Promise<void> {
  const { index } = options;
  const listKnown = (identity: string) =>
    index.byIdentity(connection.id, 'vm', identity).map(({ handle }) => handle);
  const settled = await settleShownTwice({ connection, index, observed, listKnown }, signal);
  const existing = new Set(settled.there);
  for (const { kind, handle, identity } of settled.observed) {
    // Looked at together with it.
    if (kind !== 'vm' || identity === undefined || existing.has(handle)) continue;
    for (const other of index.byIdentity(connection.id, kind, identity)) {
      if (other.handle === handle || existing.has(other.handle)) continue;
      const there = await connection.estate.read(other, signal);
      if (there?.identity === identity) existing.add(other.handle);
    }
  }
  const reading = createReading(settled.observed);
  const stillExists: Observation['stillExists'] = (kind, handle, identity) =>
    (kind === 'vm' && existing.has(handle)) || reading.has(kind, handle, identity);
  const { id: connectionId } = connection;
  await learnPage(options, { connectionId, observed: settled.observed, stillExists });
}
