/** The main job on the lab, with the configuration that `npm start` runs; its own file says at the end what is there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LabVm } from '#adapters/simulator/world-object.ts';
import { playMainJob } from './main-job.ts';
import { compare, type Outcome } from './outcome.ts';
import { openStage } from './stage.ts';

const LAB = new URL('../../bot/lab.yaml', import.meta.url);
const NAME = 'web-07';
const WISHED = { name: NAME, cpus: 4, memoryBytes: 16 * 1024 ** 3, power: 'on' };

export async function walkLab(): Promise<Outcome> {
  await using stage = await openStage({ title: 'The lab', config: readFileSync(LAB, 'utf8') });
  const create = `vm create ${NAME} --template ubuntu-24 --cpu 4 --memory 16GiB --disk 80GiB --network VLAN-100 --folder /prod/web --reason "load test before the release"`;
  const differences = await playMainJob(stage, { create, name: NAME });
  // The lab's file has one reader and writer while Drover runs.
  await stage.end();
  const vms = readVms(join(stage.dataFolder, 'lab.db')).filter(({ body }) => body.name === NAME);
  stage.note(
    `the lab's own file holds ${vms.length} VM of that name:\n${JSON.stringify(vms[0]?.body, undefined, 2)}`,
  );
  const count = vms.length === 1 ? [] : [`${vms.length} VMs are called ${NAME}`];
  const shown = vms[0] ? compare(WISHED, { ...vms[0].body }) : [];
  return { where: 'lab', differences: [...differences, ...count, ...shown] };
}

function readVms(file: string): LabVm[] {
  using database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  const rows = database
    .prepare("select body from object where kind = 'vm' and body is not null")
    .all();
  return rows.map(({ body }) => JSON.parse(String(body)) as LabVm);
}
