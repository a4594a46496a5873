/** A host of twenty VMs is emptied on a vCenter (vcsim), one for each trial; the database is SQLite. */
import { join } from 'node:path';
import { readBackVms } from '#test/helpers/peers/pyvmomi.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { startVcsim, type Vcsim } from '#test/helpers/peers/vcsim.ts';
import { toSqlite } from './databases.ts';
import { HERD } from './evacuation-estate.ts';
import { toEmptiedPlace } from './evacuation-place.ts';
import type { EvacuationTruth, Order, StandingVm } from './evacuation-truth.ts';
import { OWN_SEAMS, WAYS } from './evacuation-ways.ts';
import type { Bed, Place } from './place.ts';
import { toConnection } from './vcsim-bed.ts';
import { listTasks, readIsInMaintenance, type VcsimTask } from './vcsim-orders.ts';

/** Long enough to be killed in. */
const TASK_DELAY_MS = { MigrateVM_Task: 600, SuspendVM_Task: 600, EnterMaintenanceMode_Task: 100 };

/** Where the platform has a part in it. */
const SEAMS = ['acted', 'acted#3', 'started#6', 'step_ended#19', 'before job_ended'];

/** The lab is killed at more instants: each start costs a vCenter. */
const FULL_SIZE = 10;

export async function openEvacuationVcsimBed(): Promise<Bed> {
  return {
    name: 'evacuation-vcsim',
    seams: [
      ...SEAMS.map((seam) => ({ seam, way: 'saved' })),
      { seam: 'cancelled', way: 'cancelled at 50 %' },
      { seam: 'cancelled', way: 'cancelled at 100 %' },
    ],
    ways: Object.keys(WAYS),
    ...{ ownSeams: OWN_SEAMS, fullSize: FULL_SIZE, atOnce: 5, patienceMs: 150_000 },
    openPlace: ({ way = '' }) => openPlace(way),
    async [Symbol.asyncDispose]() {},
  };
}

async function openPlace(wayName: string): Promise<Place> {
  const vcsim = await startVcsim({ estate: ESTATE, taskDelayMs: TASK_DELAY_MS });
  // Else the vCenter would move the VMs by itself.
  await vcsim.control('drs', { on: false });
  await vcsim.control('cluster', { cluster: 'prod', rules: [RULE] });
  const folder = createTemporaryFolder('torture');
  return toEmptiedPlace({
    ...{ folder, wayName, herd: HERD },
    database: toSqlite(join(folder.path, 'data')),
    connection: { yaml: toConnection(vcsim), env: { VCSIM_PASSWORD: vcsim.password } },
    readTruth: () => readVcsim(vcsim),
    close: async () => vcsim[Symbol.asyncDispose](),
  });
}

async function readVcsim(vcsim: Vcsim): Promise<EvacuationTruth> {
  const vms = await readBackVms(vcsim);
  const tasks = await listTasks(vcsim);
  const names = new Map([
    ...vms.map(({ handle, name }) => [handle, name ?? ''] as const),
    ...HOSTS.map(({ id, name }) => [id, name] as const),
  ]);
  const orders = tasks.filter(({ deed, entity }) => entity !== '' && !OF_ITSELF.has(deed));
  const emptied = HOSTS.find(({ name }) => name === HERD.host)?.id ?? '';
  const isWaiting = tasks.some(({ deed, state }) => DEEDS[deed] === 'mark' && isRunning(state));
  const isIn = await readIsInMaintenance(vcsim, emptied);
  const waiting = isWaiting ? 'entering' : 'none';
  return {
    vms: vms.map(({ name, instanceUuid, host, powerState }) => ({
      ...{ name: name ?? '', identity: instanceUuid ?? '', host: host ?? '' },
      power: POWERS[powerState ?? ''] ?? 'other',
    })),
    mark: isIn ? 'in' : waiting,
    orders: orders.map(({ deed, entity }) => toOrder(deed, names.get(entity) ?? entity)),
    underWay: orders
      .filter(({ deed, state }) => isRunning(state) && DEEDS[deed] !== 'mark')
      .map(({ deed, entity }: VcsimTask) => `${deed} ${names.get(entity)}`),
  };
}

/** One that is none of ours stands by its own name. */
function toOrder(deed: string, name: string): Order {
  const known = DEEDS[deed];
  return known ? { deed: known, target: name } : { deed: 'other', target: `${deed} ${name}` };
}

const isRunning = (state: string) => state === 'running' || state === 'queued';

/**
 * How the estate was made, and vcsim's own task inside the one that was asked for. What is asked of no object is a check, which
 * changes nothing.
 */
const OF_ITSELF: ReadonlySet<string> = new Set(['Folder.createVm', 'VirtualMachine.suspend']);

const DEEDS: Readonly<Record<string, Order['deed']>> = {
  'HostSystem.enterMaintenanceMode': 'mark',
  'HostSystem.exitMaintenanceMode': 'unmark',
  'VirtualMachine.migrateVM': 'move',
  'VirtualMachine.suspendVM': 'save',
};

const POWERS: Readonly<Record<string, StandingVm['power']>> = {
  poweredOn: 'on',
  poweredOff: 'off',
  suspended: 'saved',
};

const RULE = { name: 'apps', kind: 'apart', mandatory: true, vms: HERD.apart };

const HOSTS = [...new Set(HERD.vms.map(({ host }) => host))].map((name, at) => ({
  ...{ id: `host-${101 + at}`, name, cluster: 'prod', memoryGib: 256, cores: 32 },
  ...{ usedMemoryMib: 40_000, usedMhz: 4000 },
}));

const ESTATE = {
  datacenters: [{ api: 'Lab' }],
  clusters: [{ api: 'prod' }],
  folders: [{ api: '/Lab/vm/prod' }],
  hosts: HOSTS,
  datastores: [
    { id: 'datastore-201', api: 'SAN-A', capacity: 4 * 2 ** 40, freeSpace: 2 * 2 ** 40 },
  ],
  networks: [{ id: 'network-301', kind: 'standard', api: 'office' }],
  vms: HERD.vms.map(({ name, host, power }, at) => ({
    ...{ id: `vm-${501 + at}`, api: name, folder: '/Lab/vm/prod', host, datastore: 'SAN-A' },
    ...{ cpus: 2, memoryMiB: 4096, usedMemoryMib: 2048, usedMhz: 200 },
    powerState: power === 'on' ? 'poweredOn' : 'poweredOff',
    ...{ disks: [{ gib: 40, unit: 0 }], nics: [{ network: 'office' }] },
    ...(name === HERD.pinned && { passthrough: ['PCI device 0'] }),
  })),
};
