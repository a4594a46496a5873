/**
 * Takes in what a platform tells of single objects, until it stops telling, or looks like another one (H06).
 *
 * A platform tells a large loss in parts: losses count together over a sliding minute since the last full reading, and
 * of the part that makes them too many nothing is concluded; what an earlier part said stays said.
 */
import type { Clock } from '../ports/clock.ts';
import type { Connection, EstateChange, EstateMark } from '../ports/connection.ts';
import { admit, holdIfTooMuch, VANISHED_AT_LEAST } from './connection-hold.ts';
import type { EstateObject, Observed } from './estate-object.ts';
import { cut, hostsFirst, type LearnOptions, learnObserved, removeGone } from './learn.ts';
import { listUnexplained } from './own-deletions.ts';
import { createReading, isSame } from './reading.ts';

const LOSSES_COUNT_MS = 60_000;
/** What was remembered of its event numbers must not be older than a backup that may be restored. */
const ASK_WHO_EVERY_MS = 60_000;

export interface FollowOptions extends LearnOptions {
  readonly clock: Clock;
}

interface Following {
  readonly options: FollowOptions;
  readonly connection: Connection;
  readonly signal: AbortSignal;
  /** What was taken for gone without an order of Drover's own, and when. */
  losses: readonly { readonly object: EstateObject; readonly atMs: number }[];
  askedAtMs: number;
}

/** Answers true when it ended because the connection is on hold; resolves with false when `signal` aborts. */
export async function followChanges(
  options: FollowOptions,
  connection: Connection,
  mark: EstateMark,
  signal: AbortSignal,
): Promise<boolean> {
  const held = new AbortController();
  const following: Following = {
    ...{ options, connection, signal: AbortSignal.any([signal, held.signal]) },
    ...{ losses: [], askedAtMs: options.clock.elapsedMs() },
  };
  const takeIn = async (changes: readonly EstateChange[]) => {
    // An adapter may have read more before it learned that nobody listens any more.
    if (following.signal.aborted) return;
    if (await isToBeHeld(following, changes)) held.abort();
    else await learnChanges(following, changes);
  };
  await connection.estate.changes(mark, takeIn, following.signal);
  return held.signal.aborted;
}

async function isToBeHeld(
  following: Following,
  changes: readonly EstateChange[],
): Promise<boolean> {
  const { options, connection, signal } = following;
  const nowMs = options.clock.elapsedMs();
  if (nowMs - following.askedAtMs >= ASK_WHO_EVERY_MS) {
    following.askedAtMs = nowMs;
    const answer = await connection.estate.identify(signal);
    if (!(await admit(options.store, connection.id, answer))) return true;
  }
  return isLosingTooMuch(following, changes);
}

async function isLosingTooMuch(
  following: Following,
  changes: readonly EstateChange[],
): Promise<boolean> {
  const { options, connection } = following;
  const { index, store, clock } = options;
  const shown = createReading(listSeen(changes));
  const vanished = await listUnexplained(
    options,
    listLeaving(following, changes).filter((object) => !shown.showsElsewhere(object)),
  );
  // One that was seen again since is no loss.
  following.losses = following.losses.filter(
    ({ object: { kind, id }, atMs }) =>
      clock.elapsedMs() - atMs < LOSSES_COUNT_MS && !index.get(kind, id),
  );
  const before = following.losses.length;
  if (vanished.length === 0 || vanished.length + before <= VANISHED_AT_LEAST) return false;
  const of = index.countOf(connection.id) + before;
  return holdIfTooMuch(store, connection.id, { vanished, of, before });
}

function listSeen(changes: readonly EstateChange[]): Observed[] {
  return changes.flatMap((change) => (change.change === 'seen' ? [change.object] : []));
}

/** Known objects that are told to be gone, or whose place another took. */
function listLeaving(
  { options: { index }, connection: { id: connectionId } }: Following,
  changes: readonly EstateChange[],
): EstateObject[] {
  const leaving = changes.flatMap((change) => {
    const { kind, handle } = change.change === 'seen' ? change.object : change;
    const known = index.byHandle(connectionId, kind, handle);
    const stays = change.change === 'seen' && known && isSame(change.object, known);
    return known && !stays ? [known] : [];
  });
  return [...new Set(leaving)];
}

async function learnChanges(following: Following, changes: readonly EstateChange[]): Promise<void> {
  const { options, connection, signal } = following;
  const { index, store, clock } = options;
  const leaving = listLeaving(following, changes);
  const unexplained = new Set(await listUnexplained(options, leaving));
  for (const some of cut(hostsFirst(listSeen(changes)))) {
    await learnObserved(options, connection, some, signal);
    await options.breathe?.();
  }
  const stillThere = leaving.filter(
    ({ id, kind, handle }) => index.get(kind, id)?.handle === handle,
  );
  const gone = await removeGone(options, connection, stillThere, signal);
  const atMs = clock.elapsedMs();
  const lost = gone.filter((object) => unexplained.has(object));
  following.losses = [...following.losses, ...lost.map((object) => ({ object, atMs }))];
  await store.transact((tx) => tx.connections.save(connection.id, { answeredAt: tx.now }));
}
