/** One sentence a code of a plan: blockers, reasons per host, notes. */
import type { Facts } from '#core/errors.ts';
import type { PlanCode } from '#core/plan/plan-codes.ts';
import { lineOf } from '../line-of.ts';
import { exactSizeOf, plural, sizeOf, textOf, toUtc } from '../units.ts';
import { BALANCE_PLAN_WORDS } from './balance-words.ts';
import { MOVE_WORDS } from './move-words.ts';
import { toPurposeWordsOf } from './own-vm-words.ts';
import { PARTS_WORDS } from './parts-words.ts';
import { VM_MAINTENANCE_WORDS } from './vm-maintenance-words.ts';

export const PLAN_WORDS: Readonly<Record<PlanCode, (facts: Facts) => string>> = {
  host_not_connected: (f) => `not connected (${textOf(f, 'state')})`,
  host_in_maintenance: () => 'in maintenance mode',
  host_seen_before: (f) =>
    `the same machine as ${textOf(f, 'host')} of ${textOf(f, 'first')}, where it counts`,
  host_unreadable: (f) => `cannot be read: ${textOf(f, 'words')}`,
  host_memory_unknown: () => 'its memory is not known',
  host_memory_too_small: (f) =>
    `${sizeOf(f, 'freeBytes')} of memory free, ${sizeOf(f, 'wantedBytes')} wanted`,
  host_network_missing: (f) => `does not have the network ${textOf(f, 'network')}`,
  host_datastore_missing: () => 'sees no datastore that may be used',
  datastore_not_accessible: (f) => `${textOf(f, 'datastore')} is not accessible`,
  datastore_in_maintenance: (f) => `${textOf(f, 'datastore')} is in maintenance mode`,
  datastore_too_small: (f) =>
    `${textOf(f, 'datastore')}: ${sizeOf(f, 'freeBytes')} free, ${sizeOf(f, 'wantedBytes')} wanted`,
  datastore_space_unknown: (f) => `the free space of ${textOf(f, 'datastore')} is not known`,
  template_not_visible_to_host: (f) =>
    `cannot read the template ${textOf(f, 'template')}: it lies on a datastore of other hosts`,
  outside_approved_hosts: () => 'not among the wished or approved hosts',
  not_the_wished_host: () => 'not the wished host',
  not_the_wished_datastore: (f) =>
    `${textOf(f, 'datastore')} is not the wished or approved datastore`,
  load_cpu_high: (f) => `CPU at ${textOf(f, 'percent')} % afterwards`,
  load_unknown: () => 'CPU load is not measured',
  memory_after: (f) => `memory at ${textOf(f, 'percent')} % afterwards`,
  group_consolidates: () => 'its group consolidates, so fuller is better',
  cpu_after: (f) => `CPU at ${textOf(f, 'percent')} % afterwards`,
  space_after: (f) => `space at ${textOf(f, 'percent')} % afterwards`,
  no_host_fits: () => 'No host fits.',
  platform_chooses_host: () => 'The platform may choose another host of the cluster.',
  connection_cannot: (f) => `${textOf(f, 'connection')} cannot do ${textOf(f, 'what')}.`,
  connection_on_hold: (f) =>
    `${textOf(f, 'connection')} is on hold (${textOf(f, 'reason').replaceAll('_', ' ')}); an administrator has to accept it: connection accept ${textOf(f, 'connection')}`,
  connection_unknown: (f) => toConnectionUnknown(f),
  name_taken: (f) => `The name ${textOf(f, 'name')} is taken in ${textOf(f, 'folder')}.`,
  name_invalid: (f) =>
    `${textOf(f, 'name')} cannot be the host name of a guest, which ${textOf(f, 'template')} gives it: letters, digits and hyphens, at most ${textOf(f, 'letters')}, not digits alone.`,
  template_has_snapshot_and_larger_disk: (f) =>
    `${textOf(f, 'template')} has a snapshot, so its disk cannot be made larger. Leave --disk out, or take a template without snapshots.`,
  template_unreadable: (f) =>
    `The template ${textOf(f, 'template')} cannot be read: ${textOf(f, 'words')}.`,
  disk_smaller_than_template: (f) =>
    `The disk of ${textOf(f, 'template')} has ${sizeOf(f, 'bytes')}; ${sizeOf(f, 'wishedBytes')} is less. A disk can only grow.`,
  target_gone: (f) => toGoneWords(f),
  vm_is_twin: (f) =>
    `Two VMs show the identity of ${textOf(f, 'vm')}; nothing is changed until an administrator says which is which: ${lineOf('vm identify', f)}`,
  shown_by_other_connection: (f) =>
    `${textOf(f, 'connection')} shows ${textOf(f, 'name')} too, and only reads it: its host is ${textOf(f, 'host')} of ${textOf(f, 'first')}. Give the command for what ${textOf(f, 'first')} shows, or take one of the two connections out of drover.yaml.`,
  vm_is_replica: (f) =>
    `${textOf(f, 'vm')} is a replica; VM commands do not start, move or delete it.`,
  vm_unreachable: (f) =>
    `Nothing can be asked of ${textOf(f, 'vm')} now: its platform says ${textOf(f, 'state')}.`,
  vm_state_unknown: (f) =>
    `The state of ${textOf(f, 'vm')} is not known to Drover: its platform says ${textOf(f, 'state')}.`,
  vm_already_on: (f) => `${textOf(f, 'vm')} is on.`,
  vm_already_off: (f) => `${textOf(f, 'vm')} is off.`,
  vm_must_be_off: (f) => `${textOf(f, 'vm')} must be off first${toOffWords(f)}`,
  vm_already_saved: (f) =>
    `${textOf(f, 'vm')} is saved already; ${lineOf('vm resume', f)} brings it back.`,
  vm_already_paused: (f) =>
    `${textOf(f, 'vm')} is paused already; ${lineOf('vm resume', f)} lets it go on.`,
  vm_nothing_to_resume: (f) =>
    `${textOf(f, 'vm')} is off, so there is nothing to resume; ${lineOf('vm start', f)} starts it.`,
  vm_suspended: (f) =>
    `${textOf(f, 'vm')} is saved; bring it back first: ${lineOf('vm resume', f)}`,
  vm_paused: (f) =>
    `${textOf(f, 'vm')} is paused, not off; ${lineOf('vm resume', f)} lets it go on.`,
  vm_guest_halted: (f) =>
    `${textOf(f, 'vm')} is paused, and a halted guest cannot hear it; let it go on first: ${lineOf('vm resume', f)}`,
  platform_cannot_pause: (f) =>
    `${PLATFORM_WORDS[String(f.platform)] ?? 'Its platform'} cannot pause a VM${f.power === 'on' ? `; ${lineOf('vm save', f)} writes it to disk instead` : ''}.`,
  guest_tools_missing: (f) =>
    `The guest of ${textOf(f, 'vm')} cannot be asked: its guest tools do not run. ${lineOf('vm stop', f)} powers it off.`,
  vm_asks_question: (f) =>
    `The platform asks a question about ${textOf(f, 'vm')}: ${textOf(f, 'question')} Answer it at the vendor's console first.`,
  another_job_changes_it: (f) =>
    `${textOf(f, 'job')} is changing ${textOf(f, 'vm')}; wait for it: job show ${textOf(f, 'job')}`,
  drover_needs_it: (f) =>
    `Drover itself needs ${textOf(f, 'vm')}: ${toPurposeWordsOf(f)}. It is not stopped, halted, cut off or deleted from here; the vendor’s console can.`,
  drover_moves_too: (f) =>
    `Drover itself needs ${textOf(f, 'vm')}: ${toPurposeWordsOf(f)}. Should the move go wrong, it may not be able to say so.`,
  drover_moves_last: (f) =>
    `Drover itself needs ${textOf(f, 'vm')}: ${toPurposeWordsOf(f)}. It moves last, and only once somebody has agreed to it on the job’s card.`,
  disk_shared_with_others: (f) => `${textOf(f, 'disk')} is shared with other VMs.`,
  disk_unclear: (f) =>
    `Whether ${textOf(f, 'disk')} (${textOf(f, 'file', 'no file shown')}) belongs to this VM alone cannot be told; detach it first.`,
  disk_kept: (f) =>
    `detached and kept: ${textOf(f, 'disk')}, ${sizeOf(f, 'sizeBytes')}, ${textOf(f, 'file', 'no file shown')}`,
  disk_deleted: (f) =>
    `deleted: ${textOf(f, 'disk')}, ${sizeOf(f, 'sizeBytes')}, ${textOf(f, 'file', 'no file shown')}`,
  image_kept: (f) => `kept: image ${textOf(f, 'file')}`,
  image_deleted: (f) => `deleted: image ${textOf(f, 'file')}, made for this VM`,
  snapshots_deleted: (f) => `deleted: ${plural(Number(f.count ?? 0), 'snapshot')}`,
  size_rounded: (f) =>
    `${ROUNDED_WORDS[textOf(f, 'what')] ?? 'Size'} ${exactSizeOf(f, 'wishedBytes')} is rounded up to ${exactSizeOf(f, 'roundedBytes')}, the platform’s step.`,
  other_vm_of_that_name: (f) =>
    `${plural(Number(f.count ?? 0), 'other VM')} of the name ${textOf(f, 'name')} elsewhere`,
  network_of_that_name_elsewhere: (f) =>
    `another network of the name ${textOf(f, 'network')} exists elsewhere`,
  cannot_be_undone: () => 'This cannot be undone.',
  folder_unknown: (f) => `There is no folder ${textOf(f, 'folder')}.`,
  vm_has_snapshots: (f) =>
    `${textOf(f, 'vm')} has snapshots, so disks cannot be taken off it; remove the snapshots first.`,
  ...PARTS_WORDS,
  ...MOVE_WORDS,
  ...BALANCE_PLAN_WORDS,
  ...VM_MAINTENANCE_WORDS,
};

