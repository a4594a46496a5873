/** What befalls hosts and volumes of a world, whoever looks. */
import { handOver, loseMoves } from './moves.ts';
import { isOn, type WorldVm, type WorldVolume } from './parts.ts';
import type { World } from './world.ts';

/** Its VMs are off, those of a cluster too: it is back before they are moved. */
export function stopHost(world: World, name: string): void {
  loseMoves(world, name);
  for (const vm of world.vmsOn(name)) if (isOn(vm)) vm.state = 'Off';
  setNode(world, name, 'Down');
}

/** What is highly available starts again on the nodes that are up, in turn; what is not stays, and is off. */
export function loseHost(world: World, name: string): void {
  const wereOn = new Set(world.vmsOn(name).filter(isOn));
  stopHost(world, name);
  const cluster = world.clusterOf(name);
  const up = cluster?.nodes.filter(({ state }) => state === 'Up').map((node) => node.name) ?? [];
  const [first] = up;
  if (!cluster || first === undefined) return;
  const orphans = cluster.groups.filter(({ owner }) => owner === name);
  const vmsById = new Map(world.vms.map((vm) => [vm.id, vm]));
  for (const [i, group] of orphans.entries()) {
    group.owner = up[i % up.length] ?? first;
    const vm = vmsById.get(group.vmId ?? '');
    if (vm) {
      handOver(world, vm, group.owner);
      vm.startedAt = world.clock.now();
    }
    if (vm && wereOn.has(vm)) vm.state = 'Running';
  }
  for (const volume of cluster.volumes) if (volume.owner === name) volume.owner = first;
}

export function returnHost(world: World, name: string): void {
  world.requireHost(name).bootedAt = world.clock.now();
  setNode(world, name, 'Up');
}

/** No node reaches its files; VMs with a disk there are critical. */
export function loseVolume(world: World, name: string): void {
  const { cluster, volume } = requireVolume(world, name);
  if (!volume.isOnline) return;
  volume.isOnline = false;
  world.files.unlinkVolume(
    name,
    cluster.nodes.map((node) => node.name),
  );
  for (const vm of vmsUpon(world, volume))
    if (!vm.state.endsWith('Critical')) vm.state = isOn(vm) ? 'PausedCritical' : 'OffCritical';
}

export function returnVolume(world: World, name: string): void {
  const { cluster, volume } = requireVolume(world, name);
  if (volume.isOnline) return;
  volume.isOnline = true;
  world.files.linkVolume(
    cluster.name,
    name,
    cluster.nodes.map((node) => node.name),
  );
  for (const vm of vmsUpon(world, volume)) {
    if (vm.state === 'PausedCritical') vm.state = 'Running';
    if (vm.state === 'OffCritical') vm.state = 'Off';
  }
}

/** That node's I/O goes over the network, or directly again. */
export function redirectVolume(world: World, name: string, node: string, isRedirected: boolean) {
  const { volume } = requireVolume(world, name);
  const others = volume.redirected.filter((one) => one !== node);
  volume.redirected = isRedirected ? [...others, node] : others;
}

function setNode(world: World, name: string, state: 'Up' | 'Down'): void {
  const node = world.clusterOf(name)?.nodes.find((one) => one.name === name);
  if (node) node.state = state;
}

/** By the folder's name: `Volume1`. */
function requireVolume(world: World, name: string) {
  for (const cluster of world.clusters.values()) {
    const volume = cluster.volumes.find(({ folder }) => folder === toFolder(name));
    if (volume) return { cluster, volume };
  }
  throw new Error(`the world has no volume ${name}`);
}

const toFolder = (name: string) => `C:\\ClusterStorage\\${name}`;

function vmsUpon(world: World, { folder }: WorldVolume): readonly WorldVm[] {
  return world.vms.filter(({ disks }) => disks.some(({ path }) => path.startsWith(`${folder}\\`)));
}
