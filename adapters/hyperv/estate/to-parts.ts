/** Hosts, cluster, datastores, networks and templates of a connection. */

import type { HostBody, Observed, RedirectedHost } from '#core/inventory/estate-object.ts';
import type { HypervConfig, HypervTemplate } from '../config.ts';
import {
  ROOT_FOLDER,
  toClusterHandle,
  toDriveHandle,
  toNetworkHandle,
  toTemplateHandle,
  toTemplateIdentity,
  toVolumeHandle,
} from '../handles.ts';
import { type SetUp, toDigest, toMaxHostName } from '../set-up/set-up.ts';
import type { InventoryClusterAnswer } from './cluster-answer.ts';
import type { Files } from './files.ts';
import type { EstateReading, HostReading } from './readings.ts';
import { toRules } from './rules.ts';

type Volume = InventoryClusterAnswer['volumes'][number];
type Access = Volume['access'][number];
type Node = InventoryClusterAnswer['nodes'][number];

export interface KnownTemplates extends Pick<HypervConfig, 'templates' | 'localDrives'> {
  /** By the template's name. */
  readonly setUps: ReadonlyMap<string, SetUp>;
}

export function toParts(
  reading: EstateReading,
  files: Files,
  { templates, localDrives, setUps }: KnownTemplates,
): Observed[] {
  const { hosts, cluster } = reading;
  const folder = { kind: 'folder', handle: ROOT_FOLDER, identity: ROOT_FOLDER } as const;
  return [
    { ...folder, body: { name: '/', path: '/' } },
    ...(cluster ? [toCluster(cluster, hosts)] : []),
    ...hosts.map((host) => toHost(host, cluster, localDrives)),
    ...(cluster?.volumes ?? []).map(toVolume),
    ...hosts.flatMap(toDrives),
    ...toNetworks(hosts),
    ...templates.map((template) => withSetUp(toTemplate(template, hosts, files), setUps)),
  ];
}

function toCluster(reading: InventoryClusterAnswer, hosts: readonly HostReading[]): Observed {
  const { cluster, clusterId } = reading;
  // Windows Server moves VMs by itself only when a node is left or lost, unless its own balancer is on: people choose.
  return {
    ...{ kind: 'cluster', handle: toClusterHandle(clusterId), identity: clusterId },
    body: { name: cluster, automation: 'off', rules: toRules(reading, hosts) },
  };
}

function findNode({ known }: HostReading, cluster: InventoryClusterAnswer | undefined) {
  const name = known?.identity.name.toLowerCase();
  return cluster?.nodes.find((node) => node.name.toLowerCase() === name);
}

function toHost(
  reading: HostReading,
  cluster: InventoryClusterAnswer | undefined,
  localDrives: boolean | undefined,
): Observed {
  const { host, known, failure } = reading;
  const node = findNode(reading, cluster);
  const identity = known?.identity;
  const body: HostBody = {
    name: identity?.name ?? host,
    ...(identity?.clusterId && { clusterHandle: toClusterHandle(identity.clusterId) }),
    ...toState(reading, node),
    machineId: identity?.hostId,
    cpuCores: identity?.processors,
    memoryBytes: identity?.memoryBytes,
    ...(identity && { machineId: identity.hostId }),
    ...toMoveParts(reading, cluster),
    ...toLoad(reading),
    datastoreHandles: listDatastores(reading, cluster, localDrives),
    networkHandles: listSwitchNames(reading).map(toNetworkHandle),
    ...(failure && { unreadable: String(failure.facts.reason ?? failure.code) }),
  };
  return { kind: 'host', handle: host, identity: identity?.hostId, body };
}

const VENDORS: Readonly<Record<string, string>> = { genuineintel: 'intel', authenticamd: 'amd' };

/** What a move is judged by. Of two limits on a cluster's node the cluster's own holds. */
function toMoveParts(
  { known, slow }: HostReading,
  cluster: InventoryClusterAnswer | undefined,
): Partial<HostBody> {
  const vendor = known?.identity.cpuVendor?.toLowerCase();
  const movesPerHost = cluster?.maxMoves ?? slow?.maxMoves;
  const storageMovesPerHost = slow?.maxStorageMoves;
  return {
    ...(vendor && { cpuVendor: VENDORS[vendor] ?? vendor }),
    ...(movesPerHost !== undefined && { moveLimits: { movesPerHost, storageMovesPerHost } }),
  };
}

/** Of a member whose cluster did not answer nobody knows whether it is in maintenance. */
function toState(
  { failure, known }: HostReading,
  node: Node | undefined,
): Pick<HostBody, 'state' | 'platformState' | 'inMaintenance'> {
  const platformState = node?.state ?? (failure ? 'does not answer' : 'Up');
  if (failure) return { state: 'not_responding', platformState };
  if (!node) {
    const isMember = Boolean(known?.identity.clusterId);
    return { state: 'connected', platformState, inMaintenance: isMember ? undefined : false };
  }
  const isPaused = node.state === 'Paused';
  if (isPaused || node.state === 'Up')
    return { state: 'connected', platformState, inMaintenance: isPaused };
  return { state: node.state === 'Down' ? 'not_responding' : 'unknown', platformState };
}

/** What runs takes of the processors, as far as VMs show it: Windows' own share is not in it. */
function toLoad({ fast, failure, known }: HostReading): Partial<HostBody> {
  if (!fast || failure || !known) return {};
  const { memoryBytes, processors } = known.identity;
  const busy = fast.vms.reduce((sum, vm) => sum + ((vm.loadPercent ?? 0) / 100) * vm.processors, 0);
  return {
    memoryUsedBytes: Math.max(0, memoryBytes - fast.memoryFreeBytes),
    ...(processors > 0 && { cpuUsedShare: Math.min(1, busy / processors) }),
  };
}

