/** Rules while a plan is drawn up: how many of each one's VMs stand where in the end, and what that breaks. */
import type { HostNode, RuleNode, Unit, VmNode } from './move-model.ts';

/** By the mandatory rules. `leniently`: those that could still go count as gone. */
export function mayStand({ vms, isPlain }: Unit, host: HostNode, leniently: boolean): boolean {
  if (isPlain) return true;
  const own = vms.length > 1 ? new Set<RuleNode>() : undefined;
  for (const vm of vms) {
    if (vm.host === host) continue;
    for (const rule of vm.mandatoryApart) {
      if (own?.has(rule) || rule.fixed.has(host) || rule.arrivals.has(host)) return false;
      if (!leniently && rule.counts.has(host)) return false;
      own?.add(rule);
    }
  }
  return true;
}

export function isBroken({ rule, counts, crowded }: RuleNode): boolean {
  return rule.kind === 'apart' ? crowded > 0 : counts.size > 1;
}

/** Answers by how many more wishes are broken. */
export function turn(rule: RuleNode, from: HostNode, to: HostNode, by: 1 | -1): number {
  const before = isBroken(rule);
  change(rule, from, { count: -by, arrivals: 0 });
  change(rule, to, { count: by, arrivals: by });
  if (rule.rule.isMandatory) return 0;
  return Number(isBroken(rule)) - Number(before);
}

function change(rule: RuleNode, host: HostNode, by: { count: number; arrivals: number }): void {
  const wasClash = isClash(rule, host);
  const count = add(rule.counts, host, by.count);
  add(rule.arrivals, host, by.arrivals);
  if (by.count > 0 && count === 2) rule.crowded += 1;
  if (by.count < 0 && count === 1) rule.crowded -= 1;
  host.clashes += Number(isClash(rule, host)) - Number(wasClash);
}

function isClash({ rule, counts, arrivals }: RuleNode, host: HostNode): boolean {
  if (!rule.isMandatory || rule.kind !== 'apart') return false;
  return arrivals.has(host) && (counts.get(host) ?? 0) > 1;
}

function add(counts: Map<HostNode, number>, host: HostNode, by: number): number {
  const count = (counts.get(host) ?? 0) + by;
  if (count === 0) counts.delete(host);
  else counts.set(host, count);
  return count;
}

/** How many of its wishes are broken if it goes there. */
export function countBroken({ rules, host: from }: VmNode, to: HostNode): number {
  let broken = 0;
  for (const { rule, counts, crowded } of rules) {
    if (rule.isMandatory) continue;
    const [before, after] = [counts.get(from), counts.get(to)];
    if (rule.kind === 'apart') {
      if (crowded - Number(before === 2) + Number(after === 1) > 0) broken += 1;
    } else if (counts.size - Number(before === 1) + Number(after === undefined) > 1) broken += 1;
  }
  return broken;
}

/** Whether the wish is broken once these have come to the host. */
export function isBrokenBy(rule: RuleNode, coming: readonly VmNode[], to: HostNode): boolean {
  const changes = new Map<HostNode, number>();
  for (const { host, rules } of coming) {
    if (!rules.includes(rule)) continue;
    changes.set(host, (changes.get(host) ?? 0) - 1);
    changes.set(to, (changes.get(to) ?? 0) + 1);
  }
  let { crowded } = rule;
  let { size } = rule.counts;
  for (const [host, change] of changes) {
    const count = rule.counts.get(host) ?? 0;
    crowded += Number(count + change > 1) - Number(count > 1);
    size += Number(count + change > 0) - Number(count > 0);
  }
  return rule.rule.kind === 'apart' ? crowded > 0 : size > 1;
}
