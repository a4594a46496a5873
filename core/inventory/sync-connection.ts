/**
 * Keeps one connection's estate: connects, reads everything, then follows changes, and begins anew when that breaks.
 *
 * An outage concludes nothing (H09, H10): objects stay as last seen, the connection says since when and why it fails.
 * A connection whose identity changed, or of which too much vanished at once, goes on hold (H06).
 */
import { OperationError, toOperationError } from '../errors.ts';
import type { Json } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Connection, ConnectionIdentity, EstateChange } from '../ports/connection.ts';
import type { ConnectionState, Store, Tx } from '../ports/store.ts';
import type { EstateFeed } from './estate-feed.ts';
import type { EstateIndex } from './estate-index.ts';
import type { EstateObject, Observed } from './estate-object.ts';
import { createReading, isSame, type Reading } from './reading.ts';
import {
  type Observation,
  type Reconciled,
  reconcile,
  reconcileInside,
  toRow,
} from './reconcile.ts';

/** Few enough that whoever waits for the database in between is answered within some milliseconds. */
const AT_ONCE = 50;
/** How many known objects are compared with a reading at a time. */
const COMPARED_AT_ONCE = 1000;
const AGAIN_MS = 1000;
const AGAIN_AT_MOST_MS = 30_000;
/** More than this share, and more than so many, vanished in one reading: no conclusion (H06). */
const VANISHED_SHARE = 0.1;
const VANISHED_AT_LEAST = 5;

export interface SyncOptions {
  readonly store: Store;
  readonly index: EstateIndex;
  readonly feed: EstateFeed;
  readonly clock: Clock;
  readonly onError: (error: unknown, connectionId: string) => void;
  /** Lets others have their turn between two pages: on SQLite a page is one piece of work. Absent: nobody else is there. */
  readonly breathe?: (() => Promise<void>) | undefined;
  /** Told in the transaction that writes what changed: requests on objects with a new handle go back (H03). */
  readonly onReconciled?: ((tx: Tx, reconciled: Reconciled) => Promise<void>) | undefined;
}

/** Runs until `signal` aborts. */
export async function keepInSync(
  options: SyncOptions,
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  for (let pauseMs = AGAIN_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, AGAIN_AT_MOST_MS)) {
    try {
      if (await followOnce(options, connection, signal)) pauseMs = AGAIN_MS / 2;
    } catch (cause) {
      if (signal.aborted) return;
      await noteFailure(options, connection, cause).catch((error) =>
        options.onError(error, connection.id),
      );
    }
    await options.clock.pause(pauseMs, signal).catch(() => undefined);
  }
}

/** One full reading and its changes. Answers whether a full reading ended, so that a broken wait is mended soon. */
async function followOnce(
  options: SyncOptions,
  connection: Connection,
  signal: AbortSignal,
): Promise<boolean> {
  const identity = await connection.estate.identify(signal);
  const state = await admit(options, connection, identity);
  if (state?.holdCode) return false;
  const mark = await readAll(options, connection, signal);
  if (mark === undefined) return false;
  try {
    await connection.estate.changes(
      mark,
      (changes) => learn(options, connection, changes, signal),
      signal,
    );
  } catch (cause) {
    if (signal.aborted) return true;
    if (!(cause instanceof OperationError && cause.code === 'session_lost')) throw cause;
  }
  return true;
}

/** Written once the estate was read, too: who answers to its name may still fail to show what it has. */
const NO_FAILURE = { failingSince: null, errorCode: null, errorFacts: null };

