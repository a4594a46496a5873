/**
 * Keeps one connection's estate: connects, reads everything, then follows changes, and begins anew when that breaks.
 *
 * An outage concludes nothing (H09, H10): objects stay as last seen, the connection says since when and why it fails.
 * A connection whose identity changed, or of which too much vanished at once, goes on hold (H06).
 */
import { OperationError, toOperationError } from '../errors.ts';
import type { Json } from '../plan/plan.ts';
import type { Connection, EstateMark } from '../ports/connection.ts';
import type { Tx } from '../ports/store.ts';
import { admit, holdIfTooMuch, NO_FAILURE } from './connection-hold.ts';
import type { EstateObject, Observed } from './estate-object.ts';
import { type FollowOptions, followChanges } from './follow-changes.ts';
import { cut, hostsFirst, learnPage, removeGone } from './learn.ts';
import { listUnexplained } from './own-deletions.ts';
import { createReading, type Reading } from './reading.ts';
import { settleShownTwice } from './shown-twice.ts';

/** How many known objects are compared with a reading at a time. */
const COMPARED_AT_ONCE = 1000;
const AGAIN_MS = 1000;
const AGAIN_AT_MOST_MS = 30_000;

export interface SyncOptions extends FollowOptions {
  readonly onError: (error: unknown, connectionId: string) => void;
  /** Told in the transaction that writes that it no longer answers, or answers again. */
  readonly onTurned?: ((tx: Tx, connectionId: string) => Promise<void>) | undefined;
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
  if (!(await admit(options.store, connection.id, identity))) return false;
  const mark = await readAll(options, connection, signal);
  if (mark === undefined) return false;
  try {
    return !(await followChanges(options, connection, mark, signal));
  } catch (cause) {
    if (signal.aborted) return true;
    if (!(cause instanceof OperationError && cause.code === 'session_lost')) throw cause;
  }
  return true;
}

/** Answers nothing where it concluded nothing: the connection is on hold. */
async function readAll(
  options: SyncOptions,
  connection: Connection,
  signal: AbortSignal,
): Promise<EstateMark | undefined> {
  const { store, feed, index } = options;
  const { id } = connection;
  const shown: Observed[] = [];
  const mark = await connection.estate.snapshot(async (page) => {
    shown.push(...page);
    await options.breathe?.();
  }, signal);
  const { observed: all } = await settleShownTwice({ connection, index, observed: shown }, signal);
  const reading = createReading();
  for (const page of cut(all, COMPARED_AT_ONCE)) {
    reading.add(page);
    await options.breathe?.();
  }
  const known = index.ofConnection(id);
  const missingNow = await listMissing(options, known, reading);
  const vanished = await listUnexplained(
    options,
    missingNow.filter((object) => !reading.showsElsewhere(object)),
  );
  if (await holdIfTooMuch(store, id, { vanished, of: known.length })) return undefined;

  for (const observed of cut(hostsFirst(all))) {
    await learnPage(options, { connectionId: id, observed, stillExists: reading.has });
    await options.breathe?.();
  }
  // Who moved stands under a new handle by now; a twin that is no more does not.
  const missing = await listMissing(options, index.ofConnection(id), reading);
  await removeGone(options, connection, missing, signal);
  const isRead = await noteRead(options, id);
  await feed.catchUp();
  return isRead ? mark : undefined;
}

/** What an administrator accepted is concluded by now and counts no more. False when it was put on hold meanwhile. */
function noteRead({ store, onTurned }: SyncOptions, id: string): Promise<boolean> {
  return store.transact(async (tx) => {
    const known = await tx.connections.find(id);
    if (known?.holdCode) return false;
    const times = { syncedAt: tx.now, answeredAt: tx.now };
    await tx.connections.save(id, { ...times, ...NO_FAILURE, holdFacts: null });
    if (known?.failingSince) await onTurned?.(tx, id);
    return true;
  });
}

async function listMissing(
  { breathe }: SyncOptions,
  known: readonly EstateObject[],
  reading: Reading,
): Promise<EstateObject[]> {
  const missing: EstateObject[] = [];
  for (const some of cut(known, COMPARED_AT_ONCE)) {
    missing.push(...some.filter((object) => !reading.shows(object) && !reading.mayHide(object)));
    await breathe?.();
  }
  return missing;
}

function noteFailure(
  { store, onTurned }: SyncOptions,
  { id }: Connection,
  cause: unknown,
): Promise<void> {
  const { code, facts } = toOperationError(cause);
  return store.transact(async (tx) => {
    const known = await tx.connections.find(id);
    const failingSince = known?.failingSince ?? tx.now;
    await tx.connections.save(id, { failingSince, errorCode: code, errorFacts: facts as Json });
    if (!known?.failingSince) await onTurned?.(tx, id);
  });
}