const ROUNDED_WORDS: Readonly<Record<string, string>> = { memory: 'Memory', disk: 'Disk' };

const PLATFORM_WORDS: Readonly<Record<string, string>> = { vcenter: 'vCenter', hyperv: 'Hyper-V' };

/** From each state to off. */
function toOffWords(facts: Facts): string {
  const shutdown = lineOf('vm shutdown', facts);
  const resume = lineOf('vm resume', facts);
  if (facts.power === 'suspended')
    return `, and is saved; ${resume} brings it back, and then: ${shutdown}`;
  if (facts.power !== 'paused') return `: ${shutdown}`;
  return `, and is paused; ${resume} lets it go on, and then: ${shutdown}. Without its guest: ${lineOf('vm stop', facts)}`;
}

/** With what it is: another one may bear its name by now. */
function toGoneWords(facts: Facts): string {
  const kind = facts.kind === 'vm' ? 'VM' : textOf(facts, 'kind');
  return `The ${[kind, textOf(facts, 'name', '')].join(' ').trimEnd()} is no more, says its platform.`;
}

function toConnectionUnknown(facts: Facts): string {
  const connection = textOf(facts, 'connection');
  if (facts.reason === 'not_configured') return `${connection} is not configured any more.`;
  const since = facts.since ? ` since ${toUtc(textOf(facts, 'since'))}` : '';
  return `${connection} is not reachable${since} (${textOf(facts, 'reason').replaceAll('_', ' ')}). Nothing can be changed until it answers.`;
}
