/** A vCenter (vcsim) as platform, one for each trial; the database is SQLite. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBackVms } from '#test/helpers/peers/pyvmomi.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { startVcsim, type Vcsim } from '#test/helpers/peers/vcsim.ts';
import { judged } from './find-violations.ts';
import { readFile, WAKE_UPS } from './lab-bed.ts';
import { openPeople } from './people.ts';
import { type Bed, NAME, type Place, type PlatformTruth, RULES, WISH } from './place.ts';
import { ALL_SEAMS } from './seams.ts';
import { listTasks } from './vcsim-orders.ts';

/** Long enough to be killed in. */
const TASK_DELAY_MS = { CloneVM_Task: 1000, PowerOnVM_Task: 250 };

export async function openVcsimBed(): Promise<Bed> {
  return {
    ...{ name: 'vcsim', seams: ALL_SEAMS, atOnce: 4, patienceMs: 60_000 },
    openPlace: openVcsimPlace,
    async [Symbol.asyncDispose]() {},
  };
}

async function openVcsimPlace(): Promise<Place> {
  const vcsim = await startVcsim({ estate: ESTATE, taskDelayMs: TASK_DELAY_MS });
  const folder = createTemporaryFolder('torture');
  const dataFolder = join(folder.path, 'data');
  const configFile = join(folder.path, 'drover.yaml');
  writeFileSync(configFile, RULES + toConnection(vcsim));
  const rows = async (sql: string) => readFile(join(dataFolder, 'drover.db'), sql);
  return judged({
    ...{ configFile, dataFolder, env: { VCSIM_PASSWORD: vcsim.password } },
    ...{ rows, wakeUps: WAKE_UPS, voterId: 'lab-bob' },
    openPeople: () => openPeople({ dataFolder, rows, wakeUps: WAKE_UPS, line: WISH.line }),
    wish: WISH,
    readPlatform: () => readVcsim(vcsim),
    async [Symbol.asyncDispose]() {
      await vcsim[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  });
}

export function toConnection({ url, user, thumbprint }: Vcsim): string {
  return `lab: { connections: false }
connections:
  - id: vc
    kind: vcenter
    url: ${url}
    user: ${user}
    password: \${env:VCSIM_PASSWORD}
    thumbprint: '${thumbprint}'
`;
}

const CLONE = /^VirtualMachine\.clone/;

async function readVcsim(vcsim: Vcsim): Promise<PlatformTruth> {
  const tasks = await listTasks(vcsim);
  const vms = (await readBackVms(vcsim)).filter(({ name }) => name === NAME);
  return {
    orders: tasks.filter(({ deed }) => CLONE.test(deed)).map(() => 'clone'),
    vms: vms.map(({ cpus, memoryMB, powerState }) => ({
      cpus,
      memoryBytes: memoryMB === null ? null : memoryMB * 2 ** 20,
      isOn: powerState === 'poweredOn',
    })),
  };
}

const used = { usedMemoryMib: 32_768, usedMhz: 8000 };

const ESTATE = {
  datacenters: [{ api: 'Lab' }],
  folders: [{ api: '/Lab/vm/prod' }, { api: '/Lab/vm/prod/web' }],
  hosts: [
    { id: 'host-1001', name: 'esx1.test', ...used },
    { id: 'host-1002', name: 'esx2.test', ...used },
  ],
  datastores: [
    { id: 'datastore-1011', api: 'shared-1', capacity: 4 * 2 ** 40, freeSpace: 2 * 2 ** 40 },
  ],
  networks: [{ id: 'network-1021', kind: 'standard', api: 'office' }],
  vms: [
    {
      ...{ id: 'vm-1101', api: 'ubuntu-24', template: true, host: 'esx1.test' },
      ...{ datastore: 'shared-1', cpus: 2, memoryMiB: 2048, nics: [{ network: 'office' }] },
      disks: [{ gib: 10, unit: 0 }],
    },
  ],
};
