/** Why a VM that must leave has no place, for its card: said of the plan as it stands, so that each reason can be checked. */
import type { HostNode, VmNode } from './move-model.ts';
import type { LeftVm } from './move-problem.ts';
import type { MoveState } from './move-state.ts';

export function explainLeft(state: MoveState): LeftVm[] {
  return state.model.musts
    .filter(({ target }) => !target)
    .flatMap(({ vms }) => vms.filter(({ vm }) => vm.mustLeave).map((vm) => explain(vm, state)));
}

function explain(vm: VmNode, state: MoveState): LeftVm {
  const { byIndex } = state.model;
  const candidates = vm.vm.candidates
    .flatMap((index) => byIndex[index] ?? [])
    .filter((host) => host !== vm.host);
  const vmId = vm.vm.id;
  if (candidates.length === 0) return { vmId, why: 'no_candidate' };
  const roomy = candidates.filter((host) => toFree(host) >= vm.bytes);
  if (roomy.length === 0) {
    const freeBytes = candidates.reduce((most, host) => Math.max(most, toFree(host)), 0);
    return { vmId, why: 'no_room', freeBytes };
  }
  return { vmId, why: 'rule', rule: findRule(vm, roomy, state) };
}

function toFree({ roomBytes, usedBytes }: HostNode): number {
  return roomBytes - usedBytes;
}

/** One that forbids a host with room for it: of those that keep VMs apart the first by name, else the one that ties it to others. */
function findRule(
  vm: VmNode,
  roomy: readonly HostNode[],
  { model }: MoveState,
): string | undefined {
  const mandatory = model.rules.filter(({ rule }) => rule.isMandatory);
  const apart = mandatory.find(
    (node) => vm.mandatoryApart.includes(node) && roomy.some((host) => node.counts.has(host)),
  );
  const together = mandatory.find(
    ({ rule }) => rule.kind === 'together' && rule.vmIds.includes(vm.vm.id),
  );
  return (apart ?? together)?.rule.name;
}
