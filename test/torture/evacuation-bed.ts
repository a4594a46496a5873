/** A host of twenty VMs is emptied: on the lab, with Drover on SQLite and on a PostgreSQL of this run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabTask } from '#adapters/simulator/task.ts';
import { isLive } from '#adapters/simulator/task.ts';
import type { LabHost, LabVm } from '#adapters/simulator/world-object.ts';
import { type Postgres, startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { toPostgres, toSqlite } from './databases.ts';
import { EVACUATION_ESTATE, HERD } from './evacuation-estate.ts';
import { toEmptiedPlace } from './evacuation-place.ts';
import type { EvacuationTruth, Order, StandingVm } from './evacuation-truth.ts';
import { EVACUATION_SEAMS, OWN_SEAMS, WAYS } from './evacuation-ways.ts';
import { readFile } from './lab-bed.ts';
import type { Bed, Place } from './place.ts';

/** A move takes 0.6 seconds then, and eight go on at once. */
const SPEED = 10;

const DATABASES = ['SQLite', 'PostgreSQL'] as const;

export async function openEvacuationBed(): Promise<Bed> {
  const postgres = await startPostgres({ fsync: false, settings: { max_connections: '200' } });
  const named = (way: string | undefined) => DATABASES.map((database) => `${way}, ${database}`);
  return {
    name: 'evacuation',
    seams: EVACUATION_SEAMS.flatMap(({ seam, way }) => named(way).map((it) => ({ seam, way: it }))),
    ways: Object.keys(WAYS).flatMap(named),
    ...{ ownSeams: OWN_SEAMS, atOnce: 8, patienceMs: 150_000 },
    openPlace: ({ way = '' }) => openPlace(postgres, way),
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  };
}

async function openPlace(postgres: Postgres, name: string): Promise<Place> {
  const [wayName = '', database] = name.split(', ');
  const folder = createTemporaryFolder('torture');
  const dataFolder = join(folder.path, 'data');
  writeFileSync(join(folder.path, 'estate.json'), JSON.stringify(EVACUATION_ESTATE));
  return toEmptiedPlace({
    ...{ folder, wayName, herd: HERD },
    database: database === 'SQLite' ? toSqlite(dataFolder) : await toPostgres(postgres),
    connection: { yaml: `lab: { speed: ${SPEED}, estate: estate.json }\n`, env: {} },
    readTruth: async () => readLab(join(dataFolder, 'lab.db')),
    close: async () => undefined,
  });
}

function readLab(file: string): EvacuationTruth {
  const bodies = <T>(sql: string) =>
    readFile(file, sql).map(({ body }) => JSON.parse(String(body)) as T);
  const listed = (kind: string) =>
    `select body from object where kind = '${kind}' and body is not null`;
  const hosts = new Map(bodies<LabHost>(listed('host')).map((host) => [host.handle, host]));
  const vms = bodies<LabVm>(listed('vm'));
  const tasks = bodies<LabTask>('select body from task order by number');
  const names = new Map([...hosts.values(), ...vms].map((it) => [it.handle, it.body.name]));
  const targetOf = ({ input }: LabTask) => {
    const handle = 'vm' in input ? input.vm.handle : 'host' in input ? input.host?.handle : '';
    return names.get(handle ?? '') ?? '';
  };
  return {
    vms: vms.map((vm) => toStanding(vm, names)),
    mark: toMark([...hosts.values()].find(({ body }) => body.name === HERD.host)),
    orders: tasks.map((task) => toOrder(task.deed, targetOf(task))),
    underWay: tasks
      .filter((task) => isLive(task) && task.state !== 'waiting')
      .map((task) => `${task.deed} ${targetOf(task)}`),
  };
}

/** One that is none of ours stands by its own name. */
function toOrder(deed: LabTask['deed'], name: string): Order {
  const known = DEEDS[deed];
  return known ? { deed: known, target: name } : { deed: 'other', target: `${deed} ${name}` };
}

const DEEDS: Readonly<Partial<Record<LabTask['deed'], Order['deed']>>> = {
  markHost: 'mark',
  unmarkHost: 'unmark',
  move: 'move',
  save: 'save',
};

const POWERS: Readonly<Record<string, StandingVm['power']>> = {
  on: 'on',
  off: 'off',
  suspended: 'saved',
};

function toStanding({ identity, body }: LabVm, names: ReadonlyMap<string, string>): StandingVm {
  return {
    ...{ name: body.name, identity: String(identity) },
    host: names.get(body.hostHandle ?? '') ?? '',
    power: POWERS[body.power] ?? 'other',
  };
}

function toMark(host: LabHost | undefined): EvacuationTruth['mark'] {
  if (host?.body.inMaintenance) return 'in';
  return host?.inside?.isEntering ? 'entering' : 'none';
}
