/** The VMs of a first run: groups with names that people would give. */
import { type EstateVm, makeVm } from './estate-parts.ts';
import type { Random } from './random.ts';
import type { ConnectionKind } from './world-object.ts';

/** Name, how many, folder, guest, CPUs, memory and disks in GiB, network. */
type Group = readonly [
  name: string,
  count: number,
  folder: string,
  guestOs: string,
  cpus: number,
  memoryGib: number,
  diskGibs: readonly number[],
  network: string,
];

export const UBUNTU = 'Ubuntu Linux (64-bit)';
export const DEBIAN = 'Debian GNU/Linux 12 (64-bit)';
export const WINDOWS = 'Microsoft Windows Server 2025 (64-bit)';

/** Of the two networks that are called DMZ, the one of cluster prod. */
export const DMZ_PROD = 'dvportgroup-31';

export const PROD: readonly Group[] = [
  ['web', 6, '/prod/web', UBUNTU, 2, 8, [40], 'VLAN-100'],
  ['proxy', 2, '/prod/web', DEBIAN, 2, 4, [20], 'VLAN-100'],
  ['app', 18, '/prod/app', UBUNTU, 4, 16, [60], 'VLAN-100'],
  ['cache', 4, '/prod/app', DEBIAN, 2, 32, [20], 'VLAN-100'],
  ['mq', 3, '/prod/app', DEBIAN, 2, 8, [40], 'VLAN-100'],
  ['db', 6, '/prod/db', UBUNTU, 8, 64, [40, 500], 'VLAN-200'],
  ['mon', 2, '/prod/infra', DEBIAN, 4, 16, [200], 'VM Network'],
  ['mail', 2, '/prod/infra', DEBIAN, 2, 8, [120], DMZ_PROD],
];
export const TEST: readonly Group[] = [
  ['test-web', 10, '/test/web', UBUNTU, 2, 4, [40], 'VLAN-100'],
  ['test-app', 16, '/test/app', UBUNTU, 2, 8, [60], 'VLAN-100'],
  ['test-db', 4, '/test/db', UBUNTU, 4, 16, [40, 200], 'VLAN-200'],
  ['build', 14, '/test/build', DEBIAN, 8, 16, [120], 'VM Network'],
  ['ann-sandbox', 1, '/lab', UBUNTU, 2, 4, [40], 'VM Network'],
  ['ann-demo', 1, '/lab', DEBIAN, 2, 4, [40], 'VM Network'],
  ['bob-bench', 1, '/lab', UBUNTU, 8, 32, [80], 'VM Network'],
  ['carl-jump', 1, '/lab', DEBIAN, 1, 2, [20], 'VM Network'],
  ['eva-notes', 1, '/lab', UBUNTU, 2, 4, [40], 'VM Network'],
  ['lab-node', 8, '/lab', DEBIAN, 2, 8, [40], 'VM Network'],
];
export const HYPERV: readonly Group[] = [
  ['dc', 2, '/infra', WINDOWS, 2, 8, [80], 'Management'],
  ['fs', 4, '/infra', WINDOWS, 4, 16, [80, 1000], 'Converged'],
  ['print', 1, '/infra', WINDOWS, 2, 4, [80], 'Converged'],
  ['sql', 4, '/business', WINDOWS, 8, 64, [80, 400], 'Converged'],
  ['erp', 5, '/business', WINDOWS, 4, 32, [120], 'Converged'],
  ['rds', 10, '/desktops', WINDOWS, 8, 48, [120], 'Converged'],
  ['vdi', 24, '/desktops', WINDOWS, 2, 8, [80], 'Converged'],
];

export interface VmSet {
  readonly kind: ConnectionKind;
  readonly groups: readonly Group[];
  readonly hosts: readonly string[];
  readonly datastores: readonly string[];
  readonly random: Random;
  /** Their running number. */
  readonly from: number;
}

/** Host after host and datastore after datastore, so that the VMs of one group are spread. */
export function makeVms({ kind, groups, hosts, datastores, random, from }: VmSet): EstateVm[] {
  let number = from;
  return groups.flatMap(([group, count, folder, guestOs, cpus, memoryGib, diskGibs, network]) =>
    Array.from({ length: count }, (_, at) => {
      number += 1;
      const name = count === 1 ? group : `${group}-${String(at + 1).padStart(2, '0')}`;
      const host = hosts[number % hosts.length] ?? '';
      const datastore = datastores[Math.floor(number / 3) % datastores.length] ?? '';
      const hardware = { kind, name, folder, host, datastore, guestOs, cpus, memoryGib, diskGibs };
      const vm = makeVm({ ...hardware, network }, number, random);
      const isBusy = folder.startsWith('/prod');
      return isBusy
        ? { ...vm, power: 'on', guestTools: 'running', ipAddresses: [`10.20.1.${number}`] }
        : vm;
    }),
  );
}
