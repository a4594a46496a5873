/**
 * Hyper-V as platform: a stand-alone host with Drover on SQLite, a failover cluster with Drover on PostgreSQL, on each a VM that
 * is made and started and one that is deleted. Sites and PowerShell live in this process and go on between the kills.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeptPwsh, startKeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import { type Site, startSite } from '#test/fakes/hyperv/site.ts';
import { GIB } from '#test/fakes/hyperv/world/parts.ts';
import type { World } from '#test/fakes/hyperv/world/world.ts';
import { type Postgres, startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { toPostgres, toSqlite } from './databases.ts';
import { judged } from './find-violations.ts';
import { openPeople } from './people.ts';
import {
  type Bed,
  NAME,
  type Place,
  type PlatformTruth,
  RULES,
  type SeamOnWay,
  toCreateWish,
  type Wish,
} from './place.ts';
import { ALL_SEAMS } from './seams.ts';

interface Way {
  readonly deed: 'create' | 'delete';
  readonly isCluster: boolean;
}

const WAYS: Readonly<Record<string, Way>> = {
  'create on a host, SQLite': { deed: 'create', isCluster: false },
  'create on a cluster, PostgreSQL': { deed: 'create', isCluster: true },
  'delete on a host, SQLite': { deed: 'delete', isCluster: false },
  'delete on a cluster, PostgreSQL': { deed: 'delete', isCluster: true },
};

/** A deletion has one step, and is over before anybody would follow it. */
const OF_CREATE: ReadonlySet<string> = new Set(['acted#2', 'started', 'followed']);
/** There a task is followed: the copy takes longer than what is waited for at once. */
const OF_LONG_COPY: ReadonlySet<string | undefined> = new Set(['started', 'followed']);

const SEAMS: readonly SeamOnWay[] = ALL_SEAMS.flatMap(({ seam }) =>
  Object.entries(WAYS)
    .filter(([, { deed }]) => !OF_CREATE.has(seam) || deed === 'create')
    .map(([way]) => ({ seam, way })),
);

/** Long enough to be killed in. */
const COPY_TAKES_MS = 800;
const LONG_COPY_TAKES_MS = 3000;

