/**
 * The joint planner's working copy of a problem: nodes that point at each other, in an order that does not depend on
 * that of the input.
 *
 * VMs that mandatory rules keep together are one unit: it goes to one host, or nowhere.
 */
import type { MoveProblem, ProblemRule, ProblemVm } from './move-problem.ts';
import { toUnits } from './move-units.ts';
import type { PlacementGoal } from './stars.ts';

/** Sums of these are exact, whatever is added and taken away again. */
const MICRO_CORES = 1_000_000;

export interface HostNode {
  readonly id: string;
  /** Place among all hosts by name, then id. */
  readonly rank: number;
  readonly cpuMicro: number;
  readonly memoryBytes: number;
  readonly goal: PlacementGoal;
  /** Memory without the reserve. */
  readonly roomBytes: number;
  /** Once all moves are done, as are the next. `undefined`: not measured. */
  usedBytes: number;
  cpuUsedMicro: number | undefined;
  arriving: number;
  leaving: number;
  /** Mandatory rules that something arriving breaks. */
  clashes: number;
  /** What it adds to the score: its stars for each VM that arrives. */
  worth: number;
  /** More arrives than it has room or rules for. */
  isUnsound: boolean;
  /** Something leaves and something arrives. */
  isCrossed: boolean;
  /** Of VMs on it that could still go. */
  looseBytes: number;
  /** Units of which a VM runs on it now, by name. */
  residents: Unit[] | undefined;
  /** Units that come to it. */
  guests: Set<Unit> | undefined;
}

export interface VmNode {
  readonly vm: ProblemVm;
  readonly host: HostNode;
  readonly bytes: number;
  readonly cpuMicro: number;
  readonly rules: RuleNode[];
  readonly mandatoryApart: RuleNode[];
}

export interface Unit {
  readonly vms: readonly VmNode[];
  readonly mustLeave: boolean;
  /** Of its VMs that must leave, highest first. */
  readonly priorities: readonly number[];
  readonly bytes: number;
  /** Whether a rule or a second VM makes it more than a number of bytes. */
  readonly isPlain: boolean;
  /** Hosts to which all of it may go, by rank. Found when first asked for: most VMs of an estate stay. */
  readonly listCandidates: () => readonly HostNode[];
  target: HostNode | undefined;
}

export interface RuleNode {
  readonly rule: ProblemRule;
  /** VMs of it on each host, once all moves are done. */
  readonly counts: Map<HostNode, number>;
  readonly arrivals: Map<HostNode, number>;
  /** Where VMs of it stay for good. */
  readonly fixed: Set<HostNode>;
  /** Hosts with more than one. */
  crowded: number;
}

export interface MoveModel {
  readonly problem: MoveProblem;
  /** As the problem counts them. */
  readonly byIndex: readonly HostNode[];
  readonly vms: readonly VmNode[];
  /** Those that must leave, highest priority first, then the largest. */
  readonly musts: readonly Unit[];
  readonly rules: readonly RuleNode[];
}

/** @throws Error when a candidate is no index of a host. */
export function buildModel(problem: MoveProblem): MoveModel {
  const hosts = toHosts(problem);
  const hostOfId = new Map(hosts.map((host) => [host.id, host]));
  const byIndex = problem.hosts.map(({ id }) => hostOfId.get(id) as HostNode);
  const find = (id: string) => hostOfId.get(id) ?? addUnknown(id, hostOfId);
  const vms = problem.vms.toSorted(byName).map((vm): VmNode => {
    const cpuMicro = Math.round(vm.cpuCores * MICRO_CORES);
    const host = find(vm.hostId);
    if (vm.candidates.length > 0) host.looseBytes += vm.memoryBytes;
    return { vm, host, bytes: vm.memoryBytes, cpuMicro, rules: [], mandatoryApart: [] };
  });
  const rules = toRules(problem, vms, find);
  const units = toUnits({ problem, vms, find, byIndex, sorted: new Map() });
  for (const unit of units) {
    for (const host of new Set(unit.vms.map((vm) => vm.host))) {
      host.residents ??= [];
      host.residents.push(unit);
    }
  }
  const musts = units.filter(({ mustLeave }) => mustLeave).sort(byUrgency);
  return { problem, byIndex, vms, musts, rules };
}

