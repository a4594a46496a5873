/** The main job on the lab, with the configuration that `npm start` runs. */
import { readFileSync } from 'node:fs';
import { playMainJob } from './main-job.ts';
import type { Outcome } from './outcome.ts';
import { openStage } from './stage.ts';

const LAB = new URL('../../bot/lab.yaml', import.meta.url);

export async function walkLab(): Promise<Outcome> {
  await using stage = await openStage({ title: 'The lab', config: readFileSync(LAB, 'utf8') });
  const create =
    'vm create web-07 --template ubuntu-24 --cpu 4 --memory 16GiB --disk 80GiB --network VLAN-100 --folder /prod/web --reason "load test before the release"';
  const differences = await playMainJob(stage, { create, name: 'web-07' });
  return { where: 'lab', differences: differences };
}
