/** Reads what an operation rests on from its platforms, learns it, and answers the world to plan in. */
import { type ErrorCode, OperationError } from '../errors.ts';
import { catchUpInside } from '../inventory/estate-feed.ts';
import type { EstateObject, Observed } from '../inventory/estate-object.ts';
import { learnGone, learnObserved } from '../inventory/learn.ts';
import type { OwnVms } from '../inventory/own-vms.ts';
import type { SyncOptions } from '../inventory/sync-connection.ts';
import type { GoalOf } from '../placement/group-goals.ts';
import type { PlacementRules } from '../placement/stars.ts';
import type { Connection } from '../ports/connection.ts';
import type { ConnectionState } from '../ports/connection-states.ts';
import type { MovePace } from '../ports/move-pace.ts';
import type { Reservation } from '../ports/reservations.ts';
import type { Reads } from '../ports/store.ts';
import { type EvacuationPolicy, findEvacuationWay } from './evacuation-policy.ts';
import { examineMoves, type MoveAnswers } from './examine-moves.ts';
import type { AnyOperation, MovedAway, World } from './operation.ts';
import { readMaintenance } from './read-maintenance.ts';
import { readMakers } from './read-makers.ts';
import { type KnownMaintenance, readVmMaintenance } from './read-vm-maintenance.ts';

/** A Hyper-V host starts a PowerShell for each question. */
const READ_LIMIT_MS = 30_000;

export interface WorldDeps {
  readonly sync: SyncOptions;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly rules: PlacementRules;
  readonly goalOf: GoalOf;
  readonly evacuation: EvacuationPolicy;
  readonly capacityOf: (key: string) => number | undefined;
  /** What platforms said of moves. */
  readonly moveAnswers: MoveAnswers;
  readonly ownVms: OwnVms;
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

/** Asks the platforms of a plan that moves VMs; any other plan asks nothing here. */
export async function examineTargets(
  deps: WorldDeps,
  operation: AnyOperation,
  input: unknown,
  { requestId: exceptRequestId, ...retried }: Partial<OwnWork> = {},
): Promise<void> {
  if (!operation.movesVms) return;
  const { store, index, feed } = deps.sync;
  deps.moveAnswers.forget(new Set(operation.targetIds(input, index)));
  await examineMoves(deps, async () => {
    await feed.catchUp();
    const targetIds = operation.targetIds(input, index);
    const world = await store.read((reads) =>
      readWorld(deps, reads, { targetIds, exceptRequestId }),
    );
    return operation.plan(input, { ...world, ...retried });
  });
}

/** What stands in no way of the one who plans; at a retry also what is done, and what was agreed. */
export interface OwnWork extends Pick<World, 'doneKeys' | 'within'> {
  readonly requestId: string;
}

export interface Worlds {
  /** Reads what the operation rests on from its platforms, and answers the world to plan in. */
  prepareWorld(operation: AnyOperation, input: unknown, own: OwnWork): Promise<World>;
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
    async prepareWorld(operation, input, own) {
      await refreshTargets(deps, operation, input);
      await examineTargets(deps, operation, input, own);
      await feed.catchUp();
      const targetIds = operation.targetIds(input, index);
      const exceptRequestId = own.requestId;
      return store.read((reads) => readWorld(deps, reads, { targetIds, exceptRequestId }));
    },
    async worldInside(tx, operation, input, exceptRequestId) {
      await catchUpInside(tx, index);
      return readWorld(deps, tx, { targetIds: operation.targetIds(input, index), exceptRequestId });
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
  const maintenance = await readMaintenance(reads, targetIds);
  const others = reservations.filter(({ requestId }) => requestId !== exceptRequestId);
  const busy = await readComing(reads, targetIds, others);
  const own = exceptRequestId && (await reads.jobs.findByRequest(exceptRequestId));
  const changedIds = [...targetIds, ...listAwayIds(deps, maintenance.moved)];
  for (const job of await reads.jobs.listOpenOn(changedIds)) {
    if (job.requestId === exceptRequestId) continue;
    // Of two that wait for their start, the earlier goes first: neither waits for the other.
    if (own && job.state === 'starting' && job.number > own.number) continue;
    for (const id of job.targetIds) busy.set(id, job.number);
  }
  for (const [id, { requestId, number }] of await readMakers(reads, deps.sync.index, targetIds))
    if (requestId !== exceptRequestId) busy.set(id, number);
  const paces = await reads.movePace.list();
  const vmMaintenance = await readVmMaintenance(reads, targetIds);
  return toWorld(deps, {
    ...{ now: reads.now, states, reservations, busy, exceptRequestId },
    ...maintenance,
    ...{ paces, vmMaintenance },
  });
}

/** VMs that may come back to a host are changed as it is, by whatever else changes them now (H17). */
function listAwayIds({ sync: { index } }: WorldDeps, moved: Parts['moved']): string[] {
  return [...moved].flatMap(([hostId, away]) => {
    const connectionId = index.get('host', hostId)?.connectionId ?? '';
    return away.flatMap(({ vmIdentity }) =>
      index.byIdentity(connectionId, 'vm', vmIdentity).map(({ id }) => id),
    );
  });
}

/** Hosts to which a job that runs still brings something: none is emptied under it. */
async function readComing(
  { jobs }: Reads,
  targetIds: readonly string[],
  reservations: readonly Reservation[],
): Promise<Map<string, number>> {
  const wanted = new Set(targetIds);
  const coming = new Map<string, number>();
  for (const { requestId, places } of reservations) {
    const hostIds = places.flatMap(({ hostId }) => (hostId && wanted.has(hostId) ? [hostId] : []));
    const job = hostIds.length > 0 ? await jobs.findByRequest(requestId) : undefined;
    if (job?.state !== 'running') continue;
    for (const id of hostIds) coming.set(id, job.number);
  }
  return coming;
}

interface Parts {
  readonly now: Date;
  readonly states: ReadonlyMap<string, ConnectionState>;
  readonly reservations: readonly Reservation[];
  readonly busy: ReadonlyMap<string, number>;
  readonly exceptRequestId?: string | undefined;
  readonly closedHostIds: ReadonlySet<string>;
  readonly moved: ReadonlyMap<string, readonly MovedAway[]>;
  readonly paces: readonly MovePace[];
  readonly vmMaintenance: ReadonlyMap<string, KnownMaintenance>;
}

function toWorld(deps: WorldDeps, parts: Parts): World {
  const { sync, connections, rules, goalOf, evacuation, capacityOf, moveAnswers, ownVms } = deps;
  const { now, states, reservations, busy, exceptRequestId, closedHostIds, moved } = parts;
  return {
    index: sync.index,
    ...{ now, reservations, rules, goalOf, capacityOf, exceptRequestId, closedHostIds },
    evacuationOf: (id, cluster) => findEvacuationWay(evacuation, id, cluster),
    answerOf: moveAnswers.of,
    purposesOf: (vm) => ownVms.purposesOf(vm),
    movedFrom: (hostId) => moved.get(hostId),
    maintenanceOf: (vmId) => parts.vmMaintenance.get(vmId),
    pacesOf: (connectionId) => parts.paces.filter((pace) => pace.connectionId === connectionId),
    connectionOf: (id) => ({ connection: connections.get(id), state: states.get(id) }),
    busyWith: (id) => busy.get(id),
  };
}
