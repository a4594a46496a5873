/** One sentence a code of what changes the parts of a VM: its disks, its network adapters. */
import type { Facts } from '#core/errors.ts';
import type { PlanCode } from '#core/plan/plan-codes.ts';
import { quoteWord } from '../../grammar/quote.ts';
import { lineOf } from '../line-of.ts';
import { sizeOf, textOf } from '../units.ts';

export const PARTS_WORDS = {
  vm_neither_on_nor_off: (f) =>
    `The parts of ${textOf(f, 'vm')} change only while it is on or off; its platform says ${textOf(f, 'state')}.`,
  vm_place_unknown: (f) =>
    f.what === 'host'
      ? `On which host ${textOf(f, 'vm')} is is not known, so which networks it can be on is not either.`
      : `Where ${textOf(f, 'vm')} keeps its files is not known, so there is no place for a disk.`,
  disk_size_unfit: (f) =>
    `A disk has at least ${sizeOf(f, 'leastBytes')} and at most ${sizeOf(f, 'mostBytes')}; ${sizeOf(f, 'sizeBytes')} was wished.`,
  disk_added: (f) =>
    `A new, empty disk of ${sizeOf(f, 'sizeBytes')} on ${textOf(f, 'datastore')}, beside the VM’s own files.`,
  disk_gone: (f) => `${textOf(f, 'vm')} has no disk ${textOf(f, 'disk')} any more.`,
  disk_is_raw: (f) =>
    `${textOf(f, 'disk')} is passed through to ${textOf(f, 'vm')}; it is taken off at the vendor’s console.`,
  disk_is_first: (f) =>
    `${textOf(f, 'disk')} is the first disk of ${textOf(f, 'vm')}, which it starts from: it can be taken off only while the VM is off: ${lineOf('vm shutdown', f)}`,
  disk_not_hot: (f) =>
    `Of a VM that runs only SCSI disks can be taken off; ${textOf(f, 'disk')} can once ${textOf(f, 'vm')} is off: ${lineOf('vm shutdown', f)}`,
  disk_taken_off: (f) =>
    `${textOf(f, 'disk')}, ${sizeOf(f, 'sizeBytes')}, is taken off. Its file stays: ${textOf(f, 'file', 'no file shown')}. It can be attached again by hand.`,
  vm_may_not_start: (f) =>
    `${textOf(f, 'disk')} is the first disk of ${textOf(f, 'vm')}: without it the VM may not start.`,
  nic_gone: (f) => `${textOf(f, 'vm')} has no network adapter ${textOf(f, 'nic')} any more.`,
  nic_already_so: (f) =>
    `${textOf(f, 'nic')} of ${textOf(f, 'vm')} is on ${textOf(f, 'network')} already, as wished.`,
  nic_already_off: (f) => `${textOf(f, 'nic')} of ${textOf(f, 'vm')} is on no network.`,
  nic_setting_missing: (f) =>
    f.setting === 'vlan'
      ? 'On vCenter the network has its VLAN; connect it to the network of that VLAN.'
      : `VMQ is a setting of Hyper-V; ${textOf(f, 'connection')} has none. Leave --vmq-weight out.`,
  network_not_on_host: (f) =>
    `${textOf(f, 'host')}, on which ${textOf(f, 'vm')} is, does not have the network ${textOf(f, 'network')}.`,
  nic_changes: (f) =>
    f.network === undefined
      ? `${textOf(f, 'nic')} is taken off its network; its traffic ends at once.`
      : `${textOf(f, 'nic')} comes to ${textOf(f, 'network')}${toSettingWords(f)}; its traffic is interrupted.`,
  nic_was: (f) => toWayBack(f),
} as const satisfies Partial<Record<PlanCode, (facts: Facts) => string>>;

/** `, VLAN 120, VMQ weight 50`. */
function toSettingWords({ vlan, vmqWeight }: Facts): string {
  const tag = vlan === 0 ? ', untagged' : `, VLAN ${String(vlan)}`;
  return `${vlan === undefined ? '' : tag}${vmqWeight === undefined ? '' : `, VMQ weight ${String(vmqWeight)}`}`;
}

/** Where it is now, and the line that brings it back there. */
function toWayBack(facts: Facts): string {
  const { vm, nic, isOnly, was, vlan, vmqWeight, isOff } = facts;
  const which = isOnly ? '' : ` --nic ${quoteWord(String(nic))}`;
  const name = quoteWord(String(vm));
  if (isOff)
    return `It is on no network now; the way back is: vm network disconnect ${name}${which}`;
  if (was === undefined) return 'On which network it is now is not known.';
  const tag = vlan === undefined ? '' : ` --vlan ${String(vlan)}`;
  const weight = vmqWeight === undefined ? '' : ` --vmq-weight ${String(vmqWeight)}`;
  const network = String(was);
  return `It is on ${network} now; the way back is: vm network connect ${name} ${quoteWord(network)}${which}${tag}${weight}`;
}
