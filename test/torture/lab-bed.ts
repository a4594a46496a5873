/** The lab as platform, on SQLite or on a PostgreSQL of this run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EstateFile } from '#adapters/simulator/estate-file.ts';
import type { LabTask } from '#adapters/simulator/task.ts';
import type { LabVm } from '#adapters/simulator/world-object.ts';
import { startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { judged } from './find-violations.ts';
import { openPeople } from './people.ts';
import { type Bed, NAME, type Place, type PlatformTruth, type Row, RULES, WISH } from './place.ts';
import { ALL_SEAMS } from './seams.ts';

export const WAKE_UPS = 'select topic from wake_up';
/**
 * Active ones were held by the killed process: they come again by its heartbeat, as `retry` some seconds later, and find
 * nothing to do.
 */
export const PG_BOSS_WAKE_UPS = `select name as topic from pgboss.job where state not in ('active', 'retry')`;

/** The clone takes 1.2 seconds then, the start a quarter of one. */
const SPEED = 30;

export async function openSqliteBed(): Promise<Bed> {
  return {
    ...{ name: 'sqlite', seams: ALL_SEAMS, atOnce: 8, patienceMs: 45_000 },
    openPlace: async () => openLabPlace(),
    async [Symbol.asyncDispose]() {},
  };
}

export async function openPostgresBed(): Promise<Bed> {
  // Drover is killed, not the database: what is not synced is still there.
  const postgres = await startPostgres({ fsync: false, settings: { max_connections: '200' } });
  return {
    ...{ name: 'postgres', seams: ALL_SEAMS, atOnce: 6, patienceMs: 60_000 },
    async openPlace() {
      const url = await postgres.createDatabase();
      const query = (sql: string) => postgres.query(sql, url);
      return openLabPlace({ url, wakeUps: PG_BOSS_WAKE_UPS, rows: (sql) => askJson(query, sql) });
    },
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  };
}

export async function askJson(
  query: (sql: string) => Promise<readonly string[]>,
  sql: string,
): Promise<readonly Row[]> {
  const lines = await query(`select coalesce(json_agg(it), '[]') from (${sql}) as it`);
  return JSON.parse(lines.join('\n')) as Row[];
}

interface Elsewhere {
  readonly url: string;
  readonly wakeUps: string;
  readonly rows: Place['rows'];
}

function openLabPlace(database?: Elsewhere): Place {
  const folder = createTemporaryFolder('torture');
  const dataFolder = join(folder.path, 'data');
  const configFile = join(folder.path, 'drover.yaml');
  const at = database ? `database: { url: '\${env:DATABASE_URL}', connections: 6 }\n` : '';
  const env: Record<string, string> = database ? { DATABASE_URL: database.url } : {};
  const rows =
    database?.rows ?? (async (sql: string) => readFile(join(dataFolder, 'drover.db'), sql));
  const wakeUps = database?.wakeUps ?? WAKE_UPS;
  writeFileSync(configFile, `${RULES}${at}${writeLab(folder.path)}`);
  return judged({
    ...{ configFile, dataFolder, env, rows, wakeUps, voterId: 'lab-bob' },
    openPeople: () => openPeople({ dataFolder, rows, wakeUps, line: WISH.line }),
    wish: WISH,
    readPlatform: async () => readLab(join(dataFolder, 'lab.db')),
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
    },
  });
}

/** A section of `drover.yaml`, and beside it the estate that it names. */
export function writeLab(folder: string): string {
  writeFileSync(join(folder, 'estate.json'), JSON.stringify(ESTATE));
  return `lab: { speed: ${SPEED}, estate: estate.json }\n`;
}

/** Beside a running Drover as well: readers hinder nobody. */
export function readFile(file: string, sql: string): readonly Row[] {
  using database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  return database.prepare(sql).all();
}

export function readLab(file: string): PlatformTruth {
  const bodies = <T>(sql: string) =>
    readFile(file, sql).map(({ body }) => JSON.parse(String(body)) as T);
  const tasks = bodies<LabTask>('select body from task');
  const vms = bodies<LabVm>(`select body from object where kind = 'vm' and body is not null`);
  return {
    orders: tasks.map(({ deed }) => deed).filter((deed) => deed === 'clone'),
    vms: vms
      .filter(({ body }) => body.name === NAME)
      .map(({ body: { cpus = null, memoryBytes = null, power } }) => {
        return { cpus, memoryBytes, isOn: power === 'on' };
      }),
  };
}

const host = { cluster: 'prod', cpuCores: 32, memory: '256GiB', memoryUsed: '32GiB' };
const reach = { datastores: ['SAN-A'], networks: ['VLAN-100'] };

const ESTATE: EstateFile = {
  connections: [
    {
      ...{ id: 'lab-vc', kind: 'vcenter', identity: 'torture' },
      clusters: [{ name: 'prod' }],
      hosts: [
        { name: 'esx-01', ...host, ...reach },
        { name: 'esx-02', ...host, ...reach },
      ],
      datastores: [{ name: 'SAN-A', capacity: '20TiB', free: '12TiB', accessible: true }],
      networks: [{ name: 'VLAN-100', type: 'distributed' }],
      folders: ['/prod/web', '/templates'],
      templates: [
        {
          ...{ name: 'ubuntu-24', folder: '/templates', host: 'esx-01', datastore: 'SAN-A' },
          ...{ cpus: 2, memory: '4GiB' },
          disks: [{ key: '2000', label: 'Disk 1', size: '40GiB', datastore: 'SAN-A' }],
          nics: [{ key: '4000', label: 'Adapter 1', network: 'VLAN-100', connected: true }],
        },
      ],
    },
  ],
};
