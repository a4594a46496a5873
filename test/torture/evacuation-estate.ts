/** Estates with a host that is emptied, and what stands around it; the lab's has twenty VMs there. */
import type { EstateFile } from '#adapters/simulator/estate-file.ts';
import type { Herd } from './evacuation-truth.ts';

const toNumber = (n: number) => String(n).padStart(2, '0');
const toPower = (isOn: boolean) => (isOn ? 'on' : 'off') as 'on' | 'off';

/** On the first of the hosts: so many that move, one pinned, one off; two on each other. */
export function toHerd([emptied, ...others]: readonly [string, ...string[]], movers: number): Herd {
  return {
    ...{ host: emptied, pinned: 'db-legacy', apart: ['app-01', 'app-02'] },
    vms: [
      ...Array.from({ length: movers }, (_, at) => ({
        ...{ name: `app-${toNumber(at + 1)}`, host: emptied, power: 'on' as const },
      })),
      { name: 'db-legacy', host: emptied, power: 'on' },
      { name: 'old-01', host: emptied, power: 'off' },
      ...others.flatMap((host, at) =>
        [1, 2].map((n) => ({ name: `by-${at + 1}-${n}`, host, power: toPower(n === 1 || at > 0) })),
      ),
    ],
  };
}

const HOSTS = ['esx-01', 'esx-02', 'esx-03', 'esx-04'] as const;

export const HERD: Herd = toHerd(HOSTS, 18);

const tie = { what: 'passthrough', label: 'PCI device 0' } as const;

export const EVACUATION_ESTATE: EstateFile = {
  connections: [
    {
      ...{ id: 'lab-vc', kind: 'vcenter', identity: 'torture' },
      clusters: [
        {
          name: 'prod',
          rules: [{ name: 'apps', kind: 'apart', isMandatory: true, vms: [...HERD.apart] }],
        },
      ],
      hosts: HOSTS.map((name) => ({
        ...{ name, cluster: 'prod', cpuCores: 32, memory: '256GiB', memoryUsed: '96GiB' },
        ...{ datastores: ['SAN-A'], networks: ['VLAN-100'] },
      })),
      datastores: [{ name: 'SAN-A', capacity: '20TiB', free: '12TiB', accessible: true }],
      networks: [{ name: 'VLAN-100', type: 'distributed' }],
      folders: ['/prod'],
      vms: HERD.vms.map(({ name, host, power }) => ({
        ...{ name, host, folder: '/prod', datastore: 'SAN-A', cpus: 2, memory: '4GiB' },
        power: power as 'on' | 'off',
        guestTools: power === 'on' ? ('running' as const) : ('not_running' as const),
        ...(name === HERD.pinned && { ties: [tie] }),
        disks: [{ key: '2000', label: 'Disk 1', size: '40GiB', datastore: 'SAN-A' }],
        nics: [{ key: '4000', label: 'Adapter 1', network: 'VLAN-100', connected: true }],
      })),
    },
  ],
};
