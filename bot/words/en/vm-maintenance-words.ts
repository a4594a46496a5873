/** One sentence a code of a VM's maintenance: what it takes, what comes back, and what somebody else has changed. */
import type { Facts } from '#core/errors.ts';
import type { PlanCode } from '#core/plan/plan-codes.ts';
import type { VmMaintenance } from '#core/ports/vm-maintenance.ts';
import { quoteWord } from '../../grammar/quote.ts';
import { textOf, toUtc } from '../units.ts';

export const VM_MAINTENANCE_WORDS = {
  vm_in_maintenance: (f) =>
    `${textOf(f, 'vm')} is in maintenance since ${toUtc(textOf(f, 'since'))}, by ${textOf(f, 'by')} (${textOf(f, 'job')}). Bring it back first: ${toExitLine(f)}`,
  vm_not_in_maintenance: (f) =>
    `${textOf(f, 'vm')} is not in maintenance: Drover remembers nothing that could be brought back.`,
  maintenance_without_effect: (f) =>
    `Nothing of ${textOf(f, 'vm')} would change: no adapter of it is taken off a network, and it is not halted.`,
  maintenance_forgotten: (f) =>
    `${textOf(f, 'vm')} is in maintenance; what it was before is forgotten with it.`,
  nic_network_unknown: (f) =>
    `On which network ${textOf(f, 'nic')} is is not known, so it could not be brought back there.`,
  nic_network_missing: (f) =>
    `The host of ${textOf(f, 'vm')} (${textOf(f, 'host', 'not known')}) does not have the network ${textOf(f, 'network')}, on which ${textOf(f, 'nic')} was. Move it to one that does, or leave that adapter off: ${toExitLine(f)} --leave-missing`,
  nic_leaves: (f) =>
    `${textOf(f, 'nic')} is taken off ${toPlace(f.network, f.vlan)}; its traffic ends at once, and the end of the maintenance brings it back there.`,
  nic_stays_off: (f) => `${textOf(f, 'nic')} is on no network, and stays so.`,
  vm_is_saved_meanwhile: (f) =>
    `${textOf(f, 'vm')} is halted with its memory on disk; the end of the maintenance starts it again.`,
  vm_stays_as_it_is: (f) =>
    `${textOf(f, 'vm')} does not run, so it is not saved, and the end of the maintenance does not start it.`,
  nic_comes_back: (f) => `${textOf(f, 'nic')} comes back to ${toPlace(f.network, f.vlan)}.`,
  nic_changed_meanwhile: (f) =>
    `${textOf(f, 'nic')} was on ${toPlace(f.network, f.vlan)} and is on ${toPlace(f.now, f.nowVlan)} now, which Drover did not do. ${f.overwrites ? 'It comes back all the same, as wished.' : 'It stays so; with --overwrite it comes back too.'}`,
  nic_gone_meanwhile: (f) => `${textOf(f, 'vm')} has ${textOf(f, 'nic')} no more.`,
  nic_left_off: (f) =>
    `${textOf(f, 'nic')} was on ${textOf(f, 'network')}, which its host does not have: it stays off, as wished.`,
  vm_starts_again: (f) => `${textOf(f, 'vm')} is started again, as it was before.`,
  vm_runs_already: (f) => `${textOf(f, 'vm')} runs already.`,
  vm_power_left: (f) =>
    `${textOf(f, 'vm')} was saved for its maintenance, and its platform says ${textOf(f, 'state')} now, which Drover did not do. It is not started.`,
  nothing_comes_back: (f) =>
    `Nothing of ${textOf(f, 'vm')} is changed; its maintenance is over, and what it was is forgotten.`,
} as const satisfies Partial<Record<PlanCode, (facts: Facts) => string>>;

function toExitLine(facts: Facts): string {
  return `vm maintenance exit ${quoteWord(textOf(facts, 'vm'))}`;
}

/** `VLAN-100`, `Converged, VLAN 120`, `no network`. */
function toPlace(network: Facts[string], vlan: Facts[string]): string {
  const tag = vlan === undefined ? '' : vlan === 0 ? ', untagged' : `, VLAN ${String(vlan)}`;
  return `${network === undefined ? 'no network' : String(network)}${tag}`;
}

/** `off its networks and saved`. */
export function toMaintenanceWords({ isOffNetwork, isSaved }: VmMaintenance): string {
  const parts = [...(isOffNetwork ? ['off its networks'] : []), ...(isSaved ? ['saved'] : [])];
  return parts.join(' and ');
}

/** `Network adapter 1 to VLAN-100; started again`: what its end brings back. */
export function toReturnWords({ isOffNetwork, isSaved, was }: VmMaintenance): string {
  const nics = isOffNetwork ? was.nics.filter(({ isOff }) => !isOff) : [];
  const parts = [
    ...nics.map(({ label, networkName, vlan }) => `${label} to ${toPlace(networkName, vlan)}`),
    ...(isSaved && was.power === 'on' ? ['started again'] : []),
  ];
  return parts.length === 0 ? 'nothing' : parts.join('; ');
}