function listDatastores(
  { fast, known }: HostReading,
  cluster: InventoryClusterAnswer | undefined,
  localDrives: boolean | undefined,
): string[] {
  const hostId = known?.identity.hostId;
  const isMember = Boolean(known?.identity.clusterId);
  const volumes = isMember ? (cluster?.volumes ?? []) : [];
  const drives = (localDrives ?? !isMember) ? (fast?.drives ?? []) : [];
  return [
    ...volumes.map(({ id }) => toVolumeHandle(id)),
    ...drives.flatMap(({ name }) => (hostId ? [toDriveHandle(hostId, name)] : [])),
  ];
}

/** Names that are on one host twice name no network: which one is meant could not be told. */
function listSwitchNames({ slow }: HostReading): string[] {
  const names = (slow?.switches ?? []).map(({ name }) => name);
  return names.filter((name, at) => names.indexOf(name) === at && names.lastIndexOf(name) === at);
}

function toVolume(volume: Volume): Observed {
  const { id, name, path, sizeBytes, freeBytes, inMaintenance, state } = volume;
  const redirected = toRedirected(volume);
  const handle = toVolumeHandle(id);
  // As people know it: the folder's name, `Volume1`, not that of the disk in the cluster.
  const shown = path?.split('\\').at(-1) ?? name;
  return {
    ...{ kind: 'datastore', handle, identity: handle },
    body: {
      ...{ name: shown, type: 'CSV', isLocal: false, accessible: state === 'Online' },
      capacityBytes: sizeBytes,
      freeBytes,
      inMaintenance: inMaintenance ?? false,
      ...(redirected && { redirected }),
    },
  };
}

/**
 * Which nodes send their I/O to the owner. `FileSystemRedirected` and `BlockRedirected` do; a node that is away, or whose
 * volume is unavailable, says nothing of it.
 *
 * @see https://learn.microsoft.com/windows/win32/api/clusapi/ne-clusapi-cluster_shared_volume_state
 */
function toRedirected({ access, state }: Volume): RedirectedHost[] | undefined {
  const isKnown = ({ access: word }: Access) => word === 'Direct' || word.endsWith('Redirected');
  const known = access.filter(isKnown);
  if (state !== 'Online' || known.length === 0) return undefined;
  return known
    .filter(({ access: word }) => word !== 'Direct')
    .map(({ node, reasons }) => ({ hostName: node, reasons }))
    .toSorted((one, other) => one.hostName.localeCompare(other.hostName, 'en'));
}

function toDrives({ fast, known, failure }: HostReading): Observed[] {
  if (!fast || !known) return [];
  const { hostId, name: hostName } = known.identity;
  return fast.drives.map(({ name, sizeBytes, freeBytes }) => {
    const handle = toDriveHandle(hostId, name);
    return {
      ...{ kind: 'datastore', handle, identity: handle },
      body: {
        ...{ name: `${hostName} ${name}`, type: 'NTFS', isLocal: true, inMaintenance: false },
        ...{ capacityBytes: sizeBytes, accessible: failure === undefined },
        ...(!failure && { freeBytes }),
      },
    };
  });
}

function toNetworks(hosts: readonly HostReading[]): Observed[] {
  const names = new Set(hosts.flatMap(listSwitchNames));
  return [...names].map((name) => {
    const handle = toNetworkHandle(name);
    const body = { name, type: 'switch', switchName: name } as const;
    return { kind: 'network', handle, identity: handle, body };
  });
}

function withSetUp(template: ObservedTemplate, setUps: KnownTemplates['setUps']): Observed {
  const found = setUps.get(template.body.name);
  if (!found) return template;
  const setUp = { digest: toDigest(found), hostNameLetters: toMaxHostName(found) };
  return { ...template, body: { ...template.body, setUp } };
}

type ObservedTemplate = Extract<Observed, { kind: 'template' }>;

function toTemplate(
  template: HypervTemplate,
  hosts: readonly HostReading[],
  files: Files,
): ObservedTemplate {
  const { name, file, generation, cpus, memoryBytes, guestOs } = template;
  const holders = hosts.flatMap(({ templates = [], known }) => {
    const found = templates.find(({ path }) => path === file);
    return found && known ? [{ ...found, hostId: known.identity.hostId }] : [];
  });
  const places = new Set(holders.map(({ hostId }) => files.findDatastore(hostId, file)));
  const [place] = places;
  // The same path on drives of several hosts is a copy on each of them.
  const datastoreHandle = places.size === 1 ? place : undefined;
  const sizeBytes = holders.find((it) => it.sizeBytes !== undefined)?.sizeBytes;
  const label = generation === 1 ? 'IDE 0:0' : 'SCSI 0:0';
  const disk = { key: 'disk0', label, file, sizeBytes, datastoreHandle };
  return {
    ...{ kind: 'template', handle: toTemplateHandle(name), identity: toTemplateIdentity(template) },
    body: {
      ...{ name, folderHandle: ROOT_FOLDER, cpus, memoryBytes, guestOs, datastoreHandle },
      ...{ disks: [disk], nics: [], snapshotCount: 0 },
      ...(sizeBytes === undefined && { unreadable: holders.length === 0 ? file : 'Get-VHD' }),
    },
  };
}
