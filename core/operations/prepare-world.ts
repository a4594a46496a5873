/** Reads what an operation rests on from its platforms, learns it, and answers the world to plan in. */
import { type ErrorCode, OperationError } from '../errors.ts';
import { catchUpInside } from '../inventory/estate-feed.ts';
import type { EstateObject, Observed } from '../inventory/estate-object.ts';
import { learnGone, learnObserved } from '../inventory/learn.ts';
import type { SyncOptions } from '../inventory/sync-connection.ts';
import type { PlacementRules } from '../placement/stars.ts';
import type { Connection } from '../ports/connection.ts';
import type { ConnectionState, Reads, Reservation } from '../ports/store.ts';
import type { AnyOperation, World } from './operation.ts';

/** A Hyper-V host starts a PowerShell for each question. */
const READ_LIMIT_MS = 30_000;

export interface WorldDeps {
  readonly sync: SyncOptions;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly rules: PlacementRules;
}

/** A connection that does not answer now is told by its state; what is known of it stays as last seen (H10). */
export async function refreshTargets(
  deps: WorldDeps,
  operation: AnyOperation,
  input: unknown,
): Promise<void> {
  const { sync, connections } = deps;
  const targets = operation.refreshIds(input, sync.index).flatMap(({ kind, id }) => {
    const object = sync.index.get(kind, id);
    const connection = object && connections.get(object.connectionId);
    return object && connection ? [{ object, connection }] : [];
  });
  // Asked at once, taken in one after the other.
  const answers = targets.map((target) => readNow(target));
  for (const answer of answers) await learnAnswer(deps, await answer);
}

interface RefreshTarget {
  readonly object: EstateObject;
  readonly connection: Connection;
}

interface RefreshAnswer extends RefreshTarget {
  /** Absent: it is no more. */
  readonly observed?: Observed | undefined;
  readonly failure?: unknown;
  readonly signal: AbortSignal;
}

async function readNow(target: RefreshTarget): Promise<RefreshAnswer> {
  const signal = AbortSignal.timeout(READ_LIMIT_MS);
  try {
    const { object, connection } = target;
    const there = await connection.estate.read(object, signal);
    const observed = there ?? (await findMoved(target, signal));
    return { ...target, observed, signal };
  } catch (failure) {
    return { ...target, failure, signal };
  }
}

async function findMoved({ object, connection }: RefreshTarget, signal: AbortSignal) {
  return object.kind === 'vm' ? connection.estate.findMoved?.(object, signal) : undefined;
}

async function learnAnswer(deps: WorldDeps, answer: RefreshAnswer): Promise<void> {
  const { object, connection, observed, failure, signal } = answer;
  try {
    if (failure !== undefined) throw failure;
    if (observed) await learnObserved(deps.sync, connection, [observed], signal);
    else await learnGone(deps.sync, [object]);
  } catch (cause) {
    if (!(cause instanceof OperationError)) throw cause;
    // One object that cannot be shown says nothing of its connection (H11).
    if (cause.end === 'refused') return;
    // Our own patience ended it: it did not answer.
    const code = signal.aborted ? 'no_answer' : cause.code;
    await noteFailing(deps, object.connectionId, code);
  }
}

function noteFailing({ sync }: WorldDeps, connectionId: string, code: ErrorCode): Promise<void> {
  return sync.store.transact(async (tx) => {
    const known = await tx.connections.find(connectionId);
    await tx.connections.save(connectionId, {
      failingSince: known?.failingSince ?? tx.now,
      errorCode: code,
    });
  });
}

export interface Worlds {
  /** Reads what the operation rests on from its platforms, and answers the world to plan in. */
  prepareWorld(operation: AnyOperation, input: unknown, exceptRequestId: string): Promise<World>;
  /** The same as a transaction sees it; asks no platform. */
  worldInside(
    tx: Reads,
    operation: AnyOperation,
    input: unknown,
    exceptRequestId: string,
  ): Promise<World>;
}

export function createWorlds(deps: WorldDeps): Worlds {
  const { store, index, feed } = deps.sync;
  return {
    async prepareWorld(operation, input, exceptRequestId) {
      await refreshTargets(deps, operation, input);
      await feed.catchUp();
      const targetIds = operation.targetIds(input);
      return store.read((reads) => readWorld(deps, reads, { targetIds, exceptRequestId }));
    },
    async worldInside(tx, operation, input, exceptRequestId) {
      await catchUpInside(tx, index);
      return readWorld(deps, tx, { targetIds: operation.targetIds(input), exceptRequestId });
    },
  };
}

/** The world as one reading or transaction sees it. */
export async function readWorld(
  deps: WorldDeps,
  reads: Reads,
  {
    targetIds,
    exceptRequestId,
  }: { targetIds: readonly string[]; exceptRequestId?: string | undefined },
): Promise<World> {
  const states = new Map((await reads.connections.list()).map((state) => [state.id, state]));
  const reservations = await reads.reservations.list();
  const busy = new Map<string, number>();
  const own = exceptRequestId && (await reads.jobs.findByRequest(exceptRequestId));
  for (const job of await reads.jobs.listOpenOn(targetIds)) {
    if (job.requestId === exceptRequestId) continue;
    // Of two that wait for their start, the earlier goes first: neither waits for the other.
    if (own && job.state === 'starting' && job.number > own.number) continue;
    for (const id of job.targetIds) busy.set(id, job.number);
  }
  return toWorld(deps, { now: reads.now, states, reservations, busy, exceptRequestId });
}

interface Parts {
  readonly now: Date;
  readonly states: ReadonlyMap<string, ConnectionState>;
  readonly reservations: readonly Reservation[];
  readonly busy: ReadonlyMap<string, number>;
  readonly exceptRequestId?: string | undefined;
}

function toWorld({ sync, connections, rules }: WorldDeps, parts: Parts): World {
  const { now, states, reservations, busy, exceptRequestId } = parts;
  return {
    index: sync.index,
    ...{ now, reservations, rules, exceptRequestId },
    connectionOf: (id) => ({ connection: connections.get(id), state: states.get(id) }),
    busyWith: (id) => busy.get(id),
  };
}