/** Compares who answers with who answered before; the first answer is taken as it is. */
function admit(
  { store }: SyncOptions,
  { id }: Connection,
  { identity, product }: ConnectionIdentity,
): Promise<ConnectionState | undefined> {
  return store.transact(async (tx) => {
    const known = await tx.connections.find(id);
    const isOther = Boolean(known?.identity) && known?.identity !== identity;
    if (isOther && !known?.holdCode) {
      await holdConnection(tx, id, 'identity_changed', {
        was: known?.identity ?? '',
        now: identity,
        product,
      });
    } else if (!isOther) {
      await tx.connections.save(id, { identity, product });
    }
    await tx.connections.save(id, { answeredAt: tx.now, ...(known?.holdCode ? NO_FAILURE : {}) });
    return tx.connections.find(id);
  });
}

export async function holdConnection(
  tx: Tx,
  id: string,
  holdCode: NonNullable<ConnectionState['holdCode']>,
  holdFacts: Json,
): Promise<void> {
  await tx.connections.save(id, { holdCode, holdFacts, holdSince: tx.now, ...NO_FAILURE });
  await tx.audit.insert({
    event: 'connection_on_hold',
    facts: { connection: id, code: holdCode, facts: holdFacts },
  });
}

async function readAll(
  options: SyncOptions,
  connection: Connection,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { store, feed } = options;
  const all: Observed[] = [];
  const reading = createReading();
  const mark = await connection.estate.snapshot(async (page) => {
    all.push(...page);
    reading.add(page);
    await options.breathe?.();
  }, signal);
  const known = listKnown(options.index, connection.id);
  const vanished = (await listMissing(options, known, reading)).filter(
    (object) => !reading.showsElsewhere(object),
  );
  if (await isTooMuch(options, connection, { vanished, of: known.length })) return undefined;

  for (const observed of cut(all)) {
    await write(options, { connectionId: connection.id, observed, stillExists: reading.has });
    await options.breathe?.();
  }
  // Who moved stands under a new handle by now; a twin that is no more does not.
  const missing = await listMissing(options, listKnown(options.index, connection.id), reading);
  await removeGone(options, connection, missing, signal);
  await store.transact((tx) =>
    tx.connections.save(connection.id, { syncedAt: tx.now, answeredAt: tx.now, ...NO_FAILURE }),
  );
  await feed.catchUp();
  return mark;
}

const KINDS = ['cluster', 'host', 'datastore', 'network', 'folder', 'template', 'vm'] as const;

function listKnown(index: EstateIndex, connectionId: string): EstateObject[] {
  const known: EstateObject[] = [];
  for (const kind of KINDS) {
    for (const object of index.all(kind))
      if (object.connectionId === connectionId) known.push(object);
  }
  return known;
}

async function listMissing(
  { breathe }: SyncOptions,
  known: readonly EstateObject[],
  reading: Reading,
): Promise<EstateObject[]> {
  const missing: EstateObject[] = [];
  for (const some of cut(known, COMPARED_AT_ONCE)) {
    missing.push(...some.filter((object) => !reading.shows(object)));
    await breathe?.();
  }
  return missing;
}

function* cut<T>(list: readonly T[], size = AT_ONCE): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}

async function isTooMuch(
  { store }: SyncOptions,
  { id }: Connection,
  { vanished, of: count }: { vanished: readonly EstateObject[]; of: number },
): Promise<boolean> {
  if (vanished.length <= VANISHED_AT_LEAST || vanished.length <= count * VANISHED_SHARE)
    return false;
  const state = await store.read((reads) => reads.connections.find(id));
  // An administrator has seen these very losses and accepted them.
  if ((state?.holdFacts as { accepted?: number } | null)?.accepted === vanished.length)
    return false;
  const names = vanished.slice(0, 10).map(({ body }) => body.name);
  await store.transact((tx) =>
    holdConnection(tx, id, 'many_vanished', { vanished: vanished.length, of: count, names }),
  );
  return true;
}

/** Gone is gone on the platform's own word for that object, at a second look (H09). */
async function removeGone(
  options: SyncOptions,
  connection: Connection,
  missing: readonly EstateObject[],
  signal: AbortSignal,
): Promise<void> {
  const gone: EstateObject[] = [];
  for (const object of missing) {
    if (await isGone(connection, object, signal)) gone.push(object);
  }
  for (const some of cut(gone)) {
    await learnGone(options, some);
    await options.breathe?.();
  }
}

