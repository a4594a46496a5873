/**
 * Where a new VM may live: every host with the reason for or against it, stars, and the datastore that fits on it.
 *
 * Pure over the estate index and the reservations; a host is blocked only by something known or by something that must
 * be known and is not. Only pairs of host and datastore that see each other count, and the template must be readable
 * from there (B47).
 */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject } from '../inventory/estate-object.ts';
import type { HostRating, PlanNote } from '../plan/plan.ts';
import type { Reservation } from '../ports/reservations.ts';
import { chooseDatastore, type SpaceQuestion } from './choose-datastore.ts';
import { createGoalFinder, type GoalOf, toGoalReasons } from './group-goals.ts';
import { type PlacementGoal, type PlacementRules, rateHost } from './stars.ts';

export interface PlaceQuestion {
  readonly connectionId: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly template: EstateObject<'template'>;
  /** Any of these will do (two networks of one name on two switches); absent: as the template has it. */
  readonly networks?: readonly EstateObject<'network'>[] | undefined;
  /** Drover ids; absent: any. */
  readonly hostIds?: readonly string[] | undefined;
  readonly datastoreIds?: readonly string[] | undefined;
  /** The request whose own reservation does not count. */
  readonly exceptRequestId?: string | undefined;
}

export interface PlaceWorld {
  readonly index: EstateIndex;
  /** Drover ids of hosts on which nothing is placed, whatever their platform says. */
  readonly closedHostIds?: ReadonlySet<string> | undefined;
  readonly reservations: readonly Reservation[];
  readonly rules: PlacementRules;
  readonly goalOf: GoalOf;
}

export interface Placed extends HostRating {
  readonly networkId?: string | undefined;
  /** Every datastore that would do on this host. */
  readonly datastoreIds: readonly string[];
}

export function placeVm(question: PlaceQuestion, world: PlaceWorld): Placed[] {
  const held = sumReservations(world.reservations, question.exceptRequestId);
  const rated: Placed[] = [];
  const findGoal = createGoalFinder(question.connectionId, world);
  for (const host of world.index.all('host')) {
    if (host.connectionId !== question.connectionId) continue;
    rated.push(rate(host, question, world, { held, goal: findGoal(host) }));
  }
  return rated.sort(isRatedBefore);
}

/** Best first, the blocked last, each by name. */
export function isRatedBefore(a: HostRating, b: HostRating): number {
  const isABlocked = a.verdict === 'blocked' ? 1 : 0;
  const isBBlocked = b.verdict === 'blocked' ? 1 : 0;
  return isABlocked - isBBlocked || b.stars - a.stars || (isBefore(a, b) ? -1 : 1);
}

/** Two hosts of one name stand in the same order after a restart, too. */
function isBefore(a: HostRating, b: HostRating): boolean {
  return a.hostName === b.hostName ? a.hostId < b.hostId : a.hostName < b.hostName;
}

export interface Held {
  readonly memoryOfHost: ReadonlyMap<string, number>;
  readonly bytesOfDatastore: ReadonlyMap<string, number>;
}

/** What others wait for; `except`: the request whose own reservation does not stand in its way. */
export function sumReservations(
  reservations: readonly Reservation[],
  except: string | undefined,
): Held {
  const memoryOfHost = new Map<string, number>();
  const bytesOfDatastore = new Map<string, number>();
  for (const { requestId, places } of reservations) {
    if (requestId === except) continue;
    for (const { hostId, datastoreId, memoryBytes, diskBytes } of places) {
      add(memoryOfHost, hostId, memoryBytes);
      add(bytesOfDatastore, datastoreId, diskBytes);
    }
  }
  return { memoryOfHost, bytesOfDatastore };
}

function add(sums: Map<string, number>, id: string | undefined, bytes: number): void {
  if (id !== undefined) sums.set(id, (sums.get(id) ?? 0) + bytes);
}

