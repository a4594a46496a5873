/** Estates of any size for benches and tests: one vCenter, clusters of 20 hosts. */
import type { EstateFile } from './estate-file.ts';
import { fillIn, GIB, makeHardware, makeVm, type VmWish } from './estate-parts.ts';
import { createRandom } from './random.ts';

export interface EstateSize {
  readonly hosts: number;
  readonly vms: number;
  readonly seed?: number;
}

const HOSTS_A_CLUSTER = 20;
/** Room for all VMs of it, with half as many again. */
const DATASTORES_A_CLUSTER = 4;
const NAMES = ['app', 'web', 'db', 'job', 'api', 'cache', 'node'];
const NETWORKS = ['VLAN-100', 'VLAN-200', 'VLAN-300', 'VLAN-400'];

/** 25,000 VMs on 1,000 hosts take about a tenth of a second. */
export function generateEstate({ hosts, vms, seed = 1 }: EstateSize): EstateFile {
  const random = createRandom(seed);
  const clusters = Math.ceil(hosts / HOSTS_A_CLUSTER);
  const hostName = (at: number) => `host-${String(at + 1).padStart(4, '0')}`;
  const storesOf = (cluster: number) =>
    Array.from({ length: DATASTORES_A_CLUSTER }, (_, at) => `ds-${cluster + 1}-${at + 1}`);
  const memoryGib = Math.max(256, Math.ceil(vms / hosts) * 16);

  const wishOf = (at: number): VmWish => {
    const host = at % hosts;
    return {
      kind: 'vcenter',
      name: `${random.pick(NAMES)}-${String(at + 1).padStart(5, '0')}`,
      folder: `/teams/team-${(at % 50) + 1}`,
      host: hostName(host),
      datastore: random.pick(storesOf(Math.floor(host / HOSTS_A_CLUSTER))),
      network: random.pick(NETWORKS),
      guestOs: 'Ubuntu Linux (64-bit)',
      cpus: random.between(1, 8),
      memoryGib: 2 ** random.between(0, 4),
      diskGibs: [random.between(2, 10) * 10],
    };
  };

  const connection = fillIn({
    id: 'lab-vc',
    kind: 'vcenter',
    clusters: Array.from({ length: clusters }, (_, at) => ({ name: `cluster-${at + 1}` })),
    hosts: Array.from({ length: hosts }, (_, at) => ({
      name: hostName(at),
      cluster: `cluster-${Math.floor(at / HOSTS_A_CLUSTER) + 1}`,
      inMaintenance: false,
      cpuCores: 32,
      cpuUsedShare: random.between(5, 70) / 100,
      memory: memoryGib * GIB,
      datastores: storesOf(Math.floor(at / HOSTS_A_CLUSTER)),
      networks: NETWORKS,
    })),
    datastores: Array.from({ length: clusters }, (_, at) => storesOf(at))
      .flat()
      .map((name) => ({
        name,
        type: 'VMFS',
        capacity: Math.ceil((vms / clusters / DATASTORES_A_CLUSTER) * 200 + 1024) * GIB,
        accessible: true,
        inMaintenance: false,
        isLocal: false,
      })),
    networks: NETWORKS.map((name) => ({ name, type: 'distributed', switch: 'dvs-main' })),
    folders: ['/templates', ...Array.from({ length: 50 }, (_, at) => `/teams/team-${at + 1}`)],
    templates: ['ubuntu-24', 'debian-12'].map((name, at) =>
      makeHardware({ ...wishOf(0), name, folder: '/templates', diskGibs: [20] }, vms + at + 1),
    ),
    vms: Array.from({ length: vms }, (_, at) => makeVm(wishOf(at), at + 1, random)),
  });
  return { connections: [connection] };
}
