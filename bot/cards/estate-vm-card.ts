/** One VM: how it stands, how old that is, what it is made of, and what this person may do with it next. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { OwnPurpose } from '#core/inventory/own-vms.ts';
import { findReplicas } from '#core/inventory/replicas.ts';
import { firstHostOf } from '#core/inventory/same-machine.ts';
import type { KnownMaintenance } from '#core/operations/read-vm-maintenance.ts';
import { quoteWord } from '../grammar/quote.ts';
import { toPurposeWords } from '../words/en/own-vm-words.ts';
import { NOT_KNOWN } from '../words/en/view-words.ts';
import { toMaintenanceWords, toReturnWords } from '../words/en/vm-maintenance-words.ts';
import { plural, toTime } from '../words/units.ts';
import type { Block } from './card.ts';
import type { Draft, DraftAction } from './draft.ts';
import { oddLetterBlocks } from './estate-choice-card.ts';
import { type ConnectionFacts, toAgeWords, toTroubleWords } from './estate-connection-words.ts';
import { toNetworkName, vmDetails } from './estate-parts-blocks.ts';
import { toClusterName, toFolderPath, toHostName } from './estate-place-words.ts';
import {
  toDiskWords,
  toHardwareWords,
  toPowerWords,
  toSecondViewWords,
  toVmStateWords,
} from './estate-state-words.ts';

export interface VmFacts {
  readonly vm: EstateObject<'vm'>;
  readonly index: EstateIndex;
  readonly connection: ConnectionFacts;
  readonly ownerName: string;
  /** Others of its name that this person may see. */
  readonly namesakes: number;
  /** What Drover itself needs it for (H21). */
  readonly purposes: readonly OwnPurpose[];
  /** Number of the open job that changes it (H17). */
  readonly job?: number | undefined;
  readonly maintenance?: KnownMaintenance | undefined;
  /** What this person may do with it now. */
  readonly actions: readonly DraftAction[];
  readonly now: Date;
  readonly timeZone: string;
}

export function vmCard(facts: VmFacts): Draft {
  const { vm, connection, actions } = facts;
  const warnings = toWarnings(facts);
  const state = toPowerWords(vm, connection);
  return {
    ...{ title: `VM ${vm.body.name}`, state, actions },
    tone: warnings.length > 0 ? 'warning' : vm.body.power === 'on' ? 'good' : 'neutral',
    summary: `VM ${vm.body.name}: ${toVmStateWords(vm, connection)}`,
    body: [
      ...warnings.map((text): Block => ({ block: 'text', text, weight: 'strong' })),
      ...oddLetterBlocks(vm.body.name),
      { block: 'fields', fields: toFields(facts) },
    ],
    details: vmDetails(vm, facts.index),
  };
}

function toWarnings(facts: VmFacts): string[] {
  const { vm, index, connection, now, timeZone, job, purposes } = facts;
  const first = firstHostOf(index, vm);
  const trouble = toTroubleWords(connection, now, timeZone);
  const { name, unreadable, question, role, isReachable, platformState } = vm.body;
  return [
    ...(trouble === undefined ? [] : [trouble]),
    ...(unreadable ? [`The platform cannot show all of it: ${unreadable}`] : []),
    ...(isReachable ? [] : [`Nothing can be asked of it now: its platform says ${platformState}.`]),
    ...(vm.isTwin
      ? [
          `Identity twice: another VM shows the same. Neither is changed until an administrator says which is which: vm identify ${quoteWord(name)}`,
        ]
      : []),
    ...(first ? [toSecondViewWords(vm.connectionId, first)] : []),
    ...(role === 'replica'
      ? ['It is a replica; VM commands do not start, move or delete it.']
      : []),
    ...(purposes.length > 0
      ? [
          `Drover itself needs it: ${toPurposeWords(purposes)}. It is not stopped, halted, cut off or deleted from here.`,
        ]
      : []),
    ...(question ? [`The platform asks: ${question}`] : []),
    ...(job === undefined ? [] : [`J-${job} is changing it.`]),
  ];
}

function toFields(facts: VmFacts): { label: string; value: string }[] {
  const { vm, index, connection, ownerName, namesakes } = facts;
  const { body, connectionId } = vm;
  const state = toVmStateWords(vm, connection);
  const where = [connectionId, toClusterName(index, vm), toHostName(index, vm)].join(' · ');
  const others = namesakes > 0 ? ` · ${plural(namesakes, 'other VM')} of this name` : '';
  return [
    ...(state === toPowerWords(vm, connection) ? [] : [{ label: 'State', value: state }]),
    ...maintenanceFields(facts),
    { label: 'Where', value: `${where}${others}` },
    { label: 'Folder', value: toFolderPath(index, vm) },
    { label: 'Size', value: `${toHardwareWords(body)} · ${toDiskWords(body.disks)}` },
    { label: 'Networks', value: toNetworksWords(vm, index) },
    { label: 'Guest', value: toGuestWords(vm) },
    { label: 'Owner', value: ownerName },
    ...replicaFields(vm, index),
    { label: 'Snapshots', value: toSnapshotWords(vm) },
    { label: 'Seen', value: toAgeWords(vm, connection, facts) },
  ];
}

/** `off its networks, since 14:20 CET by Carl Wu (J-4)`, and what its end brings back. */
function maintenanceFields({ maintenance, now, timeZone }: VmFacts) {
  if (!maintenance) return [];
  const { beganAt, byName, jobNumber } = maintenance;
  const since = `since ${toTime(beganAt, now, timeZone)} by ${byName} (J-${jobNumber})`;
  return [
    { label: 'Maintenance', value: `${toMaintenanceWords(maintenance)}, ${since}` },
    { label: 'Comes back', value: toReturnWords(maintenance) },
  ];
}

/** `on HV02`: a role of this VM, shown with it (H04). */
function replicaFields(vm: EstateObject<'vm'>, index: EstateIndex) {
  const replicas = findReplicas(index, vm).filter(({ id }) => id !== vm.id);
  const value = replicas.map((replica) => `on ${toHostName(index, replica)}`).join(', ');
  return replicas.length === 0 ? [] : [{ label: 'Replica', value }];
}

function toNetworksWords({ connectionId, body }: EstateObject<'vm'>, index: EstateIndex): string {
  if (body.nics.length === 0) return body.unreadable ? NOT_KNOWN : 'none';
  return body.nics.map((nic) => toNetworkName(index, connectionId, nic)).join(', ');
}

/** `Ubuntu Linux · guest tools run · 10.1.4.7`. */
function toGuestWords({ body }: EstateObject<'vm'>): string {
  const { guestOs, guestTools, ipAddresses = [] } = body;
  const tools = guestTools === 'running' ? 'guest tools run' : 'guest tools do not run';
  const parts = [guestOs ?? NOT_KNOWN, ...(guestTools ? [tools] : []), ...ipAddresses];
  return parts.join(' · ');
}

function toSnapshotWords({ body: { snapshotCount } }: EstateObject<'vm'>): string {
  if (snapshotCount === undefined) return NOT_KNOWN;
  return snapshotCount === 0 ? 'none' : String(snapshotCount);
}
