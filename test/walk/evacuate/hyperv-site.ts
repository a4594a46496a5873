/**
 * A failover cluster of the fake site as the platform, real PowerShell behind true WinRM: pywinrm is somebody at the
 * vendor's console. Site and Drover run in this process.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openForeignClients } from '#test/adapters/hyperv/site/foreign-clients.ts';
import { type Site as HypervSite, startSite } from '#test/fakes/hyperv/site.ts';
import { endHeldMove, listRunning } from '#test/fakes/hyperv/world/moves.ts';
import type { VmState, WorldVm } from '#test/fakes/hyperv/world/parts.ts';
import type { World } from '#test/fakes/hyperv/world/world.ts';
import { openTestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { toHerd } from '#test/torture/evacuation-estate.ts';
import type { Herd, StandingVm } from '#test/torture/evacuation-truth.ts';
import { IMPATIENCE, IMPATIENT_WORDS } from './impatience.ts';
import type { Standing } from './judge.ts';
import { ROLES, type Site } from './site.ts';

const NODES = ['node-1', 'node-2', 'node-3', 'node-4'] as const;
/** A cluster calls its nodes so. */
const toNodeName = (name: string) => name.toUpperCase();
const HERD = quieten(toHerd([toNodeName(NODES[0]), ...NODES.slice(1).map(toNodeName)], 18));
/** Each order is a run of a script in one PowerShell for all: ten of the twenty VMs are off and stay. */
function quieten(herd: Herd): Herd {
  const isQuiet = (name: string) => /^app-(?:0[7-9]|1[0-6])$/.test(name);
  return { ...herd, vms: herd.vms.map((vm) => (isQuiet(vm.name) ? { ...vm, power: 'off' } : vm)) };
}

const MOVES_AT_ONCE = 4;
/** Really, for each time that a script looks again. */
const LOOK_TAKES_MS = 100;
const VOLUME = 'C:\\ClusterStorage\\Volume1';
const WITHIN_MS = 60_000;

export async function openHypervSite(): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(createTemporaryFolder('walk'));
  const site = stack.use(await startSite({ build, takesMs: { 'Start-Sleep': LOOK_TAKES_MS } }));
  const opened = stack.move();
  const { world } = site;
  return {
    ...{ where: 'a failover cluster', host: HERD.host, canAsk: false },
    ...{ lands: true, leavesUnknown: true },
    events: [
      'by pywinrm, as at the vendor’s console: the move onto the host, the move away from it',
      'by our own model: how long the move onto it takes, the guest that goes off, the host that dies, the start elsewhere of what ran there',
      IMPATIENT_WORDS,
    ],
    async start(config, env) {
      const caFile = join(folder.path, 'ca.pem');
      writeFileSync(caFile, site.caPem);
      const { drover, ...app } = await openTestApp({
        config: `${toConnection(site, caFile)}${config}`,
        env: { ...env, HYPERV_PASSWORD: site.password },
        alter: (parts) => ({ ...parts, patience: IMPATIENCE }),
      });
      return { url: drover.url, [Symbol.asyncDispose]: app[Symbol.asyncDispose] };
    },
    read: async () => readWorld(world),
    async begin() {
      requireVm(world, ROLES.coming).nextMove = { isHeld: true };
      await moveByOthers(site, ROLES.coming, HERD.host);
    },
    async arm({ goesOff }) {
      requireVm(world, goesOff).nextMove = { offAtPercent: 60 };
    },
    async strike({ doomed, follower }) {
      const other = NODES.map(toNodeName).find((name) => name !== HERD.host && name !== doomed);
      await untilMoving(world, follower);
      await site.loseNode(doomed.toLowerCase());
      await moveByOthers(site, ROLES.taken, other ?? '');
      return other ?? '';
    },
    async land() {
      endHeldMove(world, requireVm(world, ROLES.coming));
    },
    answer: () => Promise.reject(new Error('Hyper-V asks nothing')),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function build(world: World): void {
  for (const name of NODES) world.addHost(name);
  world.addCluster('c1', NODES, ['Volume1']);
  for (const { name, host, power } of HERD.vms) {
    const path = `${VOLUME}\\${name}`;
    const state = power === 'on' ? 'Running' : 'Off';
    const isPinned = name === ROLES.pinned;
    const disks = [`${path}\\system.vhdx`];
    const vm = world.addVm(host.toLowerCase(), name, { path, disks, state, isPinned });
    if (isPinned) vm.devices.push('pci');
    world.addRole(vm);
  }
  const cluster = world.clusters.get('c1');
  if (!cluster) throw new Error('the world has no cluster');
  cluster.atOnce = MOVES_AT_ONCE;
}

function requireVm({ vms }: World, name: string): WorldVm {
  const vm = vms.find((one) => one.name === name);
  if (!vm) throw new Error(`the site has no ${name}`);
  return vm;
}

/** Asked on the node where it is, by a client that is not ours. */
async function moveByOthers(site: HypervSite, name: string, to: string): Promise<void> {
  const vm = requireVm(site.world, name);
  const line = `FailoverClusters\\Move-ClusterVirtualMachineRole -VMId '${vm.id}' -Node '${to}' -MigrationType Live -Wait 0`;
  const command = `powershell -EncodedCommand ${Buffer.from(line, 'utf16le').toString('base64')}`;
  using clients = openForeignClients(site, site.requireHost(vm.host));
  const { code, err, error } = await clients.pywinrm({ command });
  if (code !== 0) throw new Error(`pywinrm ended with ${code}: ${error ?? err}`);
}

async function untilMoving(world: World, name: string): Promise<void> {
  const end = performance.now() + WITHIN_MS;
  while (!listRunning(world).some(({ vm }) => vm.name === name)) {
    if (performance.now() > end) throw new Error(`${name} does not move`);
    await pause(20);
  }
}

const POWERS: Readonly<Partial<Record<VmState, StandingVm['power']>>> = {
  Running: 'on',
  Off: 'off',
  Saved: 'saved',
};

/** The model itself. */
function readWorld(world: World): Standing {
  const nodes = [...world.clusters.values()].flatMap((cluster) => cluster.nodes);
  const emptied = nodes.find(({ name }) => toNodeName(name) === HERD.host);
  return {
    vms: world.vms.map(({ name, id, host, state }) => ({
      ...{ name, identity: id, host: toNodeName(host), power: POWERS[state] ?? 'other' },
    })),
    mark: emptied?.state === 'Paused' ? 'in' : 'none',
  };
}

function toConnection({ hosts, user }: HypervSite, caFile: string): string {
  const addresses = hosts.map(({ address, port }) => `${address}:${port}`).join(', ');
  return `lab: { connections: false }

connections:
  - id: prod-hv
    kind: hyperv
    hosts: [${addresses}]
    user: '${user}'
    password: \${env:HYPERV_PASSWORD}
    caFile: ${JSON.stringify(caFile)}
`;
}
