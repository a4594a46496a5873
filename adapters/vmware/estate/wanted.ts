import type { ObjectKind } from '#core/inventory/estate-object.ts';
import type { Wanted } from '../filter-spec.ts';
import {
  ClusterProperties,
  DatacenterProperties,
  DatastoreProperties,
  FolderProperties,
  HostProperties,
  type MoRef,
  NetworkProperties,
  PortgroupProperties,
  SwitchProperties,
  VmProperties,
} from '../schema.ts';
import type { KnownNetwork, Surroundings } from './surroundings.ts';

/** All that is read of VMs and templates. */
export const VMS: Wanted = { VirtualMachine: VmProperties };

/** All that is read of everything else: it comes first, VMs are told by it. */
export const PARTS: Wanted = {
  Datacenter: DatacenterProperties,
  Folder: FolderProperties,
  ClusterComputeResource: ClusterProperties,
  HostSystem: HostProperties,
  Datastore: DatastoreProperties,
  Network: NetworkProperties,
  OpaqueNetwork: NetworkProperties,
  DistributedVirtualPortgroup: PortgroupProperties,
  DistributedVirtualSwitch: SwitchProperties,
};

/** For what may be either. */
export const ALL: Wanted = { ...PARTS, ...VMS };

const TYPE_OF_KIND: Readonly<Record<ObjectKind, string>> = {
  cluster: 'ClusterComputeResource',
  host: 'HostSystem',
  datastore: 'Datastore',
  network: 'Network',
  folder: 'Folder',
  template: 'VirtualMachine',
  vm: 'VirtualMachine',
};

const TYPE_OF_NETWORK: Readonly<Record<KnownNetwork['type'], string>> = {
  standard: 'Network',
  distributed: 'DistributedVirtualPortgroup',
  opaque: 'OpaqueNetwork',
  other: 'Network',
};

/** The reference of an object that is known by kind and handle. */
export function toMoRef(
  { kind, handle }: { readonly kind: ObjectKind; readonly handle: string },
  { networks }: Surroundings,
): MoRef {
  const known = kind === 'network' ? networks.get(handle) : undefined;
  if (known) return { type: TYPE_OF_NETWORK[known.type], value: handle };
  const isPortgroup = kind === 'network' && handle.startsWith('dvportgroup-');
  return { type: isPortgroup ? 'DistributedVirtualPortgroup' : TYPE_OF_KIND[kind], value: handle };
}
