/** One VM: how it stands, how old that is, what it is made of, and what this person may do with it next. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { findReplicas } from '#core/inventory/replicas.ts';
import { quoteWord } from '../grammar/quote.ts';
import { NOT_KNOWN } from '../words/en/view-words.ts';
import { plural } from '../words/units.ts';
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
  toVmStateWords,
} from './estate-state-words.ts';

export interface VmFacts {
  readonly vm: EstateObject<'vm'>;
  readonly index: EstateIndex;
  readonly connection: ConnectionFacts;
  readonly ownerName: string;
  /** Others of its name that this person may see. */
  readonly namesakes: number;
  /** Number of the open job that changes it (H17). */
  readonly job?: number | undefined;
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

function toWarnings({ vm, connection, now, timeZone, job }: VmFacts): string[] {
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
    ...(role === 'replica'
      ? ['It is a replica; VM commands do not start, move or delete it.']
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
