/**
 * A second opinion on plans of moves, from the problem alone and without the planner's code: what a plan breaks when it is
 * carried out in the worst order that it permits, and how good its end is.
 */
import type {
  MovePlan,
  MoveProblem,
  PlannedMove,
  ProblemVm,
} from '#core/placement/move-problem.ts';
import { rateShares, toStars } from '#core/placement/stars.ts';

export interface Verdict {
  readonly left: number;
  /** Of those left, highest first. */
  readonly leftPriorities: readonly number[];
  readonly moves: number;
  readonly broken: number;
  readonly stars: number;
}

/** Where VMs end, by id. Those that stay are not in it. */
export type Targets = ReadonlyMap<string, string>;

export function toTargets({ moves }: MovePlan): Targets {
  return new Map(moves.map(({ vmId, toHostId }) => [vmId, toHostId]));
}

export function roomOf({ hosts, reserves }: MoveProblem, hostId: string): number {
  const host = hosts.find(({ id }) => id === hostId);
  return host ? Math.floor(host.memoryBytes * (1 - reserves.memoryReserveShare)) : 0;
}

export function judgeEnd(problem: MoveProblem, targets: Targets): Verdict {
  const leftPriorities = problem.vms
    .filter(({ id, mustLeave }) => mustLeave && !targets.has(id))
    .map(({ priority }) => priority)
    .sort((a, b) => b - a);
  const whereIs = (id: string) =>
    targets.get(id) ?? problem.others.get(id) ?? problem.vms.find((vm) => vm.id === id)?.hostId;
  const broken = problem.rules.filter(({ kind, isMandatory, vmIds }) => {
    const hostIds = vmIds.flatMap((id) => whereIs(id) ?? []);
    const distinct = new Set(hostIds).size;
    return !isMandatory && (kind === 'apart' ? distinct < hostIds.length : distinct > 1);
  }).length;
  let stars = 0;
  for (const hostId of targets.values()) stars += starsOf(problem, hostId, targets);
  return { left: leftPriorities.length, leftPriorities, moves: targets.size, broken, stars };
}

export function starsOf(problem: MoveProblem, hostId: string, targets: Targets): number {
  const host = problem.hosts.find(({ id }) => id === hostId);
  if (!host) return 0;
  let [memory, cpu] = [host.memoryUsedBytes, Math.round((host.cpuUsedCores ?? 0) * 1e6)];
  for (const vm of problem.vms) {
    const target = targets.get(vm.id);
    const by = Number(target === hostId) - Number(target !== undefined && vm.hostId === hostId);
    memory += by * vm.memoryBytes;
    cpu += by * Math.round(vm.cpuCores * 1e6);
  }
  const cores = Math.max(1, host.cpuCores) * 1e6;
  const cpuShare = host.cpuUsedCores === undefined ? undefined : cpu / cores;
  const shares = { cpuShare, memoryShare: memory / host.memoryBytes };
  return toStars(rateShares(shares, problem.reserves, host.goal));
}

/** Negative: `a` is better. */
export function compareVerdicts(a: Verdict, b: Verdict): number {
  const at = a.leftPriorities.findIndex((priority, index) => priority !== b.leftPriorities[index]);
  return (
    a.left - b.left ||
    (at < 0 ? 0 : (a.leftPriorities[at] ?? 0) - (b.leftPriorities[at] ?? 0)) ||
    a.moves - b.moves ||
    a.broken - b.broken ||
    b.stars - a.stars
  );
}

/** What is wrong at this moment; empty when nothing is. A VM that moves is on both its hosts. */
export function listWrongs(
  problem: MoveProblem,
  moves: readonly PlannedMove[],
  at: { readonly ended: ReadonlySet<string>; readonly flying: ReadonlySet<string> },
): string[] {
  const moveOf = new Map(moves.map((move) => [move.vmId, move]));
  const hostsOf = (vm: ProblemVm) => {
    const to = moveOf.get(vm.id)?.toHostId;
    if (to !== undefined && at.ended.has(vm.id)) return [to];
    return to !== undefined && at.flying.has(vm.id) ? [vm.hostId, to] : [vm.hostId];
  };
  const isComing = ({ id, hostId }: ProblemVm, host: string) =>
    hostId !== host && (at.ended.has(id) || at.flying.has(id)) && moveOf.get(id)?.toHostId === host;
  const wrongs: string[] = [];
  for (const host of problem.hosts) {
    if (!problem.vms.some((vm) => isComing(vm, host.id))) continue;
    let used = host.memoryUsedBytes;
    for (const vm of problem.vms)
      used +=
        vm.memoryBytes * (Number(hostsOf(vm).includes(host.id)) - Number(vm.hostId === host.id));
    if (used > roomOf(problem, host.id)) wrongs.push(`${host.id} holds ${used}`);
    for (const { kind, isMandatory, name, vmIds } of problem.rules) {
      if (kind !== 'apart' || !isMandatory) continue;
      const own = problem.vms.filter(({ id }) => vmIds.includes(id));
      const others = vmIds.filter(
        (id) => problem.others.get(id) === host.id && !own.some((vm) => vm.id === id),
      );
      const count = own.filter((vm) => hostsOf(vm).includes(host.id)).length + others.length;
      if (count > 1 && own.some((vm) => isComing(vm, host.id)))
        wrongs.push(`${name} is broken on ${host.id}`);
    }
  }
  for (const vm of problem.vms) if (hostsOf(vm).length === 0) wrongs.push(`${vm.id} has no host`);
  return wrongs;
}

/**
 * Carries the plan out as an adversary would: begins and ends what it permits, as `choices` say, and besides, for each
 * move, with no more ended than it waits for and all else that may have begun in flight.
 */
export function findWrong(
  problem: MoveProblem,
  { moves }: MovePlan,
  choices: readonly number[],
): string | undefined {
  const ended = new Set<string>();
  const flying = new Set<string>();
  const wrong = () => listWrongs(problem, moves, { ended, flying })[0];
  const mayBegin = ({ vmId, afterVmIds }: PlannedMove) =>
    !ended.has(vmId) && !flying.has(vmId) && afterVmIds.every((id) => ended.has(id));
  for (const choice of [...choices, ...moves.flatMap(() => [0, 0])]) {
    const deeds = [...moves.filter(mayBegin).map(({ vmId }) => vmId), ...flying];
    const deed = deeds[choice % Math.max(1, deeds.length)];
    if (deed === undefined) break;
    if (flying.delete(deed)) ended.add(deed);
    else flying.add(deed);
    const found = wrong();
    if (found) return found;
  }
  while (flying.size > 0 || moves.some(mayBegin)) {
    for (const { vmId } of moves.filter(mayBegin)) flying.add(vmId);
    const found = wrong();
    if (found) return found;
    for (const id of flying) ended.add(id);
    flying.clear();
  }
  if (ended.size < moves.length) return 'moves wait for each other';
  for (const move of moves) {
    ended.clear();
    for (const id of listAncestors(moves, move)) ended.add(id);
    flying.clear();
    for (const other of moves.filter(mayBegin)) flying.add(other.vmId);
    const found = wrong();
    if (found) return found;
  }
  return undefined;
}

function listAncestors(moves: readonly PlannedMove[], { afterVmIds }: PlannedMove): Set<string> {
  const found = new Set(afterVmIds);
  for (const id of found)
    for (const next of moves.find(({ vmId }) => vmId === id)?.afterVmIds ?? []) found.add(next);
  return found;
}
