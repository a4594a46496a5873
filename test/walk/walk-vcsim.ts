/** The main job on vcsim; at the end pyvmomi, which is not ours either, says what is there. */
import { readBackVms } from '../helpers/peers/pyvmomi.ts';
import { startVcsim } from '../helpers/peers/vcsim.ts';
import { playMainJob } from './main-job.ts';
import { compare, type Outcome } from './outcome.ts';
import { openStage } from './stage.ts';
import { toVcsimConfig, VCSIM_ESTATE } from './vcsim-estate.ts';

const NAME = 'web-07';
const WISHED = {
  name: NAME,
  cpus: 4,
  memoryMB: 8192,
  host: 'esx-02.example.test',
  datastores: ['SAN-B'],
  networks: ['VLAN-100'],
  folder: '/Munich/vm/prod/web',
  powerState: 'poweredOn',
};

export async function walkVcsim(database: string, databaseUrl?: string): Promise<Outcome> {
  await using vcsim = await startVcsim({
    estate: VCSIM_ESTATE,
    taskDelayMs: { CloneVM_Task: 3000, PowerOnVM_Task: 800 },
  });
  await using stage = await openStage({
    title: `vcsim, a vCenter that is not ours, on ${database}`,
    config: toVcsimConfig(vcsim, databaseUrl !== undefined),
    env: {
      VCENTER_PASSWORD: vcsim.password,
      ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    },
  });
  const create = `vm create ${NAME} --template ubuntu-24 --cpu 4 --memory 8GiB --disk 80GiB --host ${WISHED.host} --datastore SAN-B --network VLAN-100 --folder /prod/web --reason "load test"`;
  const differences = await playMainJob(stage, { create, name: NAME });
  const vms = (await readBackVms(vcsim)).filter(({ name }) => name === NAME);
  stage.note(`pyvmomi sees ${vms.length} VM of that name:\n${JSON.stringify(vms, undefined, 2)}`);
  const count = vms.length === 1 ? [] : [`${vms.length} VMs are called ${NAME}`];
  const shown = vms[0] ? compare(WISHED, { ...vms[0] }) : [];
  return { where: `vcsim on ${database}`, differences: [...differences, ...count, ...shown] };
}
