/** What makes moves in the estate of a first run worth a thought: priorities, demand, rules, and one VM that stays. */
import type { VmPriority } from '#core/inventory/vm-parts.ts';
import { toUuid } from './deeds/clone-vm.ts';
import type { EstateConnectionFile } from './estate-file.ts';
import type { EstateHost, EstateVm } from './estate-parts.ts';
import { toBytes } from './size.ts';

const PRIORITIES: readonly (readonly [VmPriority, readonly string[]])[] = [
  ['high', ['db', 'mq', 'mail', 'dc', 'sql']],
  ['low', ['build', 'test-web', 'test-app', 'vdi', 'lab-node']],
];
/** It has a device of esx-02. */
const PINNED = 'mon-01';
/** What the hypervisor itself and what is not measured keep busy. */
const GUESTS_SHARE = 0.9;

export function addMoving(connection: EstateConnectionFile): EstateConnectionFile {
  const { id, kind, clusters = [], hosts = [], vms = [] } = connection;
  const cores = countCores(vms);
  return {
    ...connection,
    clusters: clusters.map((it) => ({ ...it, rules: rulesOf(it.name) })),
    hosts: hosts.map((it) => ({
      ...it,
      cpuVendor: kind === 'hyperv' ? 'amd' : 'intel',
      machineId: toUuid(`${id} machine ${it.name}`),
    })),
    vms: vms.map((vm) => ({
      ...vm,
      priority: priorityOf(vm.name),
      isHighlyAvailable: kind === 'hyperv' || isOf('prod', vm, hosts),
      ...(vm.isReachable !== false && demandOf(vm, hosts, cores)),
      ...(vm.name === PINNED && { ties: [{ what: 'passthrough', label: 'PCI device 0' }] }),
    })),
  };
}

function rulesOf(cluster: string) {
  const apart = (name: string, isMandatory: boolean, vms: string[]) =>
    ({ name, kind: 'apart', isMandatory, vms }) as const;
  if (cluster === 'hv-prod') return [apart('domain controllers apart', true, ['dc-01', 'dc-02'])];
  if (cluster !== 'prod') return undefined;
  return [
    apart('mail apart', true, ['mail-01', 'mail-02']),
    apart('queues apart', false, ['mq-01', 'mq-02', 'mq-03']),
    {
      ...({ name: 'app-01 with its cache', kind: 'together', isMandatory: false } as const),
      vms: ['app-01', 'cache-03'],
    },
  ];
}

function priorityOf(name: string): VmPriority {
  const group = name.replace(/-\d+$/, '');
  return PRIORITIES.find(([, groups]) => groups.includes(group))?.[0] ?? 'medium';
}

function isOf(cluster: string, vm: EstateVm, hosts: readonly EstateHost[]): boolean {
  return hosts.some((it) => it.name === vm.host && it.cluster === cluster);
}

/** CPUs of the VMs that run, by host. */
function countCores(vms: readonly EstateVm[]): ReadonlyMap<string, number> {
  const cores = new Map<string, number>();
  for (const { host = '', power, cpus = 0 } of vms)
    if (power === 'on') cores.set(host, (cores.get(host) ?? 0) + cpus);
  return cores;
}

/** Together what their host shows. */
function demandOf(
  { host: name = '', power, cpus = 0, memory = 0 }: EstateVm,
  hosts: readonly EstateHost[],
  cores: ReadonlyMap<string, number>,
) {
  if (power !== 'on') return { memoryDemand: 0, cpuDemandCores: 0 };
  const { cpuCores = 0, cpuUsedShare = 0 } = hosts.find((it) => it.name === name) ?? {};
  const busy = (GUESTS_SHARE * cpuCores * cpuUsedShare * cpus) / (cores.get(name) ?? 1);
  return { memoryDemand: toBytes(memory), cpuDemandCores: Math.round(busy * 100) / 100 };
}
