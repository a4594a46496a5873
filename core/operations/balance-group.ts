/** What of a cluster can be balanced: the hosts that give and take, and who of their VMs may move and who not. */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject } from '../inventory/estate-object.ts';
import { findGivers } from '../placement/place-balance.ts';
import type { PlacementGoal } from '../placement/stars.ts';
import type { PlanNote } from '../plan/plan.ts';
import { hostOf, listTieBlockers, type Vm } from './move-plan-parts.ts';
import type { World } from './operation.ts';
import { listNeeded, listVmBlockers } from './plan-parts.ts';

type Host = EstateObject<'host'>;
type Cluster = EstateObject<'cluster'>;

export function listClusterHosts({ connectionId, handle }: Cluster, index: EstateIndex): Host[] {
  return [...index.all('host')].filter(
    (host) => host.connectionId === connectionId && host.body.clusterHandle === handle,
  );
}

export function listClusterVms(cluster: Cluster, index: EstateIndex): Vm[] {
  return listClusterHosts(cluster, index).flatMap((host) =>
    index.vmsOnHost(host.connectionId, host.handle),
  );
}

export interface BalanceGroup {
  readonly goal: PlacementGoal;
  readonly hosts: readonly Host[];
  /** Of the cluster, and neither give nor take: in maintenance or on their way, not connected, not known well enough. */
  readonly leftOut: readonly Host[];
}

export function toBalanceGroup(cluster: Cluster, world: World): BalanceGroup {
  const { index, closedHostIds, goalOf } = world;
  const isUsable = (host: Host) =>
    host.body.state === 'connected' &&
    !host.body.inMaintenance &&
    !host.body.unreadable &&
    !closedHostIds.has(host.id) &&
    !index.firstViewOf(host) &&
    host.body.memoryBytes !== undefined &&
    host.body.memoryUsedBytes !== undefined;
  const all = listClusterHosts(cluster, index);
  return {
    goal: goalOf(cluster.connectionId, cluster.body.name),
    hosts: all.filter(isUsable),
    leftOut: all.filter((host) => !isUsable(host)),
  };
}

/** Without a wish: who may move of those hosts that should give. */
export function listMovable(group: BalanceGroup, world: World): Vm[] {
  return listGiven(group, world).filter((vm) => !whyItStays(vm, group.hosts, world));
}

/** And why the others stay: said only where nothing moves. */
export function listStaying(group: BalanceGroup, world: World): PlanNote[] {
  return listGiven(group, world).flatMap((vm) => whyItStays(vm, group.hosts, world) ?? []);
}

function listGiven({ hosts, goal }: BalanceGroup, { index }: World): Vm[] {
  return findGivers(hosts, goal).flatMap((host) => index.vmsOnHost(host.connectionId, host.handle));
}

/** What keeps a VM from being moved only to balance, wherever there is room; undefined: nothing. */
export function whyItStays(vm: Vm, hosts: readonly Host[], world: World): PlanNote | undefined {
  const { body } = vm;
  const facts = { vm: body.name };
  const [blocker] = listVmBlockers(vm, world);
  if (blocker) return blocker;
  const from = hostOf(vm, world);
  if (!from || !hosts.includes(from)) return { code: 'vm_not_among_hosts', facts };
  if (body.power !== 'on')
    return { code: 'vm_does_not_run', facts: { ...facts, state: body.platformState } };
  if (body.question)
    return { code: 'vm_asks_question', facts: { ...facts, question: body.question } };
  return [...listTieBlockers(vm), ...listNeeded('drover_stays', vm, world)][0];
}
