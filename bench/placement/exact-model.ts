/** A problem of moves as a mixed integer program in CPLEX's LP format. */
import type { MoveProblem, ProblemRule, ProblemVm } from '#core/placement/move-problem.ts';
import { roomOf, type Targets } from '#test/core/placement/judge-plan.ts';
import { listGroups } from '#test/core/placement/try-everything.ts';
import { createStarRows, type StarRows } from './exact-stars.ts';
import { addUp, atMostZero, isZero, type Sum, times, toSum } from './linear-sum.ts';

export interface Model {
  /** To be minimized one after another, each a sum of binaries. */
  readonly goals: readonly string[];
  /** What must hold, and the binaries in it. */
  readonly rows: readonly string[];
  readonly binaries: readonly string[];
  /** To be maximized at last: in half steps. */
  readonly stars: StarRows;
  toTargets(isOn: (name: string) => boolean): Targets;
  /** A row that forbids just this end. */
  forbid(targets: Targets): string;
}

export interface Going {
  readonly problem: MoveProblem;
  /** The variable that says that this VM goes to that host; absent: it cannot. */
  goes(vm: ProblemVm, hostId: string): string | undefined;
  /** 1 when it is there in the end. */
  isAt(vmId: string, hostId: string): Sum;
  /** Memory or CPU that comes, less what leaves. */
  change(hostId: string, part: 'memoryBytes' | 'cpuCores'): Sum;
}

export function createModel(problem: MoveProblem): Model {
  const going = createGoing(problem);
  const names = problem.vms.flatMap((vm) => listGoing(going, vm).map(({ name }) => name));
  const musts = problem.vms.filter(({ mustLeave }) => mustLeave);
  const wishes = problem.rules.filter(({ isMandatory }) => !isMandatory);
  const left = (vms: readonly ProblemVm[]) => vms.map((vm) => toLeft(problem, vm));
  const priorities = [...new Set(musts.map(({ priority }) => priority))].sort((a, b) => b - a);
  const broken = wishes.map((_, at) => `broken_${at}`);
  const goals = [
    left(musts),
    ...priorities.map((priority) => left(musts.filter((vm) => vm.priority === priority))),
    names,
    broken,
  ];
  return {
    goals: goals.filter((list) => list.length > 0).map((list) => list.join('\n + ')),
    rows: [
      ...listPlaceRows(going),
      ...problem.hosts.flatMap(({ id }) => listHostRows(going, id)),
      ...listGroupRows(going),
      ...wishes.flatMap((rule, at) => listWishRows(going, rule, `broken_${at}`)),
    ],
    binaries: [...names, ...left(musts), ...broken],
    stars: createStarRows(going),
    toTargets: (isOn) =>
      new Map(
        problem.vms.flatMap((vm) =>
          listGoing(going, vm).flatMap(({ name, hostId }) =>
            isOn(name) ? [[vm.id, hostId] as const] : [],
          ),
        ),
      ),
    forbid: (targets) => {
      const on = problem.vms.flatMap((vm) => going.goes(vm, targets.get(vm.id) ?? '') ?? []);
      const same = names.map((name) => [on.includes(name) ? 1 : -1, name] as const);
      return atMostZero(toSum(same, 1 - on.length)).join('\n');
    },
  };
}

function createGoing(problem: MoveProblem): Going {
  const indexOf = new Map(problem.hosts.map(({ id }, at) => [id, at]));
  const vmOf = new Map(problem.vms.map((vm) => [vm.id, vm]));
  // Names of the format have no hyphens.
  const numberOf = new Map(problem.vms.map(({ id }, at) => [id, at]));
  const goes = (vm: ProblemVm, hostId: string) => {
    const at = indexOf.get(hostId);
    if (at === undefined || hostId === vm.hostId || !vm.candidates.includes(at)) return undefined;
    return `go_${numberOf.get(vm.id)}_${at}`;
  };
  const going = {
    problem,
    goes,
    isAt(vmId: string, hostId: string) {
      const vm = vmOf.get(vmId);
      if (!vm) return toSum([], problem.others.get(vmId) === hostId ? 1 : 0);
      if (vm.hostId !== hostId)
        return toSum([goes(vm, hostId) ?? []].flat().map((name) => [1, name]));
      return toSum(
        listGoing(going, vm).map(({ name }) => [-1, name]),
        1,
      );
    },
    change(hostId: string, part: 'memoryBytes' | 'cpuCores') {
      const parts = problem.vms.map((vm) => {
        const here = going.isAt(vm.id, hostId);
        return times(vm[part], vm.hostId === hostId ? { ...here, constant: 0 } : here);
      });
      return addUp(...parts);
    },
  };
  return going;
}

