/** Roles of a cluster that move: one by one in a queue, in a drain, and back. */
import { beginMove, cancelMove, countMoves, handOver, isDown, listRunning } from './moves.ts';
import { isOn, type WorldCluster, type WorldGroup, type WorldNode, type WorldVm } from './parts.ts';
import type { World } from './world.ts';

export const findRoleVm = (world: World, { vmId, owner }: WorldGroup): WorldVm | undefined =>
  vmId === undefined ? undefined : world.findVm(owner, vmId);

export const isRoleMoving = (world: World, { vmId }: WorldGroup): boolean =>
  listRunning(world).some(({ vm, to }) => vm.id === vmId && to !== undefined);

interface RoleOrder {
  readonly group: WorldGroup;
  readonly to: string;
  readonly isLive: boolean;
  readonly ended?: (isDone: boolean) => void;
}

/** A VM that is off changes its owner at once. */
export function moveRole(world: World, cluster: WorldCluster, order: RoleOrder): void {
  const { group, to, isLive, ended = () => undefined } = order;
  const vm = findRoleVm(world, group);
  if (!vm || !isOn(vm)) {
    if (vm) {
      handOver(world, vm, to);
      group.owner = to;
    }
    ended(vm !== undefined);
    return;
  }
  group.isQueued = true;
  cluster.queue.push({ group, to, isLive, ended });
  goOn(world, cluster);
}

function goOn(world: World, cluster: WorldCluster): void {
  for (const order of [...cluster.queue]) {
    const { group, to, isLive, ended } = order;
    const ends = [group.owner, to];
    if (ends.some((host) => countMoves(world, host, 'host') >= cluster.atOnce)) continue;
    cluster.queue.splice(cluster.queue.indexOf(order), 1);
    group.isQueued = false;
    const vm = findRoleVm(world, group);
    if (!vm || isDown(world, to)) {
      ended(false);
      continue;
    }
    const onEnd = ({ state }: { readonly state: number }) => {
      if (vm.host === to) group.owner = to;
      ended(state === 7);
      goOn(world, cluster);
    };
    beginMove(world, vm, { to, isQuick: !isLive, onEnd });
  }
}

/** False: it does not move. */
export function cancelRole(world: World, cluster: WorldCluster, group: WorldGroup): boolean {
  const order = cluster.queue.find((one) => one.group === group);
  if (order) {
    cluster.queue.splice(cluster.queue.indexOf(order), 1);
    group.isQueued = false;
    order.ended(false);
    return true;
  }
  const move = listRunning(world).find(({ vm, to }) => vm.id === group.vmId && to !== undefined);
  if (move) cancelMove(world, move);
  return move !== undefined;
}

export function pauseNode(world: World, cluster: WorldCluster, node: WorldNode, drains: boolean) {
  node.state = 'Paused';
  if (!drains) return;
  const groups = cluster.groups
    .filter(({ vmId, owner }) => vmId !== undefined && owner === node.name)
    .sort((a, b) => b.priority - a.priority);
  let left = groups.length;
  let failed = 0;
  node.drain = left === 0 ? 'Completed' : 'InProgress';
  const ended = (group: WorldGroup) => (isDone: boolean) => {
    left -= 1;
    if (isDone) node.drained.push(group.name);
    else failed += 1;
    if (left === 0 && node.state === 'Paused') node.drain = failed > 0 ? 'Failed' : 'Completed';
  };
  for (const group of groups) {
    const vm = findRoleVm(world, group);
    const to = vm && findNode(world, cluster, vm);
    if (!vm || vm.isPinned || to === undefined) ended(group)(false);
    else moveRole(world, cluster, { group, to, isLive: isLive(group), ended: ended(group) });
  }
}

/** CLAIM: MoveTypeThreshold is 2000 as it comes; a cluster's own move of less is a quick one. */
const isLive = ({ priority }: WorldGroup): boolean => priority >= 2000;

function findNode(world: World, { nodes }: WorldCluster, vm: WorldVm): string | undefined {
  const able = nodes.filter(
    ({ name, state }) =>
      state === 'Up' && name !== vm.host && world.freeMemoryBytes(name) >= vm.memoryBytes,
  );
  return able.sort((a, b) => world.freeMemoryBytes(b.name) - world.freeMemoryBytes(a.name))[0]
    ?.name;
}

/** What waits for its turn in the drain stays. */
export function resumeNode(
  world: World,
  cluster: WorldCluster,
  node: WorldNode,
  failsBack: boolean,
): void {
  node.state = 'Up';
  node.drain = 'NotInitiated';
  const drained = node.drained.splice(0);
  for (const { group } of [...cluster.queue])
    if (group.owner === node.name) cancelRole(world, cluster, group);
  if (!failsBack) return;
  for (const group of cluster.groups)
    if (drained.includes(group.name) && group.owner !== node.name)
      moveRole(world, cluster, { group, to: node.name, isLive: isLive(group) });
}
