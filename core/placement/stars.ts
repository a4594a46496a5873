/**
 * Stars by the formula that System Center VMM publishes, after adding the VM's expected load.
 *
 * cpu = 1 − (used + added) / (100 % − reserve), memory alike; the parts are weighted, their mean times five is rounded
 * to half stars. Weighting and rounding are Drover's own reading: the source does not publish them. Disk and network
 * parts follow when they are measured.
 *
 * @see https://learn.microsoft.com/system-center/vmm/provision-vms
 */
export interface HostLoad {
  readonly cpuCores: number;
  /** 0 to 1; absent: not measured. */
  readonly cpuUsedShare?: number | undefined;
  readonly memoryBytes: number;
  readonly memoryUsedBytes: number;
}

export interface VmLoad {
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface PlacementRules {
  /** Shares of a host that stay free, 0 to 1. */
  readonly cpuReserveShare: number;
  readonly memoryReserveShare: number;
  /** Share of each vCPU that a new VM is expected to use: VMM's default is 20 %. */
  readonly expectedCpuShare: number;
  /** Space that stays free on a datastore, 0 to 1. */
  readonly spaceReserveShare: number;
}

export const PLACEMENT_RULES: PlacementRules = {
  cpuReserveShare: 0.1,
  memoryReserveShare: 0.1,
  expectedCpuShare: 0.2,
  spaceReserveShare: 0.05,
};

export interface Rated {
  readonly stars: number;
  /** After the VM was added, 0 and more; absent: not measured. */
  readonly cpuShare?: number | undefined;
  readonly memoryShare: number;
}

export function rateHost(host: HostLoad, vm: VmLoad, rules: PlacementRules): Rated {
  const memoryShare = (host.memoryUsedBytes + vm.memoryBytes) / host.memoryBytes;
  const memory = 1 - memoryShare / (1 - rules.memoryReserveShare);
  const added = (vm.cpus * rules.expectedCpuShare) / Math.max(1, host.cpuCores);
  const cpuShare = host.cpuUsedShare === undefined ? undefined : host.cpuUsedShare + added;
  const cpu = cpuShare === undefined ? undefined : 1 - cpuShare / (1 - rules.cpuReserveShare);
  const parts = cpu === undefined ? [memory] : [cpu, memory];
  const mean = parts.reduce((sum, part) => sum + Math.max(0, part), 0) / parts.length;
  return { stars: Math.round(Math.min(1, mean) * 10) / 2, cpuShare, memoryShare };
}
