/** Clusters, hosts, datastores, networks and folders, as Drover knows them. */
import type { Bodies, HostBody, Observed } from '#core/inventory/estate-object.ts';
import { decodeName } from '../names.ts';
import { toProperties } from '../properties.ts';
import {
  ClusterProperties,
  DatastoreProperties,
  FolderProperties,
  HostProperties,
  NetworkProperties,
  type ObjectContent,
  PortgroupProperties,
} from '../schema.ts';
import { toRules } from './cluster-settings.ts';
import { findFolderPath } from './folder-path.ts';
import type { Surroundings } from './surroundings.ts';
import { toUnreadable } from './to-unreadable.ts';

type Part = 'cluster' | 'datastore' | 'network' | 'folder';

/** Their reference is for life within one vCenter; only hosts and VMs have an identity of their own. */
function toPart<K extends Part>(kind: K, { obj }: ObjectContent, body: Bodies[K]): Observed {
  return { kind, handle: obj.value, identity: obj.value, body } as Observed;
}

function toReadable(content: ObjectContent, name: string | undefined, oddPaths: readonly string[]) {
  const unreadable = toUnreadable(content, oddPaths);
  return {
    name: decodeName(name ?? content.obj.value),
    ...(unreadable !== undefined && { unreadable }),
  };
}

const AUTOMATION: Readonly<Record<string, 'full' | 'partial' | 'off'>> = {
  fullyAutomated: 'full',
  partiallyAutomated: 'partial',
  manual: 'partial',
};

export function toCluster(content: ObjectContent): Observed {
  const { properties, oddPaths } = toProperties(ClusterProperties, content);
  const drs = properties['configurationEx.drsConfig'];
  const automation = drs?.enabled ? AUTOMATION[drs.defaultVmBehavior ?? ''] : drs && 'off';
  const readable = toReadable(content, properties.name, oddPaths);
  const rules = toRules(properties, drs !== undefined && readable.unreadable === undefined);
  return toPart('cluster', content, { ...readable, automation, rules });
}

const HOST_STATES: Readonly<Record<string, HostBody['state']>> = {
  connected: 'connected',
  disconnected: 'disconnected',
  notResponding: 'not_responding',
};

export function toHost(content: ObjectContent): Observed {
  const { properties, oddPaths } = toProperties(HostProperties, content);
  const connection = properties['runtime.connectionState'];
  const power = properties['runtime.powerState'];
  const isAway = connection !== 'connected';
  // A host in standby is connected, and nothing can be asked of it.
  const isResting = !isAway && power !== undefined && power !== 'poweredOn';
  const readable = toReadable(content, properties.name, oddPaths);
  const parent = properties.parent;
  const body: HostBody = {
    ...(isAway && { unreadable: connection ?? 'runtime' }),
    ...readable,
    clusterHandle: parent?.type === 'ClusterComputeResource' ? parent.value : undefined,
    state: isResting ? 'unknown' : (HOST_STATES[connection ?? ''] ?? 'unknown'),
    platformState: (isResting ? power : connection) ?? 'unknown',
    inMaintenance: isAway ? undefined : properties['runtime.inMaintenanceMode'],
    ...toCapacity(properties, isAway),
    cpuVendor: findCpuVendor(properties['summary.hardware']?.cpuModel),
    machineId: findHostUuid(properties)?.toLowerCase(),
    datastoreHandles: (properties.datastore ?? []).map(({ value }) => value),
    networkHandles: (properties.network ?? []).map(({ value }) => value),
  };
  return { kind: 'host', handle: content.obj.value, identity: findHostUuid(properties), body };
}

/** The hardware's own number: one host behind two connections is found by it (H07). */
export function findHostUuid(
  properties: Pick<Partial<HostProperties>, 'summary.hardware'>,
): string | undefined {
  return properties['summary.hardware']?.uuid || undefined;
}

