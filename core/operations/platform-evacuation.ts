/**
 * Who empties a host of a cluster: Drover by its own plan, or the platform by itself (a cluster's drain, DRS), as the
 * configuration says and the platform can. Where it cannot, Drover does, and the reason stands on the card.
 */
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import type { Effect } from '../plan/bounds.ts';
import type { Json, MoveLine, PlanNote, PlannedStep } from '../plan/plan.ts';
import type { MoveWay, OwnDrain } from '../ports/moving.ts';
import { DRAIN_KEY } from '../steps/left-by-drain.ts';
import type { EvacuationWay } from './evacuation-policy.ts';
import { listVms } from './host-vms.ts';
import { EFFECT_OF_WAY, toWay, type Vm } from './move-plan-parts.ts';
import type { World } from './operation.ts';
import { findConnection } from './parts-blockers.ts';
import { toNeedFacts } from './plan-parts.ts';

type Host = EstateObject<'host'>;

export type ChosenEvacuation =
  | { readonly by: 'platform'; readonly drain: OwnDrain }
  /** With the reason, where it was wished otherwise. */
  | { readonly by: 'drover'; readonly notes: readonly PlanNote[] };

export function chooseEvacuation(host: Host, world: World): ChosenEvacuation {
  if (wishOf(host, world) === 'drover') return { by: 'drover', notes: [] };
  const drain = findConnection(host, world)?.maintenance?.drains;
  const why = drain ? findHindrance(host, drain, world) : 'cannot';
  if (drain && why === undefined) return { by: 'platform', drain };
  const facts = { host: host.body.name, why };
  return { by: 'drover', notes: [{ code: 'platform_cannot_empty', facts }] };
}

function clusterOf({ connectionId, body }: Host, { index }: World) {
  const { clusterHandle } = body;
  return clusterHandle ? index.byHandle(connectionId, 'cluster', clusterHandle) : undefined;
}

function wishOf(host: Host, world: World): EvacuationWay {
  return world.evacuationOf(host.connectionId, clusterOf(host, world)?.body.name);
}

/** What is not known is no permission (H09). */
function findHindrance(host: Host, { where }: OwnDrain, world: World): string | undefined {
  const cluster = clusterOf(host, world);
  if (!cluster) return 'no_cluster';
  if (where === 'in_clusters') return undefined;
  const { automation } = cluster.body;
  if (automation === undefined) return 'automation_unknown';
  return automation === 'full' ? undefined : 'not_automated';
}

/** A failover cluster moves what belongs to it and nothing else. */
export function isDrained({ body }: Vm, { where }: OwnDrain): boolean {
  return where !== 'in_clusters' || body.isHighlyAvailable !== false;
}

/** As the platform does it by default. */
export function toOwnWay(vm: Vm, drain: OwnDrain): MoveWay {
  const way = toWay(vm);
  const { priority } = vm.body;
  const isLow = priority === 'low' || priority === 'none';
  return way === 'live' && drain.savesLow && isDrained(vm, drain) && isLow ? 'quick' : way;
}

/** The worst of it: of one whose priority nobody knows, the slower way. */
export function toOwnEffect(vm: Vm, drain: OwnDrain): Effect {
  const { priority, isHighlyAvailable } = vm.body;
  const isUnclear = priority === undefined && isHighlyAvailable === true;
  if (toWay(vm) === 'live' && drain.savesLow && isUnclear) return 'saved';
  return EFFECT_OF_WAY[toOwnWay(vm, drain)];
}

/** The platform may put them onto any other host of the cluster. */
export function listClusterHosts(host: Host, { index }: World): readonly Host[] {
  const { connectionId, body } = host;
  return [...index.all('host')].filter(
    (other) =>
      other.connectionId === connectionId &&
      other.id !== host.id &&
      other.body.clusterHandle === body.clusterHandle,
  );
}

/** Who is on the host is hashed by the bounds, so that here it is as new as the start. */
export function toDrainStep(host: Host, world: World): PlannedStep {
  const input = { host: toRef(host), hostId: host.id, name: host.body.name } as unknown as Json;
  const vms = listVms(host.id, world.index)
    .filter(({ body }) => body.role !== 'replica')
    .map((vm) => ({ vm: toRef(vm), name: vm.body.name, runs: isRunning(vm) }));
  const placement = { vms, hosts: listClusterHosts(host, world).map(toRef) } as unknown as Json;
  return { key: DRAIN_KEY, kind: 'drain-host', version: 1, input, placement, after: [] };
}

function isRunning({ body: { power } }: Vm): boolean {
  return power !== 'off' && power !== 'suspended';
}

/** Where it goes is not Drover's to say. */
export function toOwnLine(line: MoveLine, vm: Vm, drain: OwnDrain): MoveLine {
  return isDrained(vm, drain) ? { ...line, isChosenByPlatform: true } : line;
}

interface Sorted {
  readonly moving: readonly Vm[];
  readonly resting: readonly Vm[];
  readonly stuck: readonly Vm[];
}

/** What people should know before they agree to it. */
export function listDrainNotes(
  host: Host,
  { moving, resting, stuck }: Sorted,
  drain: OwnDrain,
  world: World,
): PlanNote[] {
  const facts = { host: host.body.name };
  const drained = moving.filter((vm) => isDrained(vm, drain));
  const saved = drained.filter((vm) => toOwnEffect(vm, drain) === 'saved');
  const needed = [...drained, ...stuck].filter((vm) => world.purposesOf(vm).length > 0);
  const others = moving.length - drained.length;
  return [
    { code: 'platform_empties', facts: { ...facts, count: drained.length } },
    ...(saved.length > 0
      ? [{ code: 'platform_saves', facts: { vms: toNames(saved), count: saved.length } } as const]
      : []),
    ...needed.map((vm) => ({
      code: 'platform_moves_needed' as const,
      facts: { vm: vm.body.name, ...toNeedFacts(world.purposesOf(vm)) },
    })),
    ...(others > 0 ? [{ code: 'platform_leaves', facts: { count: others } } as const] : []),
    ...(resting.length > 0
      ? [{ code: 'platform_moves_resting', facts: { count: resting.length } } as const]
      : []),
  ];
}

function toNames(vms: readonly Vm[]): string[] {
  return vms.map(({ body }) => body.name).toSorted();
}
