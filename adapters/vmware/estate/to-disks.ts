import type { DiskBody } from '#core/inventory/vm-parts.ts';
import type { Device } from '../schema.ts';
import type { Surroundings } from './surroundings.ts';

interface DiskSetting {
  readonly vm: string;
  /** `[datastore] folder/name.vmx` */
  readonly vmPath: string | undefined;
  readonly surroundings: Surroundings;
}

export function isDisk(device: Device): boolean {
  return device._type === 'VirtualDisk';
}

/** Every file that a VM's disks stand on, the bases of their chains included. */
export function findDiskFiles(devices: readonly Device[]): readonly string[] {
  return devices.filter(isDisk).flatMap((disk) => findChain(disk.backing));
}

interface Backing {
  readonly fileName?: string | undefined;
  readonly parent?: Backing | undefined;
}

function findChain(backing: Backing | undefined): string[] {
  const files: string[] = [];
  for (let at = backing; at; at = at.parent) if (at.fileName) files.push(at.fileName);
  return files;
}

export function toDisks(devices: readonly Device[], setting: DiskSetting): readonly DiskBody[] {
  const controllers = new Map(devices.map((device) => [device.key, device]));
  return devices
    .filter(isDisk)
    .map((disk) => toDisk(disk, controllers.get(disk.controllerKey ?? -1), setting));
}

function toDisk(disk: Device, controller: Device | undefined, setting: DiskSetting): DiskBody {
  const file = disk.backing?.fileName || undefined;
  return {
    key: String(disk.key),
    label: toLabel(disk, controller),
    sizeBytes: toSize(disk),
    file,
    datastoreHandle: disk.backing?.datastore?.value ?? findDatastore(file, setting.surroundings),
    inOwnFolder: isInOwnFolder(file, setting.vmPath),
    shared: isShared(disk, controller, setting),
    isRaw: isRaw(disk.backing?._type),
  };
}

const BUSES: readonly (readonly [RegExp, string])[] = [
  [/NVME/i, 'NVME'],
  [/AHCI|SATA/, 'SATA'],
  [/IDE/, 'IDE'],
  [/SCSI|LsiLogic|BusLogic/, 'SCSI'],
];

/** `SCSI 0:1`, as the vSphere client writes it; the device's own label when its controller is not shown. */
function toLabel(disk: Device, controller: Device | undefined): string {
  const bus = BUSES.find(([type]) => type.test(controller?._type ?? ''))?.[1];
  if (!bus || controller?.busNumber === undefined || disk.unitNumber === undefined) {
    return disk.deviceInfo?.label ?? `disk ${disk.key}`;
  }
  return `${bus} ${controller.busNumber}:${disk.unitNumber}`;
}

function toSize({ capacityInBytes, capacityInKB }: Device): number | undefined {
  // vSphere before 5.5 shows kilobytes alone; zero is what a server says that knows no size.
  if (capacityInBytes) return capacityInBytes;
  return capacityInKB ? capacityInKB * 1024 : undefined;
}

/** `[datastore] folder/` of a file; `undefined` for one at the datastore's root. */
function findFolder(file: string | undefined): string | undefined {
  const end = file?.lastIndexOf('/') ?? -1;
  return end < 0 ? undefined : file?.slice(0, end + 1);
}

function isInOwnFolder(file: string | undefined, vmPath: string | undefined): boolean | undefined {
  if (file === undefined || vmPath === undefined) return undefined;
  const folder = findFolder(file);
  return folder !== undefined && folder === findFolder(vmPath);
}

function findDatastore(file: string | undefined, { datastores }: Surroundings): string | undefined {
  const name = /^\[([^\]]*)\]/.exec(file ?? '')?.[1];
  const found = [...datastores].filter(([, known]) => known === name);
  // Names repeat between datacenters.
  return found.length === 1 ? found[0]?.[0] : undefined;
}

/**
 * Shared when it is made to be (sharing mode, a controller with a shared bus), when another VM stands on one of its files,
 * or when its base lies outside the VM's own folder, as a linked clone's does.
 */
function isShared(
  disk: Device,
  controller: Device | undefined,
  { vm, vmPath, surroundings }: DiskSetting,
): boolean | undefined {
  const chain = findChain(disk.backing);
  const sharing = disk.backing?.sharing;
  const bus = controller?.sharedBus;
  if (sharing !== undefined && sharing !== 'sharingNone') return true;
  if (bus !== undefined && bus !== 'noSharing') return true;
  if (chain.some((file) => surroundings.files.findOthers(file, vm).length > 0)) return true;
  if (chain.slice(1).some((file) => isInOwnFolder(file, vmPath) === false)) return true;
  return surroundings.files.isComplete && chain.length > 0 ? false : undefined;
}

/** Backings whose file is all there is to the disk. */
const FILE_BACKINGS = /^VirtualDisk(?:FlatVer|SparseVer|SeSparse|LocalPMem)/;
const RAW_BACKINGS = /^VirtualDisk(?:Raw|PartitionedRaw)/;

function isRaw(type: string | undefined): boolean | undefined {
  if (RAW_BACKINGS.test(type ?? '')) return true;
  return FILE_BACKINGS.test(type ?? '') ? false : undefined;
}
