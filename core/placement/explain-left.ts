/** Why a VM that must leave has no place, for its card: said of the plan as it stands, so that each reason can be checked. */
import type { HostNode, RuleNode, VmNode } from './move-model.ts';
import type { LeftVm } from './move-problem.ts';
import type { MoveState } from './move-state.ts';

export function explainLeft(state: MoveState): LeftVm[] {
  return state.model.musts
    .filter(({ target }) => !target)
    .flatMap(({ vms }) => vms.filter(({ vm }) => vm.mustLeave).map((vm) => explain(vm, state)));
}

/** No list of hosts is made: hundreds of VMs may have a thousand each. */
function explain(vm: VmNode, state: MoveState): LeftVm {
  const { byIndex } = state.model;
  let [isAny, hasRoom, freeBytes] = [false, false, 0];
  for (const index of vm.vm.candidates) {
    const host = byIndex[index];
    if (!host || host === vm.host) continue;
    const free = toFree(host);
    isAny = true;
    hasRoom ||= free >= vm.bytes;
    freeBytes = Math.max(freeBytes, free);
  }
  const vmId = vm.vm.id;
  if (!isAny) return { vmId, why: 'no_candidate' };
  if (!hasRoom) return { vmId, why: 'no_room', freeBytes };
  return { vmId, why: 'rule', rule: findRule(vm, state) };
}

function toFree({ roomBytes, usedBytes }: HostNode): number {
  return roomBytes - usedBytes;
}

/** One that forbids a host with room for it: of those that keep VMs apart the first by name, else the one that ties it to others. */
function findRule(vm: VmNode, { model }: MoveState): string | undefined {
  const mandatory = model.rules.filter(({ rule }) => rule.isMandatory);
  const isRoomyFor = (node: RuleNode) =>
    vm.vm.candidates.some((index) => {
      const host = model.byIndex[index];
      return host && host !== vm.host && toFree(host) >= vm.bytes && node.counts.has(host);
    });
  const apart = mandatory.find((node) => vm.mandatoryApart.includes(node) && isRoomyFor(node));
  const together = mandatory.find(
    ({ rule }) => rule.kind === 'together' && rule.vmIds.includes(vm.vm.id),
  );
  return (apart ?? together)?.rule.name;
}