/** The model begins with it, `Intel(R) Xeon(R) Gold 6248`; a list of all cores has it alone, at ten thousand bytes a host. */
function findCpuVendor(model = ''): string | undefined {
  return /\b(?:intel|amd)\b/i.exec(model)?.[0].toLowerCase();
}

/** Megahertz and mebibytes as vSphere counts them; use is unknown while the host is away. */
function toCapacity(properties: Partial<HostProperties>, isAway: boolean) {
  const summary = properties['summary.hardware'];
  const stats = isAway ? undefined : properties['summary.quickStats'];
  const totalMhz = (summary?.cpuMhz ?? 0) * (summary?.numCpuCores ?? 0);
  const usedMhz = stats?.overallCpuUsage;
  const usedMib = stats?.overallMemoryUsage;
  return {
    cpuCores: summary?.numCpuCores,
    cpuUsedShare:
      usedMhz === undefined || totalMhz === 0 ? undefined : Math.min(1, usedMhz / totalMhz),
    memoryBytes: summary?.memorySize,
    memoryUsedBytes: usedMib === undefined ? undefined : usedMib * 2 ** 20,
  };
}

export function toDatastore(content: ObjectContent): Observed {
  const { properties, oddPaths } = toProperties(DatastoreProperties, content);
  const { summary } = properties;
  // "freeSpace … is guaranteed to be valid only if accessible is true" (vim.Datastore.Summary)
  const isShown = summary?.accessible === true;
  return toPart('datastore', content, {
    ...toReadable(content, properties.name, oddPaths),
    type: summary?.type,
    capacityBytes: isShown ? summary.capacity : undefined,
    freeBytes: isShown ? summary.freeSpace : undefined,
    accessible: summary?.accessible,
    inMaintenance:
      summary?.maintenanceMode === undefined ? undefined : summary.maintenanceMode !== 'normal',
    isLocal: summary?.multipleHostAccess === undefined ? undefined : !summary.multipleHostAccess,
  });
}

export function toStandardNetwork(content: ObjectContent): Observed {
  const { properties, oddPaths } = toProperties(NetworkProperties, content);
  const type = content.obj.type === 'Network' ? 'standard' : 'other';
  return toPart('network', content, { ...toReadable(content, properties.name, oddPaths), type });
}

export function toOpaqueNetwork(content: ObjectContent): Observed {
  const { properties, oddPaths } = toProperties(NetworkProperties, content);
  return toPart('network', content, {
    ...toReadable(content, properties.name, oddPaths),
    type: 'opaque',
    switchName: properties.summary?.opaqueNetworkType,
  });
}

export function toPortgroup(content: ObjectContent, { switches }: Surroundings): Observed {
  const { properties, oddPaths } = toProperties(PortgroupProperties, content);
  const { config, tag = [] } = properties;
  return toPart('network', content, {
    ...toReadable(content, properties.name, oddPaths),
    type: 'distributed',
    switchName: switches.get(config?.distributedVirtualSwitch?.value ?? ''),
    vlan: toVlan(properties),
    isUplink: config?.uplink ?? tag.some(({ key }) => key === 'SYSTEM/DVS.UPLINKPG'),
  });
}

function toVlan({ config }: Partial<PortgroupProperties>): string | undefined {
  const vlan = config?.defaultPortConfig?.vlan;
  if (vlan?.pvlanId !== undefined) return `pvlan ${vlan.pvlanId}`;
  return vlan?._type === 'VmwareDistributedVirtualSwitchVlanIdSpec' ? vlan.vlanId : undefined;
}

/** `undefined` for a folder of hosts, networks or datastores. */
export function toFolder(content: ObjectContent, surroundings: Surroundings): Observed | undefined {
  const { properties, oddPaths } = toProperties(FolderProperties, content);
  if (!surroundings.folders.get(content.obj.value)?.holdsVms) return undefined;
  const path = findFolderPath(surroundings, content.obj.value);
  return toPart('folder', content, {
    ...(path === undefined && { unreadable: 'parent' }),
    ...toReadable(content, properties.name, oddPaths),
    path: path ?? '',
  });
}