function listGoing({ problem, goes }: Pick<Going, 'problem' | 'goes'>, vm: ProblemVm) {
  return problem.hosts.flatMap(({ id }) => {
    const name = goes(vm, id);
    return name === undefined ? [] : [{ name, hostId: id }];
  });
}

function toLeft({ vms }: MoveProblem, vm: ProblemVm): string {
  return `left_${vms.indexOf(vm)}`;
}

/** Each goes to one host at most; one that must and does not is left. */
function listPlaceRows(going: Going): string[] {
  return going.problem.vms.flatMap((vm) => {
    const all = toSum(
      listGoing(going, vm).map(({ name }) => [1, name]),
      -1,
    );
    return vm.mustLeave
      ? isZero(addUp(all, toSum([[1, toLeft(going.problem, vm)]])))
      : atMostZero(all);
  });
}

/** Memory beside the reserve, and mandatory rules for whatever arrives. */
function listHostRows({ problem, goes, isAt, change }: Going, hostId: string): string[] {
  const used = problem.hosts.find(({ id }) => id === hostId)?.memoryUsedBytes ?? 0;
  const free = (roomOf(problem, hostId) - used) / GIB;
  const rows =
    free < 0
      ? []
      : atMostZero(addUp(times(1 / GIB, change(hostId, 'memoryBytes')), toSum([], -free)));
  for (const { kind, isMandatory, vmIds } of problem.rules) {
    if (kind !== 'apart' || !isMandatory) continue;
    for (const vm of problem.vms.filter(({ id }) => vmIds.includes(id))) {
      const name = goes(vm, hostId);
      if (name === undefined) continue;
      for (const other of vmIds)
        if (other !== vm.id)
          rows.push(...atMostZero(addUp(toSum([[1, name]], -1), isAt(other, hostId))));
    }
  }
  return rows;
}

const GIB = 1024 ** 3;

/** What mandatory rules tie together goes to one host, all of it, or nowhere. */
function listGroupRows({ problem, goes }: Going): string[] {
  return listGroups(problem).flatMap((ids) => {
    if (ids.length === 1) return [];
    const vms = problem.vms.filter(({ id }) => ids.includes(id));
    const pins = ids.flatMap((id) => problem.others.get(id) ?? []);
    return problem.hosts.flatMap(({ id: hostId }) => {
      const names = vms.filter((vm) => vm.hostId !== hostId).map((vm) => goes(vm, hostId));
      const known = names.flatMap((name) => name ?? []);
      const isShut =
        known.length < names.length ||
        vms.some((vm) => vm.hostId === hostId && vm.mustLeave) ||
        pins.some((pin) => pin !== hostId);
      if (isShut) return known.flatMap((name) => isZero(toSum([[1, name]])));
      return known.slice(1).flatMap((name) =>
        isZero(
          toSum([
            [1, name],
            [-1, known[0] ?? ''],
          ]),
        ),
      );
    });
  });
}

function listWishRows(
  { problem, isAt }: Going,
  { kind, vmIds }: ProblemRule,
  broken: string,
): string[] {
  const hostIds = problem.hosts.map(({ id }) => id);
  const pairs = vmIds.flatMap((one) =>
    vmIds.filter((other) => other !== one).map((other) => [one, other] as const),
  );
  return pairs.flatMap(([one, other]) =>
    hostIds.flatMap((hostId) => {
      const second =
        kind === 'apart'
          ? addUp(isAt(other, hostId), toSum([], -1))
          : times(-1, isAt(other, hostId));
      return atMostZero(addUp(isAt(one, hostId), second, toSum([[-1, broken]])));
    }),
  );
}