interface Named {
  readonly id: string;
  readonly name: string;
}

export function byName(a: Named, b: Named): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The order in which they choose: one that finds no room should be small and not wanted much. Stable, so by name last. */
function byUrgency(a: Unit, b: Unit): number {
  return toPriority(b) - toPriority(a) || b.bytes - a.bytes;
}

export function toPriority({ priorities }: Unit): number {
  return priorities[0] ?? Number.NEGATIVE_INFINITY;
}

function toHosts({ hosts, reserves }: MoveProblem): HostNode[] {
  const share = 1 - reserves.memoryReserveShare;
  return hosts.toSorted(byName).map((host, rank) => {
    const node = toEmpty(host.id, rank);
    node.goal = host.goal;
    node.cpuMicro = Math.max(1, host.cpuCores) * MICRO_CORES;
    node.memoryBytes = host.memoryBytes;
    node.roomBytes = Math.floor(host.memoryBytes * share);
    node.usedBytes = host.memoryUsedBytes;
    if (host.cpuUsedCores !== undefined)
      node.cpuUsedMicro = Math.round(host.cpuUsedCores * MICRO_CORES);
    return node;
  });
}

/** All in one, and sets only where needed: there may be thousands. */
function toEmpty(id: string, rank: number) {
  return {
    id,
    rank,
    goal: 'balance' as PlacementGoal,
    cpuMicro: 1,
    memoryBytes: 0,
    roomBytes: 0,
    usedBytes: 0,
    cpuUsedMicro: undefined as number | undefined,
    arriving: 0,
    leaving: 0,
    clashes: 0,
    worth: 0,
    isUnsound: false,
    isCrossed: false,
    looseBytes: 0,
    residents: undefined as Unit[] | undefined,
    guests: undefined as Set<Unit> | undefined,
  };
}

/** A host that is no part of the problem: VMs leave it, or stand on it, and none goes there. */
function addUnknown(id: string, hostOfId: Map<string, HostNode>): HostNode {
  const host = toEmpty(id, hostOfId.size);
  hostOfId.set(id, host);
  return host;
}

function toRules(
  { rules, others }: MoveProblem,
  vms: readonly VmNode[],
  find: (hostId: string) => HostNode,
): RuleNode[] {
  const vmOfId = new Map(rules.length === 0 ? [] : vms.map((vm) => [vm.vm.id, vm]));
  return rules.toSorted(byNameAndVms).map((rule): RuleNode => {
    const node = { rule, counts: new Map(), arrivals: new Map(), fixed: new Set<HostNode>() };
    const full: RuleNode = { ...node, crowded: 0 };
    for (const id of new Set(rule.vmIds)) {
      const vm = vmOfId.get(id);
      const hostId = others.get(id);
      if (vm) vm.rules.push(full);
      if (vm && rule.isMandatory && rule.kind === 'apart') vm.mandatoryApart.push(full);
      if (vm) countIn(full, vm.host);
      else if (hostId !== undefined) countIn(full, find(hostId), true);
    }
    return full;
  });
}

function byNameAndVms(a: ProblemRule, b: ProblemRule): number {
  const [one, other] = [a, b].map(({ kind, isMandatory, vmIds }) =>
    JSON.stringify([kind, isMandatory, vmIds.toSorted()]),
  );
  return byName({ name: a.name, id: one ?? '' }, { name: b.name, id: other ?? '' });
}

function countIn(rule: RuleNode, host: HostNode, isFixed = false): void {
  const count = (rule.counts.get(host) ?? 0) + 1;
  rule.counts.set(host, count);
  if (count === 2) rule.crowded += 1;
  if (isFixed) rule.fixed.add(host);
}

export function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
