/** FailoverClusters, asked on any node. */
import type { CmdletAnswer } from '../powershell/cmdlet-call.ts';
import { clusterEnum, clusterObject, int64, type PsObject, uint64 } from '../powershell/values.ts';
import { refusals } from '../world/errors.ts';
import {
  isCritical,
  isOn,
  type WorldCluster,
  type WorldGroup,
  type WorldVolume,
} from '../world/parts.ts';
import { readText } from '../world/views.ts';
import type { World } from '../world/world.ts';
import { type Handler, type HandlerCall, nothing, readOptional } from './handler.ts';

type InCluster = (cluster: WorldCluster, call: HandlerCall) => CmdletAnswer;

const inCluster =
  (run: InCluster): Handler =>
  (call) => {
    const cluster = call.world.clusterOf(call.host.name);
    if (!cluster) throw refusals.cluster(call.cmdlet, 'The cluster service is not running.');
    return run(cluster, call);
  };

const toNode = ({ name, state, drain }: WorldCluster['nodes'][number]): PsObject =>
  clusterObject('ClusterNode', name, {
    ...{ Name: name, State: clusterEnum('ClusterNodeState', state), DrainStatus: drain },
  });

function toOwner(cluster: WorldCluster, name: string): PsObject {
  const node = cluster.nodes.find((one) => one.name === name);
  if (!node) throw new Error(`${cluster.name} has no node ${name}`);
  return toNode(node);
}

function toState({ vmId, owner, isFailed, isQueued }: WorldGroup, world: World): string {
  if (vmId === undefined) return 'Online';
  const vm = world.findVm(owner, vmId);
  if (!vm || isFailed || isCritical(vm)) return 'Failed';
  if (isQueued) return 'Pending';
  return isOn(vm) ? 'Online' : 'Offline';
}

const toGroup = (group: WorldGroup, cluster: WorldCluster, world: World): PsObject =>
  clusterObject('ClusterGroup', group.name, {
    ...{ Name: group.name, GroupType: group.vmId ? 'VirtualMachine' : 'Cluster' },
    ...{ IsCoreGroup: group.vmId === undefined, OwnerNode: toOwner(cluster, group.owner) },
    State: clusterEnum('ClusterGroupState', toState(group, world)),
    StatusInformation: uint64(group.isQueued ? 4 : 0),
  });

const toResource = (group: WorldGroup, cluster: WorldCluster, type: string): PsObject =>
  clusterObject('ClusterResource', `${type} ${group.name}`, {
    ...{ Name: `${type} ${group.name}`, ResourceType: type, OwnerGroup: group.name },
    OwnerNode: toOwner(cluster, group.owner),
  });

function toVolume(volume: WorldVolume, cluster: WorldCluster): PsObject {
  const { sizeBytes } = volume;
  const partition = { Size: int64(sizeBytes), FreeSpace: int64(sizeBytes / 2) };
  const shown = clusterObject('ClusterSharedVolumeInfo', volume.folder, {
    ...{ FriendlyVolumeName: volume.folder, MaintenanceMode: false },
    FaultState: volume.isOnline ? 'NoFaults' : 'NoAccess',
    Partition: volume.isOnline ? partition : null,
  });
  return clusterObject('ClusterSharedVolume', volume.name, {
    ...{ Name: volume.name, Id: volume.id, State: volume.isOnline ? 'Online' : 'Offline' },
    ...{ OwnerNode: toOwner(cluster, volume.owner), SharedVolumeInfo: [shown] },
  });
}

const toAccess = (volume: WorldVolume, node: string): PsObject => {
  const isRedirected = volume.redirected.includes(node);
  return clusterObject('ClusterSharedVolumeStateInfo', volume.name, {
    ...{ Name: volume.name, Node: node, VolumeFriendlyName: volume.folder },
    StateInfo: isRedirected ? 'FileSystemRedirected' : 'Direct',
    FileSystemRedirectedIOReason: isRedirected ? 'UserRequest' : 'NotFileSystemRedirected',
    BlockRedirectedIOReason: 'NotBlockRedirected',
  });
};

