/** The main job on a failover cluster of the fake site, real PowerShell behind true WinRM; at the end pywinrm says what is there. */
import { openForeignClients } from '../adapters/hyperv/site/foreign-clients.ts';
import { startHypervSite } from '../helpers/peers/hyperv.ts';
import { toHypervConfig } from './hyperv-site.ts';
import { playMainJob } from './main-job.ts';
import { compare, type Outcome } from './outcome.ts';
import { openStage } from './stage.ts';

const NAME = 'web-07';
const WISHED = {
  ...{ name: NAME, state: 'Running', host: 'node-2', cpus: 4, memoryMib: 8192 },
  ...{ network: 'vSwitch', isClustered: true, diskGib: 80, files: 1 },
};

/** The host's own words, by a client that is not ours. */
const READ_BACK = `
foreach ($vm in @(Hyper-V\\Get-VM | Where-Object Name -eq '${NAME}')) {
  $disks = @(Hyper-V\\Get-VMHardDiskDrive -VM $vm)
  $nic = @(Hyper-V\\Get-VMNetworkAdapter -VM $vm)[0]
  $shown = [ordered]@{
    name = $vm.Name; state = [string]$vm.State; host = $vm.ComputerName; cpus = $vm.ProcessorCount
    memoryMib = $vm.MemoryStartup / 1MB; network = $nic.SwitchName; isClustered = $vm.IsClustered
    diskGib = (Hyper-V\\Get-VHD -Path $disks[0].Path).Size / 1GB; files = $disks.Count
  }
  ConvertTo-Json -InputObject $shown -Compress
}`;

const COMMAND = `powershell -EncodedCommand ${Buffer.from(READ_BACK, 'utf16le').toString('base64')}`;

export async function walkHyperv(database: string, databaseUrl?: string): Promise<Outcome> {
  await using site = await startHypervSite({ estate: 'small', createTakesMs: 3000 });
  await using stage = await openStage({
    title: `Hyper-V, a failover cluster behind WinRM, on ${database}`,
    config: toHypervConfig(site, databaseUrl !== undefined),
    files: { 'ca.pem': site.caPem },
    env: {
      HYPERV_PASSWORD: site.password,
      ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    },
  });
  const create = `vm create ${NAME} --template win2022 --cpu 4 --memory 8GiB --disk 80GiB --host NODE-2 --datastore Volume2 --network vSwitch --reason "load test"`;
  const differences = await playMainJob(stage, { create, name: NAME });
  const shown: string[] = [];
  for (const host of site.hosts) {
    using clients = openForeignClients(site, host);
    const { out = '', err, error, code } = await clients.pywinrm({ command: COMMAND });
    if (code !== 0) throw new Error(`pywinrm ended with ${code}: ${error ?? err}`);
    shown.push(...out.split('\r\n').filter(Boolean));
  }
  stage.note(`pywinrm sees ${shown.length} VM of that name:\n${shown.join('\n')}`);
  const count = shown.length === 1 ? [] : [`${shown.length} VMs are called ${NAME}`];
  const compared = shown[0] === undefined ? [] : compare(WISHED, JSON.parse(shown[0]));
  return { where: `Hyper-V on ${database}`, differences: [...differences, ...count, ...compared] };
}