export async function openHypervBed(): Promise<Bed> {
  await using stack = new AsyncDisposableStack();
  const pwsh = stack.use(await startKeptPwsh('2022'));
  const postgres = stack.use(
    await startPostgres({ fsync: false, settings: { max_connections: '200' } }),
  );
  const opened = stack.move();
  return {
    ...{ name: 'hyperv', seams: SEAMS, ways: Object.keys(WAYS), atOnce: 6, patienceMs: 90_000 },
    openPlace: ({ way = '', seam }) => {
      const copyMs = OF_LONG_COPY.has(seam) ? LONG_COPY_TAKES_MS : COPY_TAKES_MS;
      return openPlace({ pwsh, postgres, way: WAYS[way], copyMs });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

interface PlaceParts {
  readonly pwsh: KeptPwsh;
  readonly postgres: Postgres;
  readonly way: Way | undefined;
  readonly copyMs: number;
}

async function openPlace({ pwsh, postgres, way, copyMs }: PlaceParts): Promise<Place> {
  if (!way) throw new Error('there is no such way');
  await using stack = new AsyncDisposableStack();
  const folder = createTemporaryFolder('torture');
  stack.defer(() => folder[Symbol.dispose]());
  const build = (world: World) => buildWorld(world, way);
  const site = stack.use(await startSite({ build, pwsh, createTakesMs: copyMs }));
  const dataFolder = join(folder.path, 'data');
  const database = way.isCluster ? await toPostgres(postgres) : toSqlite(dataFolder);
  const { rows, wakeUps, yaml, env } = database;
  const configFile = join(folder.path, 'drover.yaml');
  writeFileSync(configFile, `${RULES}${yaml}${toConnection(site, way)}`);
  writeFileSync(join(folder.path, 'ca.pem'), site.caPem);
  const wish = toWish(way);
  const opened = stack.move();
  return judged({
    ...{ configFile, dataFolder, rows, wakeUps, wish, voterId: 'lab-bob' },
    env: { ...env, HYPERV_PASSWORD: site.password },
    openPeople: () => openPeople({ dataFolder, rows, wakeUps, line: wish.line }),
    readPlatform: async () => readSite(site, way),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  });
}

const folderOf = ({ isCluster }: Way) => (isCluster ? 'C:\\ClusterStorage\\Volume1' : 'C:');
const DISKS = ['system.vhdx', 'data.vhdx'];

function buildWorld(world: World, way: Way): void {
  const hosts = way.isCluster ? ['node-1', 'node-2'] : ['hv-1'];
  for (const name of hosts) world.addHost(name);
  if (way.isCluster) world.addCluster('c1', hosts, ['Volume1']);
  const [host = ''] = hosts;
  const folder = folderOf(way);
  const template = { sizeBytes: 40 * GIB, fileBytes: 12 * GIB, type: 'Dynamic' } as const;
  world.files.write(host, `${folder}\\templates\\ubuntu-24.vhdx`, template);
  const add = (name: string) => {
    const path = `${folder}\\VMs\\${name}`;
    const vm = world.addVm(host, name, { path, disks: DISKS.map((disk) => `${path}\\${disk}`) });
    if (way.isCluster) world.addRole(vm);
  };
  add('bystander');
  if (way.deed === 'delete') add(NAME);
}

function toConnection({ hosts, user }: Site, way: Way): string {
  return `lab: { connections: false }
connections:
  - id: hv
    kind: hyperv
    hosts: [${hosts.map(({ address, port }) => `${address}:${port}`).join(', ')}]
    user: '${user}'
    password: \${env:HYPERV_PASSWORD}
    caFile: ca.pem
    templates:
      - { name: ubuntu-24, file: '${folderOf(way)}\\templates\\ubuntu-24.vhdx' }
`;
}

function toWish({ deed }: Way): Wish {
  if (deed === 'create') {
    const line = `vm create ${NAME} --template ubuntu-24 --cpu 4 --memory 8GiB --reason torture`;
    const made = toCreateWish(line, ['New-VM', 'Start-VM']);
    return { ...made, known: 2 };
  }
  const line = `vm delete ${NAME} --reason torture`;
  return { line, steps: 1, known: 1, truth: { orders: ['Remove-VM'], vms: [] } };
}

const DEEDS = ['New-VM', 'Start-VM', 'Stop-VM', 'Remove-VM'];

function readSite({ world, journal }: Site, way: Way): PlatformTruth {
  const orders = journal
    .filter(({ cmdlet, isRefused }) => DEEDS.includes(cmdlet) && !isRefused)
    .map(({ cmdlet }) => cmdlet);
  const vms = world.vms
    .filter(({ name }) => name === NAME)
    .map(({ processors, memoryBytes, state }) => {
      return { cpus: processors, memoryBytes, isOn: state === 'Running' };
    });
  return { orders, vms, faults: [...listFileFaults(world, way), ...listRoleFaults(world)] };
}

/** The other VM keeps its files; a deleted one leaves none, a made one has its disk whole. */
function listFileFaults(world: World, way: Way): string[] {
  const [host = ''] = world.hosts.keys();
  const there = (name: string) =>
    DISKS.filter((disk) => world.files.exists(host, `${folderOf(way)}\\VMs\\${name}\\${disk}`));
  const made = world.vms.find(({ name }) => name === NAME)?.disks ?? [];
  const broken = made.filter(({ path }) => world.files.read(host, path)?.sizeBytes !== 40 * GIB);
  return [
    ...(there('bystander').length === DISKS.length ? [] : ['the bystander lost a disk']),
    ...(there(NAME).length === 0 ? [] : ['a deleted disk is still there']),
    ...(broken.length === 0 ? [] : ['a disk is not whole']),
  ];
}

/** Each VM of a cluster is one role, and no role is without its VM. */
function listRoleFaults(world: World): string[] {
  const groups = [...world.clusters.values()].flatMap((cluster) => cluster.groups);
  const roles = groups.flatMap(({ vmId }) => vmId ?? []).toSorted();
  const vms = world.clusters.size === 0 ? [] : world.vms.map(({ id }) => id).toSorted();
  return roles.join() === vms.join() ? [] : [`roles ${roles} for VMs ${vms}`];
}
