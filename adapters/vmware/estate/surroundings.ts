/**
 * What one object's meaning depends on: names of folders and datacenters, networks by the key that a card has, who uses
 * which disk file. Filled by the snapshot, kept by the changes.
 */
import type { MoRef } from '../schema.ts';
import type { ClusterSettings } from './cluster-settings.ts';

export interface KnownFolder {
  /** Decoded. */
  readonly name: string;
  readonly parent: MoRef | undefined;
  readonly holdsVms: boolean;
}

export interface KnownNetwork {
  readonly type: 'standard' | 'distributed' | 'opaque' | 'other';
  /** Decoded. */
  readonly name: string;
  /** How a card names it: a port group's key, an opaque network's id, the platform's own name. */
  readonly key: string;
}

export interface KnownHost {
  /** Absent: a host of its own. */
  readonly cluster: string | undefined;
  readonly cpuMhz: number | undefined;
}

export interface Surroundings {
  readonly folders: Map<string, KnownFolder>;
  /** Datacenter to its decoded name. */
  readonly datacenters: Map<string, string>;
  readonly networks: Map<string, KnownNetwork>;
  /** Switch to its decoded name. */
  readonly switches: Map<string, string>;
  /** Host to the networks that it sees. */
  readonly hostNetworks: Map<string, readonly string[]>;
  /** Datastore to its decoded name. */
  readonly datastores: Map<string, string>;
  /** Those that one host alone sees. */
  readonly localDatastores: Set<string>;
  readonly hosts: Map<string, KnownHost>;
  readonly clusters: Map<string, ClusterSettings>;
  /** VM to the host that it is on. */
  readonly vmHosts: Map<string, string>;
  readonly files: DiskFiles;
}

export function createSurroundings(): Surroundings {
  return {
    folders: new Map(),
    datacenters: new Map(),
    networks: new Map(),
    switches: new Map(),
    hostNetworks: new Map(),
    datastores: new Map(),
    localDatastores: new Set(),
    hosts: new Map(),
    clusters: new Map(),
    vmHosts: new Map(),
    files: createDiskFiles(),
  };
}

/** A standard network's name is unique among those of one host only. */
export function findNetwork(
  { networks, hostNetworks }: Surroundings,
  card: { type: KnownNetwork['type']; key: string; host: string | undefined },
): string | undefined {
  const seen = card.type === 'standard' && hostNetworks.get(card.host ?? '');
  const handles = seen || [...networks.keys()];
  const found = handles.filter((handle) => {
    const network = networks.get(handle);
    return network?.type === card.type && network.key === card.key;
  });
  return found.length === 1 ? found[0] : undefined;
}

/** Which VMs use which disk file, base files of a chain included. */
export interface DiskFiles {
  /** True once every VM was looked at: only then is an unshared file known to be one. */
  isComplete: boolean;
  set(vm: string, files: readonly string[]): void;
  remove(vm: string): void;
  listFiles(vm: string): readonly string[];
  /** The other users of a file. */
  findOthers(file: string, vm: string): readonly string[];
}

function createDiskFiles(): DiskFiles {
  const users = new Map<string, Set<string>>();
  const filesOf = new Map<string, readonly string[]>();
  const remove = (vm: string) => {
    for (const file of filesOf.get(vm) ?? []) {
      const left = users.get(file);
      left?.delete(vm);
      if (left?.size === 0) users.delete(file);
    }
    filesOf.delete(vm);
  };
  return {
    isComplete: false,
    set: (vm, files) => {
      remove(vm);
      filesOf.set(vm, files);
      for (const file of files) {
        const existing = users.get(file);
        if (existing) existing.add(vm);
        else users.set(file, new Set([vm]));
      }
    },
    remove,
    listFiles: (vm) => filesOf.get(vm) ?? [],
    findOthers: (file, vm) => [...(users.get(file) ?? [])].filter((user) => user !== vm),
  };
}

/** The surroundings of the latest snapshot, for all facets of a connection. */
export interface Known {
  surroundings: Surroundings;
}
