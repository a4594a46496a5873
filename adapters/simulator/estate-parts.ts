/** What generated estates are put together from. */
import type { EstateConnectionFile } from './estate-file.ts';
import type { Random } from './random.ts';
import { toBytes } from './size.ts';
import type { ConnectionKind } from './world-object.ts';

export type EstateHost = NonNullable<EstateConnectionFile['hosts']>[number];
export type EstateDatastore = NonNullable<EstateConnectionFile['datastores']>[number];
export type EstateTemplate = NonNullable<EstateConnectionFile['templates']>[number];
export type EstateVm = NonNullable<EstateConnectionFile['vms']>[number];

export const GIB = 2 ** 30;
/** What a hypervisor needs for itself. */
const HYPERVISOR_BYTES = 6 * GIB;

export interface VmWish {
  readonly kind: ConnectionKind;
  readonly name: string;
  readonly folder: string;
  readonly host: string;
  readonly datastore: string;
  readonly network: string;
  readonly guestOs: string;
  readonly cpus: number;
  readonly memoryGib: number;
  readonly diskGibs: readonly number[];
}

/** The hardware of a VM or template; `number` makes its address unlike all others. */
export function makeHardware(wish: VmWish, number: number): EstateTemplate {
  const isVcenter = wish.kind === 'vcenter';
  return {
    name: wish.name,
    folder: wish.folder,
    host: wish.host,
    datastore: wish.datastore,
    cpus: wish.cpus,
    memory: wish.memoryGib * GIB,
    guestOs: wish.guestOs,
    snapshotCount: 0,
    disks: wish.diskGibs.map((gib, at) => ({
      key: isVcenter ? `${2000 + at}` : `scsi-0-${at}`,
      label: `SCSI 0:${at}`,
      size: gib * GIB,
      file: diskFile(wish, at === 0 ? wish.name : `${wish.name}_${at}`),
      datastore: wish.datastore,
      inOwnFolder: true,
      shared: false,
      isRaw: false,
    })),
    nics: [
      {
        key: isVcenter ? '4000' : 'nic-0',
        label: 'Network adapter 1',
        network: wish.network,
        macAddress: macOf(number),
        connected: true,
        ...(isVcenter ? {} : { vlan: 0, vmqWeight: 100 }),
      },
    ],
  };
}

function diskFile({ kind, name, datastore }: VmWish, disk: string): string {
  if (kind === 'vcenter') return `[${datastore}] ${name}/${disk}.vmdk`;
  return `C:\\ClusterStorage\\${datastore}\\${name}\\${disk}.vhdx`;
}

function macOf(number: number): string {
  const hex = (0x400000 + (number % 0x3fffff)).toString(16);
  return `00:50:56:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`;
}

/** A VM that is on in nine of ten cases, with an address of 10.20.0.0/16. */
export function makeVm(wish: VmWish, number: number, random: Random): EstateVm {
  const isOn = random.next() < 0.9;
  const address = `10.20.${Math.floor(number / 250) % 256}.${(number % 250) + 2}`;
  return {
    ...makeHardware(wish, number),
    power: isOn ? 'on' : 'off',
    role: 'vm',
    guestTools: isOn ? 'running' : 'not_running',
    ipAddresses: isOn ? [address] : [],
  };
}

/** Memory in use and free room follow from the VMs. */
export function fillIn(connection: EstateConnectionFile): EstateConnectionFile {
  const memory = new Map<string, number>();
  const disks = new Map<string, number>();
  const add = (sums: Map<string, number>, key: string | undefined, bytes: number) =>
    key !== undefined && sums.set(key, (sums.get(key) ?? 0) + bytes);
  for (const vm of connection.vms ?? [])
    if (vm.power === 'on') add(memory, vm.host, toBytes(vm.memory ?? 0));
  for (const vm of [...(connection.vms ?? []), ...(connection.templates ?? [])])
    for (const disk of vm.disks ?? []) add(disks, disk.datastore, toBytes(disk.size ?? 0));
  return {
    ...connection,
    hosts: (connection.hosts ?? []).map((host) => ({
      ...host,
      memoryUsed: HYPERVISOR_BYTES + (memory.get(host.name) ?? 0),
    })),
    datastores: (connection.datastores ?? []).map((datastore) => ({
      ...datastore,
      free: Math.max(0, toBytes(datastore.capacity ?? 0) - (disks.get(datastore.name) ?? 0)),
    })),
  };
}
