/**
 * A node of a Hyper-V failover cluster is emptied. Site and PowerShell live in this process and go on between the kills. Each
 * order is a run of a script in one PowerShell for all: six VMs stand there, not twenty.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeptPwsh, startKeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import { type Site, startSite } from '#test/fakes/hyperv/site.ts';
import { JOB_STATES } from '#test/fakes/hyperv/world/moves.ts';
import type { VmState } from '#test/fakes/hyperv/world/parts.ts';
import type { World } from '#test/fakes/hyperv/world/world.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { toSqlite } from './databases.ts';
import { toHerd } from './evacuation-estate.ts';
import { toEmptiedPlace } from './evacuation-place.ts';
import type { EvacuationTruth, Order, StandingVm } from './evacuation-truth.ts';
import { OWN_SEAMS, WAYS } from './evacuation-ways.ts';
import type { Bed, Place } from './place.ts';

const NODES = ['node-1', 'node-2', 'node-3'] as const;
/** A cluster calls its nodes so. */
const toNodeName = (name: string) => name.toUpperCase();
const HERD = toHerd([toNodeName(NODES[0]), ...NODES.slice(1).map(toNodeName)], 4);

/** Really, for each time that a script looks again: long enough to be killed in. */
const LOOK_TAKES_MS = 100;
/** There a task is followed: the move takes longer than what is waited for at once. */
const OF_LONG_MOVE = 'started';
const LONG_LOOK_TAKES_MS = 600;

/** Where the platform has a part in it; the last is the end of all moves. */
const SEAMS = ['acted#3', OF_LONG_MOVE, 'step_ended#5'];
const FULL_SIZE = 10;

export async function openEvacuationHypervBed(): Promise<Bed> {
  const pwsh = await startKeptPwsh('2022');
  return {
    name: 'evacuation-hyperv',
    seams: [
      ...SEAMS.map((seam) => ({ seam, way: 'saved' })),
      { seam: 'cancelled', way: 'cancelled at 50 %' },
      { seam: 'cancelled', way: 'cancelled at 100 %' },
    ],
    ways: Object.keys(WAYS),
    ...{ ownSeams: OWN_SEAMS, fullSize: FULL_SIZE, atOnce: 2, patienceMs: 240_000 },
    openPlace: ({ way = '', seam }) => {
      const lookMs = seam === OF_LONG_MOVE ? LONG_LOOK_TAKES_MS : LOOK_TAKES_MS;
      return openPlace(pwsh, way, lookMs);
    },
    [Symbol.asyncDispose]: async () => pwsh[Symbol.asyncDispose](),
  };
}

async function openPlace(pwsh: KeptPwsh, wayName: string, lookMs: number): Promise<Place> {
  const site = await startSite({ build, pwsh, takesMs: { 'Start-Sleep': lookMs } });
  const folder = createTemporaryFolder('torture');
  return toEmptiedPlace({
    ...{ folder, wayName, herd: HERD },
    database: toSqlite(join(folder.path, 'data')),
    connection: toConnection(site, folder.path),
    readTruth: async () => readSite(site),
    close: async () => site[Symbol.asyncDispose](),
  });
}

const VOLUME = 'C:\\ClusterStorage\\Volume1';

function build(world: World): void {
  for (const name of NODES) world.addHost(name);
  world.addCluster('c1', NODES, ['Volume1']);
  for (const { name, host, power } of HERD.vms) {
    const path = `${VOLUME}\\${name}`;
    const state = power === 'on' ? 'Running' : 'Off';
    const isPinned = name === HERD.pinned;
    const vm = world.addVm(host.toLowerCase(), name, {
      path,
      disks: [`${path}\\system.vhdx`],
      state,
      isPinned,
    });
    if (isPinned) vm.devices.push('pci');
    world.addRole(vm);
  }
  const cluster = world.clusters.get('c1');
  if (!cluster) throw new Error('the world has no cluster');
  cluster.enforcesAntiAffinity = true;
  for (const group of cluster.groups)
    if (HERD.apart.includes(group.name)) Object.assign(group, { antiAffinity: ['apps'] });
}

function toConnection({ hosts, user, password, caPem }: Site, folder: string) {
  writeFileSync(join(folder, 'ca.pem'), caPem);
  const addresses = hosts.map(({ address, port }) => `${address}:${port}`).join(', ');
  const yaml = `lab: { connections: false }
connections:
  - id: hv
    kind: hyperv
    hosts: [${addresses}]
    user: '${user}'
    password: \${env:HYPERV_PASSWORD}
    caFile: ca.pem
`;
  return { yaml, env: { HYPERV_PASSWORD: password } };
}

function readSite({ world, journal }: Site): EvacuationTruth {
  const nodes = [...world.clusters.values()].flatMap((cluster) => cluster.nodes);
  const names = new Map(world.vms.map(({ id, name }) => [id, name]));
  const orders = journal.filter(({ cmdlet, isRefused }) => !isRefused && !OF_ITSELF.has(cmdlet));
  return {
    vms: world.vms.map(({ name, id, host, state }) => ({
      ...{ name, identity: id, host: toNodeName(host), power: POWERS[state] ?? 'other' },
    })),
    mark:
      nodes.find(({ name }) => toNodeName(name) === HERD.host)?.state === 'Paused' ? 'in' : 'none',
    orders: orders.map(({ cmdlet, vmId, host }) =>
      toOrder(cmdlet, vmId === undefined ? toNodeName(host) : (names.get(vmId) ?? vmId)),
    ),
    underWay: world.moves
      .filter(({ state }) => state === JOB_STATES.running)
      .map(({ vm }) => `move ${vm.name}`),
  };
}

/** Signs that a script leaves of its own run. */
const OF_ITSELF: ReadonlySet<string> = new Set();

const DEEDS: Readonly<Record<string, Order['deed']>> = {
  'Suspend-ClusterNode': 'mark',
  'Resume-ClusterNode': 'unmark',
  'Move-ClusterVirtualMachineRole': 'move',
  'Save-VM': 'save',
};

/** One that is none of ours stands by its own name. */
function toOrder(cmdlet: string, name: string): Order {
  const deed = DEEDS[cmdlet];
  return deed ? { deed, target: name } : { deed: 'other', target: `${cmdlet} ${name}` };
}

const POWERS: Readonly<Partial<Record<VmState, StandingVm['power']>>> = {
  Running: 'on',
  Off: 'off',
  Saved: 'saved',
};
