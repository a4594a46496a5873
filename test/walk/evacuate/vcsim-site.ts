/**
 * vcsim as the platform, a vCenter that is not ours: pyvmomi reads it, and is somebody at the vendor's console. Drover runs
 * in this process, since nobody waits here as long as an operator does.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { openTestApp } from '#test/helpers/open-test-app.ts';
import { doAtConsole, readBackVms } from '#test/helpers/peers/pyvmomi.ts';
import { startVcsim, type Vcsim } from '#test/helpers/peers/vcsim.ts';
import { toHerd } from '#test/torture/evacuation-estate.ts';
import type { StandingVm } from '#test/torture/evacuation-truth.ts';
import { listTasks } from '#test/torture/vcsim-orders.ts';
import { IMPATIENCE, IMPATIENT_WORDS } from './impatience.ts';
import type { Standing } from './judge.ts';
import { ROLES, type Site } from './site.ts';

const TASK_DELAY_MS = { MigrateVM_Task: 2000 };
const HOST_NAMES = ['esx-01', 'esx-02', 'esx-03', 'esx-04'] as const;
const HERD = toHerd(HOST_NAMES, 18);
const WITHIN_MS = 60_000;
const CHOICES = [
  { key: '0', label: 'Go on' },
  { key: '1', label: 'Stop' },
];

export async function openVcsimSite(): Promise<Site> {
  const vcsim = await startVcsim({ estate: ESTATE, taskDelayMs: TASK_DELAY_MS, guestDelayMs: 500 });
  // Else the vCenter would move the VMs by itself.
  await vcsim.control('drs', { on: false });
  const question = (vm: string, text: string) =>
    vcsim.control('question', {
      ...{ vm, id: '7', text, choices: CHOICES, cancel: '1', method: 'MigrateVM_Task' },
    });
  return {
    ...{ where: 'vcsim', host: HERD.host, canAsk: true, lands: false, leavesUnknown: true },
    events: [
      'by pyvmomi, at the vendor’s console: the move onto the host, the move away from it, the answers',
      'by our own controls: the questions, the guest that goes off, the host that dies, the start elsewhere of what ran there',
      IMPATIENT_WORDS,
    ],
    async start(config, env) {
      const { drover, ...app } = await openTestApp({
        config: `${toConnection(vcsim)}${config}`,
        env: { ...env, VCENTER_PASSWORD: vcsim.password },
        alter: (parts) => ({ ...parts, patience: IMPATIENCE }),
      });
      return { url: drover.url, [Symbol.asyncDispose]: app[Symbol.asyncDispose] };
    },
    read: () => readVcsim(vcsim),
    async begin() {
      await question(ROLES.coming, 'Go on?');
      await doAtConsole(vcsim, 'move', ROLES.coming, HERD.host);
    },
    async arm({ asker, goesOff }) {
      await question(asker, 'Disconnect the CD and go on?');
      await vcsim.control('guest-off', { vm: goesOff, at: 60 });
    },
    async strike({ doomed, follower }) {
      await untilMoving(vcsim, follower);
      await vcsim.control('host', { host: doomed, state: 'notResponding', restartAfter: 1 });
      const other = HOST_NAMES.find((name) => name !== HERD.host && name !== doomed) ?? '';
      await doAtConsole(vcsim, 'move', ROLES.taken, other);
      return other;
    },
    land: async () => void (await doAtConsole(vcsim, 'answer', ROLES.coming, '0')),
    answer: async ({ asker }) => void (await doAtConsole(vcsim, 'answer', asker, '0')),
    [Symbol.asyncDispose]: () => vcsim[Symbol.asyncDispose](),
  };
}

async function untilMoving(vcsim: Vcsim, name: string): Promise<void> {
  const { id } = VMS.find(({ api }) => api === name) ?? {};
  const end = performance.now() + WITHIN_MS;
  const isMoving = async () =>
    (await listTasks(vcsim)).some(({ entity, state }) => entity === id && state === 'running');
  while (!(await isMoving())) {
    if (performance.now() > end) throw new Error(`${name} does not move`);
    await pause(100);
  }
}

const POWERS: Readonly<Record<string, StandingVm['power']>> = {
  poweredOn: 'on',
  poweredOff: 'off',
  suspended: 'saved',
};

async function readVcsim(vcsim: Vcsim): Promise<Standing> {
  const [vms, hosts, tasks] = await Promise.all([
    readBackVms(vcsim),
    doAtConsole(vcsim, 'hosts'),
    listTasks(vcsim),
  ]);
  const isIn: Record<string, boolean> = JSON.parse(hosts);
  const isEntering = tasks.some(
    ({ deed, state }) => deed === 'HostSystem.enterMaintenanceMode' && state === 'running',
  );
  const waiting = isEntering ? 'entering' : 'none';
  return {
    vms: vms.map(({ name, instanceUuid, host, powerState }) => ({
      ...{ name: name ?? '', identity: instanceUuid ?? '', host: host ?? '' },
      power: POWERS[powerState ?? ''] ?? 'other',
    })),
    mark: isIn[HERD.host] ? 'in' : waiting,
  };
}

function toConnection({ url, user, thumbprint }: Vcsim): string {
  return `lab: { connections: false }

connections:
  - id: prod-vc
    kind: vcenter
    url: ${url}
    user: ${user}
    password: \${env:VCENTER_PASSWORD}
    thumbprint: "${thumbprint}"
`;
}

const VMS = HERD.vms.map(({ name, host, power }, at) => ({
  ...{ id: `vm-${501 + at}`, api: name, folder: '/Munich/vm/prod', host, datastore: 'SAN-A' },
  ...{ cpus: 2, memoryMiB: 4096, usedMemoryMib: 2048, usedMhz: 200 },
  powerState: power === 'on' ? 'poweredOn' : 'poweredOff',
  ...{ disks: [{ gib: 40, unit: 0 }], nics: [{ network: 'office' }] },
  ...(name === ROLES.pinned && { passthrough: ['PCI device 0'] }),
}));

const ESTATE = {
  datacenters: [{ api: 'Munich' }],
  clusters: [{ api: 'prod' }],
  folders: [{ api: '/Munich/vm/prod' }],
  hosts: HOST_NAMES.map((name, at) => ({
    ...{ id: `host-${101 + at}`, name, cluster: 'prod', memoryGib: 256, cores: 32 },
    ...{ usedMemoryMib: 40_000, usedMhz: 4000 },
  })),
  datastores: [
    { id: 'datastore-201', api: 'SAN-A', capacity: 4 * 2 ** 40, freeSpace: 2 * 2 ** 40 },
  ],
  networks: [{ id: 'network-301', kind: 'standard', api: 'office' }],
  vms: VMS,
};