const addRole: InCluster = (cluster, { bound, cmdlet, host, world }) => {
  const vm = world.findVm(host.name, readOptional(bound, 'VMId') ?? '');
  if (!vm) throw refusals.cluster(cmdlet, 'The virtual machine was not found.');
  if (vm.isClustered) throw refusals.cluster(cmdlet, 'The virtual machine is already clustered.');
  world.addRole(vm);
  const local = vm.disks.find(({ path }) => !path.startsWith('C:\\ClusterStorage\\'));
  const group = cluster.groups.at(-1);
  return {
    objects: group ? [toGroup(group, cluster, world)] : [],
    warnings: local
      ? [`The disk '${local.path}' is not on storage that the cluster can reach.`]
      : [],
  };
};

const removeGroup: InCluster = (cluster, { bound, cmdlet, world }) => {
  const id = readOptional(bound, 'VMId');
  const at = cluster.groups.findIndex(({ vmId }) => vmId !== undefined && vmId === id);
  const [group] = at < 0 ? [] : cluster.groups.splice(at, 1);
  if (!group) throw refusals.cluster(cmdlet, 'The cluster group could not be found.');
  if (!bound.RemoveResources) throw refusals.cluster(cmdlet, 'The group is not empty.');
  const vm = world.vms.find((one) => one.id === group.vmId);
  if (vm) vm.isClustered = false;
  return nothing;
};

/** CLAIM: the id comes as text, the resource as what prints its name. */
const getParameter: InCluster = (cluster, { bound }) => {
  if (readOptional(bound, 'Name') !== 'VmId')
    throw new Error('the model has one property of resources');
  const name = readText(bound.InputObject, 'Name');
  const group = cluster.groups.find((one) => name === `Virtual Machine ${one.name}`);
  if (!group?.vmId) throw new Error(`${name} is no VM's resource`);
  const resource = toResource(group, cluster, 'Virtual Machine');
  const value = { Name: 'VmId', ClusterObject: resource, Value: group.vmId.toUpperCase() };
  return { objects: [clusterObject('ClusterParameter', 'VmId', value)] };
};

export const clusterCmdlets: Readonly<Record<string, Handler>> = {
  'Get-Cluster': inCluster(({ name, id, hasSecondHop }, { bound, cmdlet }) => {
    // CLAIM: a session that logged in over the network has nothing to show to the next machine.
    if (readOptional(bound, 'Name') !== undefined && !hasSecondHop)
      throw refusals.cluster(cmdlet, 'You do not have administrative privileges on the server.');
    return { objects: [clusterObject('Cluster', name, { Name: name, Id: id.toUpperCase() })] };
  }),
  'Get-ClusterAccess': inCluster(({ trusted }) => ({
    objects: ['BUILTIN\\Administrators', ...trusted].map((who) =>
      clusterObject('ClusterAccessRule', who, {
        ...{ IdentityReference: who, AccessControlType: 'Allow', ClusterRights: 'Full' },
      }),
    ),
  })),
  'Get-ClusterNode': inCluster(({ nodes }) => ({ objects: nodes.map(toNode) })),
  'Get-ClusterGroup': inCluster((cluster, { world }) => ({
    objects: cluster.groups.map((group) => toGroup(group, cluster, world)),
  })),
  'Get-ClusterResource': inCluster((cluster) => ({
    objects: cluster.groups
      .filter(({ vmId }) => vmId !== undefined)
      .flatMap((group) => [
        toResource(group, cluster, 'Virtual Machine'),
        toResource(group, cluster, 'Virtual Machine Configuration'),
      ]),
  })),
  'Get-ClusterParameter': inCluster(getParameter),
  'Get-ClusterSharedVolume': inCluster((cluster) => ({
    objects: cluster.volumes.map((volume) => toVolume(volume, cluster)),
  })),
  'Get-ClusterSharedVolumeState': inCluster(({ nodes, volumes }) => ({
    objects: volumes
      .filter(({ isOnline }) => isOnline)
      .flatMap((volume) =>
        nodes.filter(({ state }) => state !== 'Down').map(({ name }) => toAccess(volume, name)),
      ),
  })),
  'Add-ClusterVirtualMachineRole': inCluster(addRole),
  'Remove-ClusterGroup': inCluster(removeGroup),
};
