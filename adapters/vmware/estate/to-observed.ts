import type { Observed } from '#core/inventory/estate-object.ts';
import type { ObjectContent } from '../schema.ts';
import type { Surroundings } from './surroundings.ts';
import {
  toCluster,
  toDatastore,
  toFolder,
  toHost,
  toOpaqueNetwork,
  toPortgroup,
  toStandardNetwork,
} from './to-parts.ts';
import { readVm, toVm } from './to-vm.ts';

type Convert = (content: ObjectContent, surroundings: Surroundings) => Observed | undefined;

const CONVERT: Readonly<Record<string, Convert>> = {
  ClusterComputeResource: toCluster,
  HostSystem: toHost,
  Datastore: toDatastore,
  Network: toStandardNetwork,
  OpaqueNetwork: toOpaqueNetwork,
  DistributedVirtualPortgroup: toPortgroup,
  Folder: toFolder,
  VirtualMachine: (content, surroundings) => toVm(readVm(content), surroundings),
};

/** `undefined` for what is no object of the estate: datacenters, switches, folders of hosts. */
export function toObserved(
  content: ObjectContent,
  surroundings: Surroundings,
): Observed | undefined {
  return CONVERT[content.obj.type]?.(content, surroundings);
}
