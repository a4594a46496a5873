/** Two estates that are ready: `small`, a cluster of two hosts, and `single`, one host with local drives. */
import { GIB } from '../world/parts.ts';
import type { World } from '../world/world.ts';

export interface EstateOptions {
  /** More VMs, all off, until there are so many. */
  readonly vms?: number;
}

export const ESTATES = { small: buildSmall, single: buildSingle } as const;
export type EstateName = keyof typeof ESTATES;

const template = { sizeBytes: 40 * GIB, fileBytes: 12 * GIB, type: 'Dynamic' } as const;

/** Hosts `node-1` and `node-2`, the cluster `c1`, its volumes `Volume1` and `Volume2`. */
export function buildSmall(world: World, { vms = 0 }: EstateOptions = {}): void {
  for (const name of ['node-1', 'node-2']) world.addHost(name);
  world.addCluster('c1', ['node-1', 'node-2'], ['Volume1', 'Volume2']);
  const shared = 'C:\\ClusterStorage\\Volume1';
  world.files.write('node-1', `${shared}\\templates\\win2022.vhdx`, template);
  world.files.write('node-1', `${shared}\\templates\\debian-gen1.vhdx`, template);
  const add = createAdd(world, shared);
  add('node-1', 'web-01', { state: 'Running', addresses: ['10.0.0.11'], isRole: true });
  add('node-2', 'web-02', { state: 'Running', addresses: ['10.0.0.12'], isRole: true });
  add('node-1', 'no-guest-01', { state: 'Running', noGuest: true, isRole: true });
  add('node-1', 'db-01', { disks: ['system', 'data'], isRole: true });
  add('node-2', 'replica-01', { replication: 'Replica', isRole: true });
  add('node-2', 'critical-01', { state: 'OffCritical', isRole: true });
  add('node-1', 'saved-01', { state: 'Saved', isRole: true });
  add('node-2', 'paused-01', { state: 'Paused', isRole: true });
  add('node-1', 'twin', {});
  add('node-2', 'twin', {});
  pad(world, { vms, folder: shared, isRole: true });
}

/** The host `hv-1` alone. */
export function buildSingle(world: World, { vms = 0 }: EstateOptions = {}): void {
  world.addHost('hv-1');
  world.files.write('hv-1', 'C:\\templates\\win2022.vhdx', template);
  world.files.write('hv-1', 'C:\\templates\\debian-gen1.vhdx', template);
  const add = createAdd(world, 'C:\\VMs');
  add('hv-1', 'web-01', { state: 'Running', addresses: ['10.0.0.11'] });
  add('hv-1', 'no-guest-01', { state: 'Running', noGuest: true });
  add('hv-1', 'db-01', { disks: ['system', 'data'] });
  pad(world, { vms, folder: 'C:\\VMs', isRole: false });
}

interface Wish {
  readonly state?: 'Running' | 'Saved' | 'Paused' | 'OffCritical';
  readonly disks?: readonly string[];
  readonly addresses?: readonly string[];
  readonly noGuest?: boolean;
  readonly replication?: 'Replica';
  readonly isRole?: boolean;
}

type Add = (host: string, name: string, wish: Wish) => void;

function createAdd(world: World, folder: string): Add {
  return (host, name, { isRole = false, disks = ['system'], addresses = [], ...more }) => {
    // Two VMs of one name have folders of their own.
    const path = `${folder}\\${name}-${host}`;
    const vm = world.addVm(host, name, {
      ...more,
      path,
      disks: disks.map((disk) => `${path}\\${disk}.vhdx`),
    });
    for (const nic of vm.nics) nic.addresses = addresses;
    if (isRole) world.addRole(vm);
  };
}

interface Padding {
  readonly vms: number;
  readonly folder: string;
  readonly isRole: boolean;
}

function pad(world: World, { vms, folder, isRole }: Padding): void {
  const add = createAdd(world, folder);
  const hosts = [...world.hosts.keys()];
  for (let i = world.vms.length; i < vms; i += 1)
    add(hosts[i % hosts.length] ?? '', `app-${String(i).padStart(4, '0')}`, { isRole });
}
