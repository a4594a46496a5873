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
  SwitchProperties,
} from '../schema.ts';
import { toClusterSettings } from './cluster-settings.ts';
import type { KnownNetwork, Surroundings } from './surroundings.ts';

type Learn = (content: ObjectContent, surroundings: Surroundings) => void;

const LEARN: Readonly<Record<string, Learn>> = {
  Datacenter: (content, { datacenters }) => {
    datacenters.set(content.obj.value, toName(content));
  },
  Folder: (content, { folders }) => {
    const { properties } = toProperties(FolderProperties, content);
    folders.set(content.obj.value, {
      name: toName(content),
      parent: properties.parent,
      holdsVms: properties.childType?.includes('VirtualMachine') ?? false,
    });
  },
  ClusterComputeResource: (content, { clusters }) => {
    const { properties } = toProperties(ClusterProperties, content);
    clusters.set(content.obj.value, toClusterSettings(properties));
  },
  HostSystem: (content, { hostNetworks, hosts }) => {
    const { properties } = toProperties(HostProperties, content);
    const seen = properties.network?.map(({ value }) => value);
    if (seen) hostNetworks.set(content.obj.value, seen);
    const { parent, 'summary.hardware': hardware } = properties;
    const cluster = parent?.type === 'ClusterComputeResource' ? parent.value : undefined;
    if (parent) hosts.set(content.obj.value, { cluster, cpuMhz: hardware?.cpuMhz });
  },
  Datastore: (content, { datastores, localDatastores }) => {
    const { properties } = toProperties(DatastoreProperties, content);
    datastores.set(content.obj.value, toName(content));
    const isLocal = properties.summary?.multipleHostAccess === false;
    if (isLocal) localDatastores.add(content.obj.value);
    else localDatastores.delete(content.obj.value);
  },
  Network: (content, surroundings) => {
    learnNetwork(content, surroundings, 'standard', toRawName(content));
  },
  OpaqueNetwork: (content, surroundings) => {
    const { properties } = toProperties(NetworkProperties, content);
    learnNetwork(content, surroundings, 'opaque', properties.summary?.opaqueNetworkId);
  },
  DistributedVirtualPortgroup: (content, surroundings) => {
    const { properties } = toProperties(PortgroupProperties, content);
    learnNetwork(content, surroundings, 'distributed', properties.key);
  },
};

/** Keeps of an object what others are told by. */
export function learnPart(content: ObjectContent, surroundings: Surroundings): void {
  const learn = LEARN[content.obj.type];
  if (learn) learn(content, surroundings);
  // A switch may be of a type derived from the one that was asked for.
  else if (content.obj.type.endsWith('DistributedVirtualSwitch')) {
    surroundings.switches.set(content.obj.value, toName(content));
  }
}

function learnNetwork(
  content: ObjectContent,
  { networks }: Surroundings,
  type: KnownNetwork['type'],
  key: string | undefined,
): void {
  networks.set(content.obj.value, { type, name: toName(content), key: key ?? content.obj.value });
}

function toRawName(content: ObjectContent): string | undefined {
  return toProperties(SwitchProperties, content).properties.name;
}

function toName(content: ObjectContent): string {
  return decodeName(toRawName(content) ?? content.obj.value);
}

/** Forgets an object that is no more. */
export function forgetPart(handle: string, surroundings: Surroundings): void {
  surroundings.folders.delete(handle);
  surroundings.datacenters.delete(handle);
  surroundings.networks.delete(handle);
  surroundings.hostNetworks.delete(handle);
  surroundings.datastores.delete(handle);
  surroundings.localDatastores.delete(handle);
  surroundings.hosts.delete(handle);
  surroundings.clusters.delete(handle);
  surroundings.vmHosts.delete(handle);
  surroundings.files.remove(handle);
}
