/** The simplest search there is: every end that a small problem can have, and every order to get there. */
import type { MoveProblem, ProblemVm } from '#core/placement/move-problem.ts';
import { compareVerdicts, judgeEnd, roomOf, type Targets, type Verdict } from './judge-plan.ts';

export function findBestEnd(problem: MoveProblem): { verdict: Verdict; targets: Targets } {
  let best = { verdict: judgeEnd(problem, new Map()), targets: new Map<string, string>() };
  const targets = new Map<string, string>();
  const visit = (at: number) => {
    const vm = problem.vms[at];
    if (!vm) {
      const verdict = judgeEnd(problem, targets);
      if (compareVerdicts(verdict, best.verdict) >= 0) return;
      if (isWhole(problem, targets) && canBeReached(problem, targets))
        best = { verdict, targets: new Map(targets) };
      return;
    }
    visit(at + 1);
    for (const index of new Set(vm.candidates)) {
      const hostId = problem.hosts[index]?.id;
      if (hostId === undefined || hostId === vm.hostId) continue;
      targets.set(vm.id, hostId);
      visit(at + 1);
      targets.delete(vm.id);
    }
  };
  visit(0);
  return best;
}

/** VMs, and those that stay for good, that mandatory rules tie together, through any chain. */
export function listGroups({ vms, others, rules }: MoveProblem): string[][] {
  let groups = [...new Set([...vms.map(({ id }) => id), ...others.keys()])].map((id) => [id]);
  for (const { kind, isMandatory, vmIds } of rules) {
    if (kind !== 'together' || !isMandatory) continue;
    const isTied = (group: readonly string[]) => group.some((id) => vmIds.includes(id));
    groups = [...groups.filter((group) => !isTied(group)), groups.filter(isTied).flat()];
  }
  return groups;
}

function listMovingGroups(problem: MoveProblem, targets: Targets): ProblemVm[][] {
  return listGroups(problem)
    .map((group) => problem.vms.filter(({ id }) => group.includes(id) && targets.has(id)))
    .filter((group) => group.length > 0);
}

/** A group of which anything moves ends on one host, and nothing of it is left behind. */
export function isWhole(problem: MoveProblem, targets: Targets): boolean {
  const own = new Map(problem.vms.map(({ id, hostId }) => [id, hostId]));
  return listGroups(problem).every((group) => {
    if (!group.some((id) => targets.has(id))) return true;
    if (problem.vms.some((vm) => vm.mustLeave && group.includes(vm.id) && !targets.has(vm.id)))
      return false;
    const hostIds = group.map((id) => targets.get(id) ?? own.get(id) ?? problem.others.get(id));
    return new Set(hostIds).size === 1;
  });
}

/** One after another, a group at once. */
export function canBeReached(problem: MoveProblem, targets: Targets): boolean {
  const groups = listMovingGroups(problem, targets);
  const dead = new Set<number>();
  const visit = (gone: number): boolean => {
    if (gone === 2 ** groups.length - 1) return true;
    if (dead.has(gone)) return false;
    dead.add(gone);
    const moved = new Set(groups.flatMap((group, at) => (gone & (1 << at) ? group : [])));
    const where = new Map(problem.others);
    for (const vm of problem.vms)
      where.set(vm.id, (moved.has(vm) && targets.get(vm.id)) || vm.hostId);
    return groups.some(
      (group, at) =>
        !(gone & (1 << at)) &&
        canEnter(problem, group, { targets, where }) &&
        visit(gone | (1 << at)),
    );
  };
  return visit(0);
}

function canEnter(
  problem: MoveProblem,
  group: readonly ProblemVm[],
  { targets, where }: { targets: Targets; where: ReadonlyMap<string, string> },
): boolean {
  const hostId = targets.get(group[0]?.id ?? '') ?? '';
  let used = problem.hosts.find(({ id }) => id === hostId)?.memoryUsedBytes ?? 0;
  for (const vm of problem.vms)
    used += vm.memoryBytes * (Number(where.get(vm.id) === hostId) - Number(vm.hostId === hostId));
  for (const vm of group) used += vm.memoryBytes;
  if (used > roomOf(problem, hostId)) return false;
  return problem.rules.every(({ kind, isMandatory, vmIds }) => {
    if (kind !== 'apart' || !isMandatory) return true;
    const coming = group.filter(({ id }) => vmIds.includes(id)).length;
    const there = [...new Set(vmIds)].filter((id) => where.get(id) === hostId).length;
    return coming === 0 || coming + there <= 1;
  });
}
