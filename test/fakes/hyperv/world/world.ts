/**
 * Hosts, a cluster, VMs and their files, and what tests order of them.
 *
 * Ids are counted, so that two worlds built alike are alike to the last letter.
 */
import { createWorldClock, type WorldClock } from './clock.ts';
import { createWorldFiles, type WorldFiles } from './files.ts';
import type { WorldMove } from './moves.ts';
import {
  GIB,
  isOn,
  type WorldCluster,
  type WorldDisk,
  type WorldHost,
  type WorldNic,
  type WorldVm,
} from './parts.ts';

export interface World {
  readonly clock: WorldClock;
  readonly files: WorldFiles;
  readonly hosts: Map<string, WorldHost>;
  readonly clusters: Map<string, WorldCluster>;
  readonly vms: WorldVm[];
  readonly moves: WorldMove[];
  readonly newId: () => string;
  addHost(name: string, more?: Partial<WorldHost>): WorldHost;
  addCluster(name: string, nodes: readonly string[], volumes: readonly string[]): WorldCluster;
  addVm(host: string, name: string, more?: NewVm): WorldVm;
  addDisk(vm: WorldVm, disk: NewDisk): WorldDisk | undefined;
  addNic(vm: WorldVm, nic?: Partial<WorldNic>): WorldNic;
  addRole(vm: WorldVm): void;
  requireHost(name: string): WorldHost;
  vmsOn(host: string): readonly WorldVm[];
  findVm(host: string, id: string): WorldVm | undefined;
  clusterOf(host: string): WorldCluster | undefined;
  freeMemoryBytes(host: string): number;
}

export type NewVm = Partial<Omit<WorldVm, 'disks'>> & {
  /** Paths of VHDX files, each made unless it is there. */
  readonly disks?: readonly string[];
};

export interface NewDisk {
  readonly path: string;
  readonly controllerType?: 'SCSI' | 'IDE' | undefined;
  readonly controllerNumber?: number | undefined;
  readonly controllerLocation?: number | undefined;
}

const NEW_GROUP = { isQueued: false, isFailed: false, priority: 2000, antiAffinity: [] } as const;

/** What Windows keeps for itself. */
const hostBytes = 4 * GIB;

export function createWorld(root: string): World {
  let lastId = 0;
  const newId = () => {
    lastId += 1;
    return `00000000-0000-4000-8000-${String(lastId).padStart(12, '0')}`;
  };
  const clock = createWorldClock();
  const files = createWorldFiles(root);
  const state = {
    hosts: new Map<string, WorldHost>(),
    clusters: new Map<string, WorldCluster>(),
    vms: [] as WorldVm[],
    moves: [] as WorldMove[],
  };
  const base = { clock, files, newId, ...state };
  const requireHost = (name: string) => {
    const host = state.hosts.get(name);
    if (!host) throw new Error(`the world has no host ${name}`);
    return host;
  };
  const vmsOn = (host: string) => state.vms.filter((vm) => vm.host === host);
  const clusterOf = (host: string) => state.clusters.get(requireHost(host).cluster ?? '');
  const addNic = (vm: WorldVm, nic: Partial<WorldNic> = {}) => addNicTo(newId, vm, nic);
  const addDisk = (vm: WorldVm, disk: NewDisk) => addDiskTo(newId, vm, disk);
  return {
    ...base,
    requireHost,
    vmsOn,
    clusterOf,
    addNic,
    addDisk,
    findVm: (host, id) => state.vms.find((vm) => vm.host === host && vm.id === id.toLowerCase()),
    freeMemoryBytes: (host) =>
      vmsOn(host)
        .filter(isOn)
        .reduce((free, vm) => free - vm.memoryBytes, requireHost(host).memoryBytes - hostBytes),
    addHost: (name, more) => {
      const host = { ...toHost(name, newId, clock.now()), ...more };
      state.hosts.set(name, host);
      files.makeFolder(name, 'C:\\VMs');
      return host;
    },
    addCluster: (name, nodes, volumes) => {
      const cluster = toCluster(newId, { name, nodes, volumes });
      state.clusters.set(name, cluster);
      for (const node of nodes) requireHost(node).cluster = name;
      for (const volume of volumes) files.linkVolume(name, volume, nodes);
      return cluster;
    },
    addVm: (host, name, { disks = [], nics, ...more } = {}) => {
      const vm = { ...toVm(newId, clock.now(), { host, name }), ...more };
      state.vms.push(vm);
      files.makeFolder(host, vm.path);
      for (const path of disks) {
        if (!files.exists(host, path))
          files.write(host, path, { sizeBytes: 40 * GIB, fileBytes: 10 * GIB, type: 'Dynamic' });
        addDisk(vm, { path });
      }
      if (nics) vm.nics.push(...nics);
      else addNic(vm, { switchId: requireHost(host).switches[0]?.id });
      return vm;
    },
    addRole: (vm) => {
      vm.isClustered = true;
      const group = { name: vm.name, vmId: vm.id, owner: vm.host };
      clusterOf(vm.host)?.groups.push({ ...group, ...NEW_GROUP });
    },
  };
}

