/** VMs as the two inventories and a reading of one VM show them. */
import type { Observed, PowerState, VmBody } from '#core/inventory/estate-object.ts';
import type { DiskBody, NicBody, VmPriority } from '#core/inventory/vm-parts.ts';
import { ROOT_FOLDER, toNetworkHandle, toStepToken, toVmHandle } from '../handles.ts';
import type { InventoryFastAnswer, ReadVmAnswer } from '../script-answers.ts';
import type { Files } from './files.ts';
import type { SlowReading } from './readings.ts';
import { isRawDisk, listTies } from './ties.ts';

export type SlowVm = SlowReading['vms'][number];
type FastVm = InventoryFastAnswer['vms'][number];

/** What disks, adapters and settings are read from, whichever script told it. */
export type VmDetails = Pick<
  SlowVm,
  | 'notes'
  | 'path'
  | 'memoryBytes'
  | 'replication'
  | 'disks'
  | 'images'
  | 'nics'
  | 'isClustered'
  | 'devices'
> & { readonly checkpoints: readonly unknown[] };

export interface VmSight {
  readonly host: string;
  readonly hostId: string;
  readonly vmId: string;
  readonly name: string;
  /** `Running`, `OffCritical`, or a word that this project does not know. */
  readonly state: string;
  /** `MergingDisks`; undefined: nothing is going on. */
  readonly status?: string | undefined;
  readonly processors: number;
  readonly guestOs?: string | undefined;
  readonly hasGuest?: boolean | undefined;
  /** Of its host's, now. */
  readonly memoryUsedBytes?: number | undefined;
  /** Of its role in a cluster. */
  readonly priority?: number | undefined;
  readonly details?: VmDetails | undefined;
}

/** CIM's EnabledState (Msvm_SummaryInformation; the numbers from 32768 on are those of os-win). */
const STATES: Readonly<Record<number, string>> = {
  ...{ 2: 'Running', 3: 'Off', 4: 'Stopping', 6: 'Saved', 9: 'Paused', 10: 'Starting' },
  ...{ 32768: 'Paused', 32769: 'Saved', 32770: 'Starting', 32771: 'Saving', 32773: 'Saving' },
  ...{ 32774: 'Stopping', 32776: 'Pausing', 32777: 'Resuming' },
};
/** CIM's second OperationalStatus; UNPROVEN on Windows. */
const STATUSES: Readonly<Record<number, string>> = {
  ...{ 32768: 'CreatingSnapshot', 32769: 'ApplyingSnapshot', 32770: 'DeletingSnapshot' },
  ...{ 32772: 'MergingDisks', 32773: 'ExportingVirtualMachine', 32774: 'MigratingVirtualMachine' },
};
const CRITICAL_HEALTH = 25;
const HEARTBEAT_OK = 2;
const MIB = 2 ** 20;

export function toSight(
  place: Pick<VmSight, 'host' | 'hostId' | 'priority'>,
  vm: FastVm,
  details: SlowVm | undefined,
): VmSight {
  const word = STATES[vm.state] ?? `EnabledState ${vm.state}`;
  const [, second] = vm.status;
  return {
    ...place,
    ...{ vmId: vm.id, name: vm.name, processors: vm.processors, details },
    state: vm.health === CRITICAL_HEALTH ? `${word}Critical` : word,
    status: second === undefined ? undefined : toStatus(second, vm.tasks),
    guestOs: vm.guest || undefined,
    memoryUsedBytes: vm.memoryMb === undefined ? undefined : vm.memoryMb * MIB,
    hasGuest: vm.heartbeat === undefined ? undefined : vm.heartbeat === HEARTBEAT_OK,
  };
}

/** `MergingDisks, 40 %`. */
function toStatus(second: number, tasks: FastVm['tasks']): string {
  const word = STATUSES[second] ?? `OperationalStatus ${second}`;
  const [task] = tasks;
  return task && tasks.length === 1 ? `${word}, ${task.percent} %` : word;
}

export function toReadSight(
  place: Pick<VmSight, 'host' | 'hostId' | 'guestOs' | 'priority'>,
  vm: ReadVmAnswer,
): VmSight {
  const { vmId, name, state, secondaryStatus, processors, heartbeat } = vm;
  const memoryUsedBytes = vm.memoryAssignedBytes || undefined;
  const hasGuest = heartbeat === '' ? undefined : /^Ok/i.test(heartbeat);
  const status = secondaryStatus || undefined;
  const sight = { ...place, vmId, name, state, status, processors, hasGuest };
  return { ...sight, memoryUsedBytes, details: vm };
}

export const POWER: Readonly<Record<string, PowerState>> = {
  ...{ Running: 'on', Off: 'off', Saved: 'suspended', FastSaved: 'suspended', Paused: 'paused' },
};

/** The host has lost the VM's files or settings: nothing can be asked of it (H11). */
const isCritical = (state: string) => state.endsWith('Critical');

