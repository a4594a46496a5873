/**
 * Stars by the formula that System Center VMM publishes, after adding the VM's expected load.
 *
 * cpu = 1 − (used + added) / (100 % − reserve), memory alike; the parts are weighted, their mean times five is rounded
 * to half stars. Weighting and rounding are Drover's own reading: the source does not publish them. Disk and network
 * parts follow when they are measured. The goal `consolidate` turns the scale round: the fullest host that still has
 * its reserves scores highest; for this VMM publishes no formula.
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

/** `balance`: the emptiest host scores highest. `consolidate`: the fullest that keeps its reserves. */
export const PLACEMENT_GOALS = ['balance', 'consolidate'] as const;
export type PlacementGoal = (typeof PLACEMENT_GOALS)[number];

export interface Rated {
  readonly stars: number;
  /** After the VM was added, 0 and more; absent: not measured. */
  readonly cpuShare?: number | undefined;
  readonly memoryShare: number;
}

export function rateHost(
  host: HostLoad,
  vm: VmLoad,
  { rules, goal }: { readonly rules: PlacementRules; readonly goal: PlacementGoal },
): Rated {
  const memoryShare = (host.memoryUsedBytes + vm.memoryBytes) / host.memoryBytes;
  const added = (vm.cpus * rules.expectedCpuShare) / Math.max(1, host.cpuCores);
  const cpuShare = host.cpuUsedShare === undefined ? undefined : host.cpuUsedShare + added;
  const stars = toStars(rateShares({ cpuShare, memoryShare }, rules, goal));
  return { stars, cpuShare, memoryShare };
}

/**
 * Answers how well a host with these shares taken serves the goal, 0 to 1.
 *
 * When consolidating, a host over a reserve is worth nothing, and an empty one still half a star: no star at all
 * means "not recommended".
 */
export function rateShares(
  { cpuShare, memoryShare }: Pick<Rated, 'cpuShare' | 'memoryShare'>,
  rules: PlacementRules,
  goal: PlacementGoal,
): number {
  const memory = 1 - memoryShare / (1 - rules.memoryReserveShare);
  const cpu = cpuShare === undefined ? memory : 1 - cpuShare / (1 - rules.cpuReserveShare);
  const mean = Math.min(1, (Math.max(0, cpu) + Math.max(0, memory)) / 2);
  if (goal === 'balance') return mean;
  return cpu < 0 || memory < 0 ? 0 : Math.max(HALF_A_STAR, 1 - mean);
}

const HALF_A_STAR = 0.1;

/** Five stars in half steps. */
export function toStars(rating: number): number {
  return Math.round(rating * 10) / 2;
}