function toHost(name: string, newId: () => string, now: number): WorldHost {
  return {
    name,
    uuid: newId(),
    memoryBytes: 256 * GIB,
    processors: 32,
    driveBytes: 2048 * GIB,
    switches: [{ id: newId(), name: 'vSwitch', kind: 'External' }],
    planned: [],
    cluster: undefined,
    bootedAt: now - 86_400_000,
    accountGroups: ['S-1-5-32-578', 'S-1-5-32-580'],
    cpuVendor: 'GenuineIntel',
    migration: {
      ...{ enabled: true, authentication: 'Kerberos', subnets: ['10.9.0.0/24'] },
      ...{ atOnce: 2, storageAtOnce: 2, isDelegated: true },
    },
    hasService: true,
  };
}

function toCluster(
  newId: () => string,
  names: {
    readonly name: string;
    readonly nodes: readonly string[];
    readonly volumes: readonly string[];
  },
): WorldCluster {
  const owner = names.nodes[0] ?? '';
  const group = { vmId: undefined, owner, ...NEW_GROUP };
  return {
    name: names.name,
    id: newId(),
    trusted: [],
    hasSecondHop: false,
    nodes: names.nodes.map((node) => ({
      ...{ name: node, state: 'Up', drain: 'NotInitiated', drained: [] },
    })),
    ...{ atOnce: 2, enforcesAntiAffinity: false, rules: [], queue: [] },
    volumes: names.volumes.map((volume, i) => ({
      id: newId(),
      name: `Cluster Disk ${i + 1}`,
      folder: `C:\\ClusterStorage\\${volume}`,
      sizeBytes: 4096 * GIB,
      owner,
      isOnline: true,
      redirected: [],
    })),
    groups: [
      { ...group, name: 'Cluster Group' },
      { ...group, name: 'Available Storage' },
    ],
  };
}

function toVm(newId: () => string, now: number, of: { host: string; name: string }): WorldVm {
  const id = newId();
  return {
    ...of,
    id,
    state: 'Off',
    notes: '',
    path: `C:\\VMs\\${id}`,
    generation: 2,
    processors: 2,
    memoryBytes: 4 * GIB,
    dynamicMemory: false,
    isClustered: false,
    replication: 'None',
    noGuest: false,
    stuck: false,
    firmware: {},
    guest: 'Windows Server 2022 Datacenter',
    startedAt: now - 3_600_000,
    createdAt: now - 86_400_000,
    disks: [],
    nics: [],
    images: [],
    checkpoints: [],
    devices: [],
    isPinned: false,
    hasOddProcessor: false,
  };
}

function addNicTo(newId: () => string, vm: WorldVm, nic: Partial<WorldNic>): WorldNic {
  const id = newId();
  const made = {
    id: `Microsoft:${vm.id.toUpperCase()}\\${id.toUpperCase()}`,
    name: 'Network Adapter',
    mac: `00155D${id.slice(-6)}`,
    switchId: undefined,
    vlanId: 0,
    vmqWeight: 100,
    addresses: [],
    ...nic,
  };
  vm.nics.push(made);
  return made;
}

/** At the first free place, IDE first on generation 1, as Add-VMHardDiskDrive does; undefined where the place is taken. */
function addDiskTo(newId: () => string, vm: WorldVm, wish: NewDisk): WorldDisk | undefined {
  const controllerType = wish.controllerType ?? (vm.generation === 1 ? 'IDE' : 'SCSI');
  const controllerNumber = wish.controllerNumber ?? 0;
  const isTaken = (location: number) =>
    vm.disks.some(
      (disk) =>
        disk.controllerType === controllerType &&
        disk.controllerNumber === controllerNumber &&
        disk.controllerLocation === location,
    );
  let controllerLocation = wish.controllerLocation ?? 0;
  if (wish.controllerLocation === undefined)
    while (isTaken(controllerLocation)) controllerLocation += 1;
  if (isTaken(controllerLocation) || controllerLocation > 63) return undefined;
  const place = `${controllerNumber}\\${controllerLocation}\\D`;
  const id = `Microsoft:${vm.id.toUpperCase()}\\${newId().toUpperCase()}\\${place}`;
  const disk = { id, path: wish.path, controllerType, controllerNumber, controllerLocation };
  vm.disks.push(disk);
  return disk;
}
