/**
 * How others choose hosts, by their published rules, one VM after another.
 *
 * Each gets what ours gets besides: only hosts that are candidates, have the memory beside the reserve and break no
 * mandatory rule. None of them moves a VM that could stay, and a rule that ties VMs together places the group by its first.
 */
import type { MoveProblem, ProblemHost, ProblemVm } from '#core/placement/move-problem.ts';
import { roomOf, type Targets } from '#test/core/placement/judge-plan.ts';
import { listGroups } from '#test/core/placement/try-everything.ts';

interface Load {
  readonly host: ProblemHost;
  cpuCores: number;
  memoryBytes: number;
}

export interface Peer {
  readonly name: string;
  /** In which order it looks at VMs. */
  sort(vms: readonly ProblemVm[]): ProblemVm[];
  /** The best of the loads that fit, for a VM or group of this size. */
  choose(fitting: readonly Load[], vm: Size, all: readonly Load[]): Load | undefined;
}

export interface Size {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** The first host by name that fits. */
export const FIRST_FIT: Peer = {
  name: 'first fit',
  sort: (vms) => [...vms],
  choose: ([first]) => first,
};

/**
 * Proxmox VE's cluster resource scheduling, static load: TOPSIS over the root mean square and the highest load of CPU and
 * memory of all hosts as they would be.
 *
 * @see https://git.proxmox.com/?p=proxmox.git;a=blob;f=proxmox-resource-scheduling/src/pve_static.rs
 */
export const PROXMOX: Peer = {
  name: 'Proxmox CRS',
  sort: (vms) => [...vms],
  choose: (fitting, vm, all) => {
    const rows = fitting.map((chosen) => toCriteria(chosen, vm, all));
    const scores = scoreByTopsis(rows, PROXMOX_WEIGHTS);
    return fitting[scores.indexOf(Math.max(...scores))];
  },
};

const PROXMOX_WEIGHTS = [-1, -2, -5, -10];

/** 1 is added to each, so that tiny differences do not count. */
function toCriteria(chosen: Load, vm: Size, all: readonly Load[]): number[] {
  const shares = (part: keyof Size, whole: (host: ProblemHost) => number) =>
    all.map((load) => (load[part] + (load === chosen ? vm[part] : 0)) / whole(load.host));
  return [
    shares('cpuCores', ({ cpuCores }) => cpuCores),
    shares('memoryBytes', ({ memoryBytes }) => memoryBytes),
  ].flatMap((list) => {
    const squares = list.reduce((sum, share) => sum + share * share, 0);
    return [1 + Math.sqrt(squares / list.length), 1 + Math.max(...list)];
  });
}

/** How near each row is to the best of every column, and how far from the worst. Negative weights: less is better. */
function scoreByTopsis(rows: readonly (readonly number[])[], weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  const columns = weights.map((weight, at) => {
    const values = rows.map((row) => row[at] ?? 0);
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
    return values.map((value) => (value / norm) * (weight / total));
  });
  const distance = (row: number, to: readonly number[]) =>
    Math.sqrt(
      columns.reduce((sum, column, at) => sum + ((column[row] ?? 0) - (to[at] ?? 0)) ** 2, 0),
    );
  const best = columns.map((column) => Math.max(...column));
  const worst = columns.map((column) => Math.min(...column));
  return rows.map((_, row) => {
    const [near, far] = [distance(row, best), distance(row, worst)];
    return near + far === 0 ? 1 : far / (near + far);
  });
}

/**
 * Xen Orchestra's load balancer, performance plan: the VM with most CPU first (of equals that with most memory), to the host
 * with least CPU, refusing one that would reach its low mark of CPU or its high mark of free memory.
 *
 * @see https://github.com/vatesfr/xen-orchestra/blob/master/packages/xo-server-load-balancer/src/performance-plan.js
 */
export const XEN_ORCHESTRA: Peer = {
  name: 'Xen Orchestra',
  sort: (vms) => vms.toSorted((a, b) => b.cpuCores - a.cpuCores || b.memoryBytes - a.memoryBytes),
  choose: (fitting, vm) => {
    const toShare = (load: Load) => (load.cpuCores + vm.cpuCores) / load.host.cpuCores;
    return fitting
      .filter((load) => toShare(load) < XO_LOW_CPU)
      .filter(
        ({ host, memoryBytes }) => host.memoryBytes - memoryBytes - vm.memoryBytes > XO_HIGH_MEMORY,
      )
      .toSorted((a, b) => toShare(a) - toShare(b))[0];
  },
};

/** Critical is 90 % of the CPU, low 0.65 of that; critical are 1,000 MB free, high 1.2 times that. */
const XO_LOW_CPU = 0.9 * 0.65;
const XO_HIGH_MEMORY = 1_200 * 1024 ** 2;

export function placeBy(peer: Peer, problem: MoveProblem): Targets {
  const targets = new Map<string, string>();
  // Where the CPU is not measured it counts as idle: each of them needs a number.
  const loads = problem.hosts.map(
    (host): Load => ({ host, cpuCores: host.cpuUsedCores ?? 0, memoryBytes: host.memoryUsedBytes }),
  );
  const groupOf = new Map(
    listGroups(problem).flatMap((group) => group.map((id) => [id, group] as const)),
  );
  for (const vm of peer.sort(problem.vms.filter(({ mustLeave }) => mustLeave))) {
    if (targets.has(vm.id)) continue;
    const group = problem.vms.filter(({ id }) => groupOf.get(vm.id)?.includes(id));
    const fitting = loads.filter((load) => mayTake(problem, { load, group, targets }));
    const chosen = peer.choose(fitting, sumUp(group), loads);
    if (!chosen) continue;
    const coming = group.filter(({ hostId }) => hostId !== chosen.host.id);
    for (const { id } of coming) targets.set(id, chosen.host.id);
    for (const load of loads) {
      const size = sumUp(
        load === chosen ? coming : coming.filter(({ hostId }) => hostId === load.host.id),
      );
      const by = load === chosen ? 1 : -1;
      load.cpuCores += by * size.cpuCores;
      load.memoryBytes += by * size.memoryBytes;
    }
  }
  return targets;
}

function sumUp(vms: readonly ProblemVm[]): Size {
  return {
    cpuCores: vms.reduce((sum, vm) => sum + vm.cpuCores, 0),
    memoryBytes: vms.reduce((sum, vm) => sum + vm.memoryBytes, 0),
  };
}

interface Taking {
  readonly load: Load;
  readonly group: readonly ProblemVm[];
  readonly targets: Targets;
}

function mayTake(problem: MoveProblem, { load, group, targets }: Taking): boolean {
  const { id: hostId } = load.host;
  const index = problem.hosts.indexOf(load.host);
  const coming = group.filter((vm) => vm.hostId !== hostId);
  if (group.some((vm) => vm.hostId === hostId && vm.mustLeave)) return false;
  if (!coming.every(({ candidates }) => candidates.includes(index))) return false;
  const { memoryBytes } = sumUp(coming);
  if (load.memoryBytes + memoryBytes > roomOf(problem, hostId)) return false;
  const isThere = (id: string) =>
    (targets.get(id) ??
      problem.others.get(id) ??
      problem.vms.find((vm) => vm.id === id)?.hostId) === hostId;
  return problem.rules.every(({ kind, isMandatory, vmIds }) => {
    if (kind !== 'apart' || !isMandatory) return true;
    const arriving = coming.filter(({ id }) => vmIds.includes(id)).length;
    return arriving === 0 || arriving + vmIds.filter(isThere).length <= 1;
  });
}