export function toVm(sight: VmSight, files: Files): Observed {
  const { hostId, vmId, details, state, status } = sight;
  const unreadable = findUnreadable(sight);
  const body: VmBody = {
    name: sight.name,
    ...{ folderHandle: ROOT_FOLDER, hostHandle: sight.host, cpus: sight.processors },
    ...(sight.guestOs !== undefined && { guestOs: sight.guestOs }),
    ...toHardware(sight, files),
    ...toDemand(sight),
    power: POWER[state] ?? 'unknown',
    platformState: status === undefined ? state : `${state} (${status})`,
    isReachable: !isCritical(state),
    role: /Replica$/.test(details?.replication ?? '') ? 'replica' : 'vm',
    ...(sight.hasGuest !== undefined && {
      guestTools: sight.hasGuest ? ('running' as const) : ('not_running' as const),
    }),
    ...(unreadable !== undefined && { unreadable }),
  };
  return { kind: 'vm', handle: toVmHandle(hostId, vmId), identity: vmId, body };
}

const PRIORITIES: Readonly<Record<number, VmPriority>> = {
  ...{ 0: 'none', 1000: 'low', 2000: 'medium', 3000: 'high' },
};
/** Memory that grows and shrinks with the guest would be news at each look. */
const MEMORY_STEP_BYTES = 256 * MIB;

/** What it takes of its host now, and who has precedence there. */
function toDemand({ state, memoryUsedBytes, priority }: VmSight): Partial<VmBody> {
  const isOn = POWER[state] === 'on' || POWER[state] === 'paused';
  const word = priority === undefined ? undefined : PRIORITIES[priority];
  return {
    ...(word !== undefined && { priority: word }),
    ...(isOn &&
      memoryUsedBytes !== undefined && {
        memoryDemandBytes: Math.ceil(memoryUsedBytes / MEMORY_STEP_BYTES) * MEMORY_STEP_BYTES,
      }),
  };
}

function findUnreadable({ state, details }: VmSight): string | undefined {
  if (isCritical(state)) return state;
  return details ? undefined : 'inventory-slow';
}

type HardwareBody = Pick<VmBody, 'disks' | 'nics'> & Partial<VmBody>;

function toHardware(sight: VmSight, files: Files): HardwareBody {
  const { details, hostId } = sight;
  if (!details) return { disks: [], nics: [] };
  const addresses = details.nics.flatMap((nic) => nic.addresses);
  const token = findToken(details.notes);
  return {
    memoryBytes: details.memoryBytes,
    disks: details.disks.map((disk) => toDisk(disk, sight, details, files)),
    nics: details.nics.map(toNic),
    images: details.images.map((file) => ({
      file,
      isOwn: isOwnImage(sight, details, files, file),
    })),
    snapshotCount: details.checkpoints.length,
    datastoreHandle: files.findDatastore(hostId, details.path),
    isHighlyAvailable: details.isClustered,
    ties: listTies(details),
    ...(addresses.length > 0 && { ipAddresses: addresses }),
    ...(token !== undefined && { stepToken: toStepToken(token) }),
  };
}

/** A line of the notes, whatever else people write there. */
function findToken(notes: string): string | undefined {
  return /^drover:([A-Za-z0-9_-]+)\r?$/m.exec(notes)?.[1];
}

function toDisk(
  disk: VmDetails['disks'][number],
  { hostId, vmId }: VmSight,
  { path, notes }: VmDetails,
  files: Files,
): DiskBody {
  const { id, path: file, controller, number, location, sizeBytes } = disk;
  // A disk of the host itself, passed through, has no file.
  const isRaw = isRawDisk(file);
  return {
    ...{ key: id, label: `${controller} ${number}:${location}`, file, isRaw },
    ...(sizeBytes !== undefined && { sizeBytes }),
    datastoreHandle: isRaw ? undefined : files.findDatastore(hostId, file),
    inOwnFolder: files.isOwn({ hostId, vmId, path, token: findToken(notes) }, file),
    shared: isRaw ? undefined : files.isShared(hostId, file),
  };
}

/**
 * Drover lays the one it makes into the folder that bears the step's token: it was made for this VM (H19), also where not all
 * hosts were read. What another VM is known to have in a drive is no longer its own; the script looks once more.
 */
function isOwnImage(
  { hostId, vmId }: VmSight,
  { path, notes }: VmDetails,
  files: Files,
  file: string,
): boolean {
  const token = findToken(notes);
  if (token === undefined || files.isShared(hostId, file) === true) return false;
  return files.isOwn({ hostId, vmId, path, token }, file) === true;
}

function toNic(nic: VmDetails['nics'][number]): NicBody {
  const { id, name, switchName, mac, vlanId, vlanMode, vmqWeight } = nic;
  const isConnected = switchName !== '';
  return {
    ...{ key: id, label: name, connected: isConnected, vmqWeight },
    ...(isConnected && { networkHandle: toNetworkHandle(switchName), networkName: switchName }),
    ...(mac !== '' && { macAddress: mac }),
    // Other modes (trunk, private) have no one VLAN.
    ...(/^(Access|Untagged)$/.test(vlanMode ?? '') && { vlan: vlanId ?? 0 }),
  };
}
