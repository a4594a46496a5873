/** The estate of these tests: one vCenter, two hosts with room, two datastores, one template, two VMs that are on. */
import type { EstateConnectionFile, EstateFile } from '#adapters/simulator/estate-file.ts';
import { makeHardware } from '#adapters/simulator/estate-parts.ts';

export const GIB = 2 ** 30;

export interface EstateWish {
  readonly hosts?: readonly string[];
  /** Of each host; a tenth of it stays free. */
  readonly hostMemoryGib?: number;
  readonly datastores?: readonly string[];
}

const usual = {
  kind: 'vcenter',
  host: 'esx-01',
  datastore: 'SAN-A',
  network: 'VM Network',
  guestOs: 'Debian GNU/Linux 12 (64-bit)',
  cpus: 2,
  memoryGib: 4,
  diskGibs: [20],
} as const;

export function makeEstate(wish: EstateWish = {}): EstateFile {
  const {
    hosts = ['esx-01', 'esx-02'],
    hostMemoryGib = 256,
    datastores = ['SAN-A', 'SAN-B'],
  } = wish;
  const connection: EstateConnectionFile = {
    id: 'vc',
    kind: 'vcenter',
    identity: 'identity-of-vc',
    clusters: [{ name: 'prod', automation: 'off' }],
    hosts: hosts.map((name) => ({
      ...{ name, cluster: 'prod', inMaintenance: false, cpuCores: 64, cpuUsedShare: 0.1 },
      ...{ memory: hostMemoryGib * GIB, memoryUsed: 0, networks: ['VM Network'] },
      datastores: [...datastores],
    })),
    datastores: datastores.map((name, at) => ({
      ...{ name, type: 'VMFS', accessible: true, inMaintenance: false, isLocal: false },
      ...{ capacity: '20TiB', free: (19 - at) * 1024 * GIB },
    })),
    networks: [{ name: 'VM Network', type: 'standard', switch: 'vSwitch0' }],
    folders: ['/templates', '/prod', '/other'],
    templates: [makeHardware({ ...usual, name: 'debian-12', folder: '/templates' }, 1)],
    vms: ['web-01', 'db-01'].map((name, at) => ({
      ...makeHardware({ ...usual, name, folder: '/prod' }, at + 2),
      ...{ power: 'on', guestTools: 'running', role: 'vm' },
    })),
  };
  return { connections: [connection] };
}
