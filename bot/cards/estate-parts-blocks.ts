/** The parts of a VM under Details: every disk, every network adapter, and by what it is known. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { DiskBody, NicBody } from '#core/inventory/vm-parts.ts';
import { NOT_KNOWN } from '../words/en/view-words.ts';
import type { Block } from './card.ts';
import { toSizeOrUnknown } from './estate-state-words.ts';

export function vmDetails(vm: EstateObject<'vm'>, index: EstateIndex): Block[] {
  const { disks, nics } = vm.body;
  return [
    ...(disks.length > 0 ? [diskTable(vm, index)] : []),
    ...(nics.length > 0 ? [nicTable(vm, index)] : []),
    {
      block: 'fields',
      fields: [
        { label: 'Drover id', value: vm.id },
        { label: 'Platform identity', value: vm.identity },
        { label: 'Handle', value: vm.handle },
        { label: 'Platform state', value: vm.body.platformState },
      ],
    },
  ];
}

function diskTable({ connectionId, body }: EstateObject<'vm'>, index: EstateIndex): Block {
  const rows = body.disks.map((disk) => {
    const { datastoreHandle, file, sizeBytes } = disk;
    const datastore = datastoreHandle && index.byHandle(connectionId, 'datastore', datastoreHandle);
    return [
      toDiskLabel(disk),
      toSizeOrUnknown(sizeBytes),
      datastore ? datastore.body.name : NOT_KNOWN,
      file ?? 'no file shown',
    ];
  });
  return {
    block: 'table',
    columns: [
      { title: 'Disk' },
      { title: 'Size', align: 'right' },
      { title: 'Datastore' },
      { title: 'File' },
    ],
    rows,
  };
}

function toDiskLabel({ label, shared, isRaw }: DiskBody): string {
  const marks = [...(isRaw ? ['passed through'] : []), ...(shared ? ['shared with others'] : [])];
  return [label, ...marks].join(' · ');
}

/** Where no adapter has a VLAN of its own, the network has it. */
function nicTable({ connectionId, body }: EstateObject<'vm'>, index: EstateIndex): Block {
  const hasVlan = body.nics.some(({ vlan }) => vlan !== undefined);
  const columns = ['Adapter', 'Network', ...(hasVlan ? ['VLAN'] : []), 'MAC', 'State'];
  return {
    block: 'table',
    columns: columns.map((title) => ({ title })),
    rows: body.nics.map((nic) => [
      nic.label,
      toNetworkName(index, connectionId, nic),
      ...(hasVlan ? [toVlanWords(nic)] : []),
      nic.macAddress ?? NOT_KNOWN,
      nic.connected === undefined ? NOT_KNOWN : nic.connected ? 'connected' : 'not connected',
    ]),
  };
}

function toVlanWords({ vlan }: NicBody): string {
  if (vlan === undefined) return NOT_KNOWN;
  return vlan === 0 ? 'untagged' : String(vlan);
}

/** Ours with its switch where it is known, else the platform's name for it (B40). */
export function toNetworkName(
  index: EstateIndex,
  connectionId: string,
  { networkHandle, networkName, connected }: NicBody,
): string {
  const network = networkHandle && index.byHandle(connectionId, 'network', networkHandle);
  if (!network && networkName === undefined && connected === false) return 'no network';
  if (!network) return networkName ?? `network ${NOT_KNOWN}`;
  const { name, switchName } = network.body;
  return switchName ? `${name} (${switchName})` : name;
}
