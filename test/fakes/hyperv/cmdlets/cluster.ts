/** FailoverClusters, asked on any node. */
import type { CmdletAnswer } from '../powershell/cmdlet-call.ts';
import {
  array,
  clusterEnum,
  clusterObject,
  int64,
  type PsObject,
  uint32,
  uint64,
} from '../powershell/values.ts';
import { refusals } from '../world/errors.ts';
import {
  isCritical,
  isOn,
  type WorldCluster,
  type WorldGroup,
  type WorldVolume,
} from '../world/parts.ts';
import {
  cancelRole,
  findRoleVm,
  isRoleMoving,
  moveRole,
  pauseNode,
  resumeNode,
} from '../world/roles.ts';
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

function toState(group: WorldGroup, world: World): string {
  const { vmId, owner, isFailed, isQueued } = group;
  if (vmId === undefined) return 'Online';
  const vm = world.findVm(owner, vmId);
  if (!vm || isFailed || isCritical(vm)) return 'Failed';
  if (isQueued || isRoleMoving(world, group)) return 'Pending';
  return isOn(vm) ? 'Online' : 'Offline';
}

const toGroup = (group: WorldGroup, cluster: WorldCluster, world: World): PsObject =>
  clusterObject('ClusterGroup', group.name, {
    ...{ Name: group.name, GroupType: group.vmId ? 'VirtualMachine' : 'Cluster' },
    ...{ IsCoreGroup: group.vmId === undefined, OwnerNode: toOwner(cluster, group.owner) },
    State: clusterEnum('ClusterGroupState', toState(group, world)),
    ...{ StatusInformation: uint64(group.isQueued ? 4 : 0), Priority: uint32(group.priority) },
    AntiAffinityClassNames: array('string', group.antiAffinity),
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

function requireRole(cluster: WorldCluster, { bound, cmdlet }: HandlerCall): WorldGroup {
  const id = readOptional(bound, 'VMId');
  const group = cluster.groups.find(({ vmId }) => vmId !== undefined && vmId === id);
  if (!group) throw refusals.cluster(cmdlet, 'The cluster group could not be found.');
  return group;
}

/** At once, as with -Wait 0: the group tells what becomes of it. */
const moveOne: InCluster = (cluster, call) => {
  const { bound, cmdlet, world } = call;
  const group = requireRole(cluster, call);
  const refuse = (words: string) => refusals.cluster(cmdlet, `'${group.name}': ${words}`);
  if (bound.Cancel) {
    if (!cancelRole(world, cluster, group)) throw refuse('it does not move.');
    return { objects: [toGroup(group, cluster, world)] };
  }
  if (Number(bound.Wait) !== 0) throw new Error(`${cmdlet}: the model does not wait`);
  const node = findNode(cluster, readOptional(bound, 'Node'));
  const vm = findRoleVm(world, group);
  if (group.isQueued || isRoleMoving(world, group)) throw refuse('it moves already.');
  if (!vm || node?.state !== 'Up') throw refuse('the node does not take it.');
  if (vm.isPinned) throw refuse('it uses a device of its host.');
  if (!(group.possibleOwners ?? [node.name]).includes(node.name))
    throw refuse('the node is not a possible owner of the group.');
  const isLive = readOptional(bound, 'MigrationType') === 'Live';
  moveRole(world, cluster, { group, to: node.name, isLive });
  return { objects: [toGroup(group, cluster, world)] };
};

const findNode = ({ nodes }: WorldCluster, name: string | undefined) =>
  nodes.find((node) => node.name === name?.toLowerCase());

const changeNode =
  (
    change: (cluster: WorldCluster, node: WorldCluster['nodes'][number], call: HandlerCall) => void,
  ) =>
  (cluster: WorldCluster, call: HandlerCall): CmdletAnswer => {
    const node = findNode(cluster, readOptional(call.bound, 'Name'));
    if (node === undefined || node.state === 'Down')
      throw refusals.cluster(call.cmdlet, 'The cluster node is down.');
    change(cluster, node, call);
    return { objects: [toNode(node)] };
  };

const getOwners: InCluster = (cluster, { bound }) => {
  const name = readText(bound.InputObject, 'Name');
  const group = cluster.groups.find((one) => name === `Virtual Machine ${one.name}`);
  const owners = group?.possibleOwners ?? cluster.nodes.map((node) => node.name);
  const nodes = owners.map((owner) => toOwner(cluster, owner));
  return { objects: [clusterObject('ClusterOwnerNodeList', name, { OwnerNodes: nodes })] };
};

const toRule = ({ name, kind, groups }: WorldCluster['rules'][number]): PsObject =>
  clusterObject('ClusterAffinityRule', name, {
    ...{ Name: name, RuleType: kind, Enabled: true, Groups: array('string', groups) },
  });

export const clusterCmdlets: Readonly<Record<string, Handler>> = {
  'Get-Cluster': inCluster((cluster, { bound, cmdlet }) => {
    const { name, id, hasSecondHop, atOnce, enforcesAntiAffinity } = cluster;
    // CLAIM: a session that logged in over the network has nothing to show to the next machine.
    if (readOptional(bound, 'Name') !== undefined && !hasSecondHop)
      throw refusals.cluster(cmdlet, 'You do not have administrative privileges on the server.');
    const own = { Name: name, Id: id.toUpperCase(), MaximumParallelMigrations: uint32(atOnce) };
    const ClusterEnforcedAntiAffinity = uint32(enforcesAntiAffinity ? 1 : 0);
    return { objects: [clusterObject('Cluster', name, { ...own, ClusterEnforcedAntiAffinity })] };
  }),
  'Get-ClusterAccess': inCluster(({ trusted }) => ({
    objects: ['BUILTIN\\Administrators', ...trusted].map((who) =>
      clusterObject('ClusterAccessRule', who, {
        ...{ IdentityReference: who, AccessControlType: 'Allow', ClusterRights: 'Full' },
      }),
    ),
  })),
  'Get-ClusterNode': inCluster(({ nodes }) => ({ objects: nodes.map(toNode) })),
  'Get-ClusterGroup': inCluster((cluster, call) => {
    const groups = call.bound.VMId === undefined ? cluster.groups : [requireRole(cluster, call)];
    return { objects: groups.map((group) => toGroup(group, cluster, call.world)) };
  }),
  'Get-ClusterOwnerNode': inCluster(getOwners),
  'Get-ClusterAffinityRule': inCluster(({ rules }) => ({ objects: rules.map(toRule) })),
  'Move-ClusterVirtualMachineRole': inCluster(moveOne),
  'Suspend-ClusterNode': inCluster(
    changeNode((cluster, node, { bound, world, cmdlet }) => {
      const others = cluster.nodes.filter((one) => one !== node && one.state === 'Up');
      if (others.length === 0) throw refusals.cluster(cmdlet, 'No other node takes the roles.');
      pauseNode(world, cluster, node, Boolean(bound.Drain));
    }),
  ),
  'Resume-ClusterNode': inCluster(
    changeNode((cluster, node, { bound, world }) => {
      if (node.state === 'Paused')
        resumeNode(world, cluster, node, readOptional(bound, 'Failback') === 'Immediate');
    }),
  ),
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