/** Also when another took its place. What cannot be shown for itself is not gone, and holds up nothing else (H11). */
async function isGone(
  { estate }: Connection,
  object: EstateObject,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const there = await estate.read(object, signal);
    return there === undefined || !isSame(there, object);
  } catch (cause) {
    if (cause instanceof OperationError && cause.end === 'refused') return false;
    throw cause;
  }
}

/** Writes that a platform's own word made these gone. */
export async function learnGone(
  { store, feed, index }: SyncOptions,
  objects: readonly EstateObject[],
): Promise<void> {
  const lonely = listLonely(index, objects);
  await store.transact(async (tx) => {
    await tx.estate.write(objects.map((object) => ({ ...toRow(object), gone: true })));
    await tx.estate.write(lonely.map((object) => ({ ...toRow(object), isTwin: false })));
    for (const { id, body, kind } of objects) {
      await tx.audit.insert({ event: 'object_gone', facts: { id, kind, name: body.name } });
    }
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

async function write(options: SyncOptions, observation: Observation): Promise<void> {
  const { store, feed, index, onReconciled } = options;
  // Most readings say nothing new: only one that does takes a transaction.
  const glance = reconcile(index, observation);
  if (glance.writes.length === 0) return;
  await store.transact(async (tx) => {
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

/** What the platform tells of single objects. */
async function learn(
  options: SyncOptions,
  connection: Connection,
  changes: readonly EstateChange[],
  signal: AbortSignal,
): Promise<void> {
  const { index, store } = options;
  const gone = changes.flatMap((change) => {
    const object =
      change.change === 'gone' && index.byHandle(connection.id, change.kind, change.handle);
    return object ? [object] : [];
  });
  const observed = changes.flatMap((change) => (change.change === 'seen' ? [change.object] : []));
  const replaced = observed.flatMap((shown) => {
    const known = index.byHandle(connection.id, shown.kind, shown.handle);
    return known && !isSame(shown, known) ? [known] : [];
  });
  for (const some of cut(observed)) {
    await learnObserved(options, connection, some, signal);
    await options.breathe?.();
  }
  const stillThere = [...new Set([...gone, ...replaced])].filter(
    ({ id, kind, handle }) => index.get(kind, id)?.handle === handle,
  );
  await removeGone(options, connection, stillThere, signal);
  await store.transact((tx) => tx.connections.save(connection.id, { answeredAt: tx.now }));
}

/** Writes fresh observations of single objects; another object with the same identity is looked at first. */
export async function learnObserved(
  options: SyncOptions,
  connection: Connection,
  observed: readonly Observed[],
  signal: AbortSignal,
): Promise<void> {
  const existing = new Set<string>();
  for (const { kind, handle, identity } of observed) {
    if (kind !== 'vm' || identity === undefined) continue;
    for (const other of options.index.byIdentity(connection.id, kind, identity)) {
      if (other.handle === handle) continue;
      const there = await connection.estate.read(other, signal);
      if (there?.identity === identity) existing.add(`${kind}\0${other.handle}`);
    }
  }
  const reading = createReading(observed);
  const stillExists: Observation['stillExists'] = (kind, handle, identity) =>
    existing.has(`${kind}\0${handle}`) || reading.has(kind, handle, identity);
  await write(options, { connectionId: connection.id, observed, stillExists });
}

function noteFailure({ store }: SyncOptions, { id }: Connection, cause: unknown): Promise<void> {
  const { code, facts } = toOperationError(cause);
  return store.transact(async (tx) => {
    const known = await tx.connections.find(id);
    const failingSince = known?.failingSince ?? tx.now;
    await tx.connections.save(id, { failingSince, errorCode: code, errorFacts: facts as Json });
  });
}