function rate(
  host: EstateObject<'host'>,
  question: PlaceQuestion,
  world: PlaceWorld,
  { held, goal }: { readonly held: Held; readonly goal: PlacementGoal },
): Placed {
  const network = findNetwork(host, question);
  const against = [...listHostBlockers(host, question, world), ...network.blockers];
  const space = chooseDatastore(toSpaceQuestion(host, question, world, held));
  const own = { hostId: host.id, hostName: host.body.name, datastoreIds: space.fittingIds };
  const load = toLoad(host, held);
  if (!load) against.push({ code: 'host_memory_unknown', facts: {} });
  against.push(...space.blockers);
  const rated = load && rateHost(load, question, { rules: world.rules, goal });
  if (rated && rated.memoryShare > 1 - world.rules.memoryReserveShare) {
    against.push({
      code: 'host_memory_too_small',
      facts: toMemoryFacts(load, question, world.rules),
    });
  }
  if (!rated || against.length > 0)
    return { ...own, stars: 0, verdict: 'blocked', reasons: against };
  const { datastore } = space;
  return {
    ...own,
    stars: rated.stars,
    verdict: rated.stars === 0 ? 'not_recommended' : 'fits',
    reasons: [...toReasons(rated), ...toGoalReasons(goal)],
    datastoreId: datastore?.id,
    datastoreName: datastore?.body.name,
    networkId: network.id,
  };
}

function listHostBlockers(
  host: EstateObject<'host'>,
  question: PlaceQuestion,
  { closedHostIds, index }: PlaceWorld,
): PlanNote[] {
  const { body } = host;
  const against = listSeenBefore(host, index);
  if (question.hostIds && !question.hostIds.includes(host.id))
    against.push({ code: 'outside_approved_hosts', facts: {} });
  if (body.state !== 'connected')
    against.push({ code: 'host_not_connected', facts: { state: body.platformState } });
  if (body.inMaintenance) against.push({ code: 'host_in_maintenance', facts: {} });
  else if (closedHostIds?.has(host.id))
    against.push({ code: 'host_enters_maintenance', facts: {} });
  if (body.unreadable) against.push({ code: 'host_unreadable', facts: { words: body.unreadable } });
  return against;
}

/** A machine that an earlier connection shows counts there, and there alone. */
export function listSeenBefore(host: EstateObject<'host'>, index: EstateIndex): PlanNote[] {
  const first = index.firstViewOf(host);
  if (!first) return [];
  const facts = { host: first.body.name, first: first.connectionId };
  return [{ code: 'host_seen_before', facts }];
}

function findNetwork(
  host: EstateObject<'host'>,
  { networks }: PlaceQuestion,
): { id?: string | undefined; blockers: PlanNote[] } {
  if (!networks) return { blockers: [] };
  const found = networks.filter(({ handle }) => host.body.networkHandles.includes(handle));
  const name = networks[0]?.body.name ?? '';
  if (found.length === 0)
    return { blockers: [{ code: 'host_network_missing', facts: { network: name } }] };
  return { id: found[0]?.id, blockers: [] };
}

function toSpaceQuestion(
  host: EstateObject<'host'>,
  question: PlaceQuestion,
  { index, rules }: PlaceWorld,
  { bytesOfDatastore }: Held,
): SpaceQuestion {
  const { diskBytes, datastoreIds, template } = question;
  return { host, index, rules, template, diskBytes, datastoreIds, heldBytesOf: bytesOfDatastore };
}

/** What runs, what is reserved, and nothing twice. Undefined when the host's memory is not known. */
function toLoad({ id, body }: EstateObject<'host'>, { memoryOfHost }: Held) {
  const { cpuCores, cpuUsedShare, memoryBytes, memoryUsedBytes } = body;
  if (cpuCores === undefined || memoryBytes === undefined || memoryUsedBytes === undefined)
    return undefined;
  return {
    cpuCores,
    cpuUsedShare,
    memoryBytes,
    memoryUsedBytes: memoryUsedBytes + (memoryOfHost.get(id) ?? 0),
  };
}

function toMemoryFacts(
  load: { memoryBytes: number; memoryUsedBytes: number } | undefined,
  { memoryBytes }: PlaceQuestion,
  { memoryReserveShare }: PlacementRules,
) {
  const total = load?.memoryBytes ?? 0;
  const freeBytes = Math.max(0, total * (1 - memoryReserveShare) - (load?.memoryUsedBytes ?? 0));
  return { freeBytes: Math.floor(freeBytes), wantedBytes: memoryBytes };
}

function toReasons({
  cpuShare,
  memoryShare,
}: {
  cpuShare?: number | undefined;
  memoryShare: number;
}): PlanNote[] {
  const memory: PlanNote = {
    code: 'memory_after',
    facts: { percent: Math.round(memoryShare * 100) },
  };
  if (cpuShare === undefined) return [memory, { code: 'load_unknown', facts: {} }];
  return [memory, { code: 'cpu_after', facts: { percent: Math.round(cpuShare * 100) } }];
}
