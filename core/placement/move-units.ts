/** VMs that mandatory rules keep together, as units of the joint planner, and where each may go. */
import type { HostNode, Unit, VmNode } from './move-model.ts';
import type { MoveProblem } from './move-problem.ts';

export interface UnitQuestion {
  readonly problem: MoveProblem;
  /** By name. */
  readonly vms: readonly VmNode[];
  readonly find: (hostId: string) => HostNode;
  /** As the problem counts them. */
  readonly byIndex: readonly HostNode[];
  /** The hosts of a list of candidates, by rank: many VMs share one list. */
  readonly sorted: Map<readonly number[], readonly HostNode[]>;
}

/** In the order of their first VMs. */
export function toUnits(question: UnitQuestion): Unit[] {
  const { vms } = question;
  const leaderOf = joinTogether(question);
  const groups = new Map<string, VmNode[]>();
  for (const vm of vms) {
    const leader = leaderOf(vm.vm.id);
    const group = groups.get(leader);
    if (group) group.push(vm);
    else groups.set(leader, [vm]);
  }
  const pins = findPins(question, leaderOf);
  return [...groups].map(([leader, group]) => toUnit(group, pins.get(leader), question));
}

/** Which VM stands for all that a chain of mandatory `together` ties to this one. */
function joinTogether({ problem, vms }: UnitQuestion): (id: string) => string {
  const parents = new Map<string, string>();
  const find = (id: string): string => {
    let top = id;
    for (let next = parents.get(top); next !== undefined; next = parents.get(top)) top = next;
    // Every id on the way points at the top from now on.
    for (let at = id; at !== top; ) {
      const next = parents.get(at) ?? top;
      parents.set(at, top);
      at = next;
    }
    return top;
  };
  const tying = problem.rules.filter(({ kind, isMandatory }) => kind === 'together' && isMandatory);
  const own = new Set(tying.length === 0 ? [] : vms.map(({ vm }) => vm.id));
  for (const { vmIds } of tying) {
    const [first, ...rest] = vmIds.filter((id) => own.has(id) || problem.others.has(id));
    for (const id of rest) {
      const [one, other] = [find(first ?? id), find(id)];
      if (one !== other) parents.set(other, one);
    }
  }
  return find;
}

/** Hosts of VMs that stay and stand for others: there, and only there, may those go. */
function findPins(
  { problem, vms, find }: UnitQuestion,
  leaderOf: (id: string) => string,
): Map<string, Set<HostNode>> {
  const own = new Set(problem.others.size === 0 ? [] : vms.map(({ vm }) => vm.id));
  const pins = new Map<string, Set<HostNode>>();
  for (const [id, hostId] of problem.others) {
    if (own.has(id)) continue;
    const hosts = pins.get(leaderOf(id)) ?? new Set();
    pins.set(leaderOf(id), hosts.add(find(hostId)));
  }
  return pins;
}

function toUnit(
  vms: readonly VmNode[],
  pins: ReadonlySet<HostNode> | undefined,
  question: UnitQuestion,
): Unit {
  const leaving = vms.filter(({ vm }) => vm.mustLeave);
  const [first] = vms;
  let known: readonly HostNode[] | undefined;
  return {
    vms,
    mustLeave: leaving.length > 0,
    priorities: leaving.map(({ vm }) => vm.priority).sort((a, b) => b - a),
    bytes: vms.reduce((sum, { bytes }) => sum + bytes, 0),
    isPlain: vms.length === 1 && first?.rules.length === 0,
    target: undefined,
    listCandidates: () => {
      known ??= listCandidates(vms, question).filter(
        (host) => pins === undefined || (pins.size === 1 && pins.has(host)),
      );
      return known;
    },
  };
}

function listCandidates(vms: readonly VmNode[], question: UnitQuestion): readonly HostNode[] {
  const [first, ...rest] = vms.map((vm) => listForOne(vm, vms.length > 1, question));
  if (rest.length === 0) return first ?? [];
  const others = rest.map((hosts) => new Set(hosts));
  return (first ?? []).filter((host) => others.every((hosts) => hosts.has(host)));
}

/** By rank. In a group, one that need not leave may also be where the others go. */
function listForOne(
  vm: VmNode,
  isInGroup: boolean,
  { byIndex, sorted }: UnitQuestion,
): readonly HostNode[] {
  const { candidates } = vm.vm;
  let hosts = sorted.get(candidates);
  if (!hosts) {
    const found = candidates.map((index) => toHost(index, vm, byIndex));
    const isSorted = found.every((host, at) => at === 0 || (found[at - 1]?.rank ?? 0) < host.rank);
    hosts = isSorted ? found : [...new Set(found)].sort((a, b) => a.rank - b.rank);
    sorted.set(candidates, hosts);
  }
  const away = hosts.filter((host) => host !== vm.host);
  if (!isInGroup || vm.vm.mustLeave) return away;
  return [...away, vm.host].sort((a, b) => a.rank - b.rank);
}

function toHost(index: number, { vm }: VmNode, byIndex: readonly HostNode[]): HostNode {
  const host = byIndex[index];
  if (!host) throw new Error(`${vm.name} may run on host number ${index}, and there is none`);
  return host;
}
