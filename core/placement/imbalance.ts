/**
 * How unevenly hosts are loaded: of CPU and of memory the standard deviation of their shares / the mean, and the mean of
 * both. 0: all carry the same share; √(hosts − 1): one carries all.
 *
 * Proxmox VE's cluster resource scheduling divides this by √(hosts − 1), by which the same unevenness looks the smaller
 * the more hosts there are; CloudStack does not. That both parts weigh the same, as in stars, is Drover's own choice. CPU
 * counts only where it is measured on every host.
 *
 * @see https://git.proxmox.com/?p=pve-ha-manager.git;a=blob;f=src/PVE/HA/Manager.pm
 */
import type { PlacementGoal } from './stars.ts';

export interface LoadShares {
  /** 0 to 1 and more; absent: not measured. */
  readonly cpuShare?: number | undefined;
  readonly memoryShare: number;
}

export interface Imbalance {
  readonly both: number;
  readonly memory: number;
  /** Absent: not measured on every host. */
  readonly cpu?: number | undefined;
}

/** Two hosts that would be loaded otherwise. */
export interface ChangedShares {
  readonly at: number;
  readonly shares: LoadShares;
}

/** Sums that answer quickly what a move would change. */
export interface Spread {
  measure(changed?: readonly ChangedShares[]): Imbalance;
  /** By how many standard deviations the host carries more than the mean, of each part that counts. */
  deviationsOf(at: number): readonly number[];
}

interface Part {
  readonly values: readonly number[];
  readonly sum: number;
  readonly squares: number;
  readonly mean: number;
  readonly deviation: number;
}

export function createSpread(hosts: readonly LoadShares[]): Spread {
  const memory = toPart(hosts.map(({ memoryShare }) => memoryShare));
  const isMeasured = hosts.every(({ cpuShare }) => cpuShare !== undefined);
  const cpu = isMeasured ? toPart(hosts.map(({ cpuShare = 0 }) => cpuShare)) : undefined;
  const parts = cpu ? [cpu, memory] : [memory];
  return {
    measure(changed = []) {
      const memoryNow = toUnevenness(memory, changed, ({ memoryShare }) => memoryShare);
      if (!cpu) return { both: memoryNow, memory: memoryNow };
      const cpuNow = toUnevenness(cpu, changed, ({ cpuShare = 0 }) => cpuShare);
      return { both: (cpuNow + memoryNow) / 2, memory: memoryNow, cpu: cpuNow };
    },
    deviationsOf: (at) =>
      parts.map(({ values, mean, deviation }) =>
        deviation > 0 ? ((values[at] ?? 0) - mean) / deviation : 0,
      ),
  };
}

/** How far from the goal: what consolidating wants is one host that carries all. */
export function toDistance({ both }: Imbalance, goal: PlacementGoal, hosts: number): number {
  return goal === 'balance' ? both : Math.sqrt(Math.max(0, hosts - 1)) - both;
}

/** Expected loads may sum up to more than was measured; nothing carries less than nothing. */
function toPart(shares: readonly number[]): Part {
  const values = shares.map((share) => Math.max(0, share));
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const { length } = values;
  const deviation = toDeviation(sum, squares, length);
  return { values, sum, squares, mean: sum / length, deviation };
}

function toUnevenness(
  { values, sum, squares }: Part,
  changed: readonly ChangedShares[],
  shareOf: (shares: LoadShares) => number,
): number {
  let [newSum, newSquares] = [sum, squares];
  for (const { at, shares } of changed) {
    const before = values[at] ?? 0;
    const after = Math.max(0, shareOf(shares));
    newSum += after - before;
    newSquares += after * after - before * before;
  }
  const count = values.length;
  if (count < 2 || newSum <= 0) return 0;
  const deviation = toDeviation(newSum, newSquares, count);
  return deviation / (newSum / count);
}

function toDeviation(sum: number, squares: number, count: number): number {
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
