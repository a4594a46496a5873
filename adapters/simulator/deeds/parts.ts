/** Disks and network adapters of a VM that is there, running or not. */
import { OperationError } from '#core/errors.ts';
import type { VmBody } from '#core/inventory/estate-object.ts';
import type { DiskBody, NicBody } from '#core/inventory/vm-parts.ts';
import { toFileToken } from '#core/jobs/file-token.ts';
import type { NicChange } from '#core/ports/connection.ts';
import type { Draft, PlatformView } from '../draft.ts';
import type { LabVm } from '../world-object.ts';
import { claimedBytes } from './check-clone.ts';
import {
  addFreeBytes,
  checkDatastore,
  findNamed,
  findUsableVm,
  findVm,
  missing,
  refuse,
} from './checks.ts';
import { toDiskFile } from './clone-vm.ts';
import type { Deed } from './deed.ts';
import { keepFile } from './delete-vm.ts';

const SECOND_MS = 1000;
/** What a platform makes of a size that it drops. */
const SMALLEST_BYTES = 2 ** 30;
/** Places on a SCSI controller; on vCenter 7 is the controller's own. */
const UNITS = 16;
const OWN_UNIT = 7;

export const addDisk: Deed<'addDisk'> = {
  check(view, { vm: ref, sizeBytes }) {
    const vm = findPartsVm(view, ref);
    if (sizeBytes < 1) refuse('request_invalid', { sizeBytes });
    const { datastoreHandle } = vm.body;
    if (datastoreHandle === undefined) return refuse('object_unreadable', { name: vm.body.name });
    checkDatastore(view, datastoreHandle);
    checkSpace(view, datastoreHandle, sizeBytes);
    if (findUnit(view, vm.body) === undefined)
      refuse('disk_unusable', { name: vm.body.name, reason: 'no place is free on its controller' });
  },
  realDurationMs: () => 4 * SECOND_MS,
  holds: ({ vm }) => [vm.handle],
  uses: () => [],
  canBeCancelled: false,
  apply(draft, { vm: ref, sizeBytes }, stepToken, { half, leaveOut }) {
    const vm = findVm(draft, ref);
    const bytes = leaveOut === 'disk' ? SMALLEST_BYTES : sizeBytes;
    const disk = toDisk(draft, vm, stepToken, bytes);
    if (isFileThere(draft, disk.file)) refuse('name_taken', { name: disk.file });
    addFreeBytes(draft, disk.datastoreHandle, -bytes);
    if (half) keepFile(draft, disk);
    else draft.put({ ...vm, body: { ...vm.body, disks: [...vm.body.disks, disk] } });
    return undefined;
  },
};

function findPartsVm(view: PlatformView, ref: Parameters<typeof findUsableVm>[1]): LabVm {
  const vm = findUsableVm(view, ref);
  const { name, power, platformState } = vm.body;
  if (power !== 'on' && power !== 'off')
    refuse('wrong_power_state', { name, power, platformState });
  return vm;
}

function checkSpace(view: PlatformView, handle: string, neededBytes: number): void {
  const { freeBytes: shown, name } = view.get('datastore', handle)?.body ?? {};
  if (shown === undefined) return;
  const freeBytes = shown - claimedBytes(view, handle);
  if (neededBytes > freeBytes)
    refuse('not_enough_space', { datastore: name, neededBytes, freeBytes });
}

function toKey({ platform }: PlatformView, unit: number): string {
  return platform.kind === 'vcenter' ? `${2000 + unit}` : `scsi-0-${unit}`;
}

function findUnit(view: PlatformView, { disks }: VmBody): number | undefined {
  for (let unit = 0; unit < UNITS; unit++) {
    const isOwn = unit === OWN_UNIT && view.platform.kind === 'vcenter';
    const isTaken = disks.some(
      ({ key, label }) => key === toKey(view, unit) || label === `SCSI 0:${unit}`,
    );
    if (!isOwn && !isTaken) return unit;
  }
  return undefined;
}

function toDisk(view: PlatformView, vm: LabVm, token: string, sizeBytes: number): DiskBody {
  const unit = findUnit(view, vm.body) ?? 0;
  const { datastoreHandle = '' } = vm.body;
  const datastore = view.get('datastore', datastoreHandle)?.body.name ?? '';
  return {
    ...{ key: toKey(view, unit), label: `SCSI 0:${unit}`, sizeBytes, datastoreHandle },
    file: toDiskFile(view, datastore, findFolder(vm.body), `drover-${toFileToken(token)}`),
    ...{ inOwnFolder: true, shared: false, isRaw: false },
  };
}

/** The folder of its own files on its datastore. */
function findFolder({ name, disks }: VmBody): string {
  const own = disks.find(({ inOwnFolder, file }) => inOwnFolder === true && file !== undefined);
  return own?.file?.split(/[/\\]|\] /).at(-2) ?? name;
}

function isFileThere(view: PlatformView, file: string | undefined): boolean {
  for (const vm of view.list('vm')) if (vm.body.disks.some((it) => it.file === file)) return true;
  for (const { inside } of view.list('datastore'))
    if (inside?.keptFiles?.some((it) => it.file === file)) return true;
  return false;
}

export const setNic: Deed<'setNic'> = {
  check(view, { vm: ref, key, change }) {
    const vm = findPartsVm(view, ref);
    if (!vm.body.nics.some((it) => it.key === key))
      throw new OperationError('parts_changed', 'not_started', { vm: vm.body.name, nic: key });
    if (change.network) checkNetwork(view, vm, change.network);
  },
  realDurationMs: () => 1.5 * SECOND_MS,
  holds: ({ vm }) => [vm.handle],
  uses: () => [],
  canBeCancelled: false,
  apply(draft, { vm: ref, key, change }, _stepToken, { half, leaveOut }) {
    const vm = findVm(draft, ref);
    const { network: _, ...others } = change;
    const done = half ? { network: change.network } : leaveOut === 'network' ? others : change;
    const nics = vm.body.nics.map((nic) => (nic.key === key ? toChanged(draft, nic, done) : nic));
    draft.put({ ...vm, body: { ...vm.body, nics } });
    return undefined;
  },
};

function checkNetwork(view: PlatformView, vm: LabVm, ref: NonNullable<NicChange['network']>): void {
  findNamed(view, ref);
  const { body } = view.get('network', ref.handle) ?? missing(ref.handle);
  const host = vm.body.hostHandle ? view.get('host', vm.body.hostHandle)?.body : undefined;
  if (body.isUplink === true || !host?.networkHandles.includes(ref.handle))
    refuse('network_unavailable', { network: body.name, host: host?.name });
}

/** Taken off, a card of vCenter still names its network and is not connected; a Hyper-V one names none. */
function toChanged(
  draft: Draft,
  nic: NicBody,
  { network, vlan = nic.vlan, vmqWeight = nic.vmqWeight }: NicChange,
): NicBody {
  const set = { ...nic, vlan, vmqWeight };
  if (network === undefined) return set;
  if (network === null) {
    const isNamed = draft.platform.kind === 'vcenter';
    const named = isNamed ? {} : { networkHandle: undefined, networkName: undefined };
    return { ...set, ...named, connected: false };
  }
  const { name } = draft.get('network', network.handle)?.body ?? {};
  return { ...set, networkHandle: network.handle, networkName: name, connected: true };
}
