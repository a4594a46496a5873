/**
 * The request that makes a VM of a template.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.vm.CloneSpec.html
 */
import { OperationError } from '#core/errors.ts';
import type { CloneRequest } from '#core/ports/connection.ts';
import type { CloneParts } from './clone-source.ts';
import { isDisk } from './estate/to-disks.ts';
import { isNic } from './estate/to-nics.ts';
import { TOKEN_KEY } from './estate/to-vm.ts';
import { toNicBacking } from './network-part.ts';
import type { Device } from './schema.ts';
import type { WireObject } from './soap/to-wire.ts';

const MIB = 2 ** 20;

/** @throws OperationError `request_invalid`, `disk_unusable`, `template_unusable` (refused: no try would do better) */
export function toCloneSpec(request: CloneRequest, parts: CloneParts, token: string): WireObject {
  const hasChain = parts.devices.some(({ backing }) => backing?.parent !== undefined);
  return {
    location: {
      datastore: { type: 'Datastore', value: request.datastore.handle },
      // A template with a snapshot gives disks with parents, which cannot grow: the clone gets them in one piece.
      diskMoveType: hasChain ? 'moveAllDiskBackingsAndConsolidate' : undefined,
      pool: parts.pool,
      host: { type: 'HostSystem', value: request.host.handle },
    },
    template: false,
    config: {
      numCPUs: request.cpus,
      memoryMB: toMebibytes(request.memoryBytes),
      deviceChange: [...growDisk(request, parts.devices), ...connectNic(parts)],
      extraConfig: [{ key: TOKEN_KEY, value: token }],
    },
    powerOn: false,
  };
}

/** Never rounded here: what was approved is what is sent (H20). */
function toMebibytes(memoryBytes: number): number {
  if (memoryBytes % MIB === 0) return memoryBytes / MIB;
  throw new OperationError('request_invalid', 'refused', { memoryBytes });
}

const GROWABLE = new Set([
  'VirtualDiskFlatVer2BackingInfo',
  'VirtualDiskSeSparseBackingInfo',
  'VirtualDiskSparseVer2BackingInfo',
]);

function growDisk({ diskBytes }: CloneRequest, devices: readonly Device[]): readonly WireObject[] {
  if (diskBytes === undefined) return [];
  const disk = devices.filter(isDisk).toSorted((a, b) => a.key - b.key)[0];
  const has = disk?.capacityInBytes ?? (disk?.capacityInKB ?? 0) * 1024;
  if (!disk?.backing || !GROWABLE.has(disk.backing._type ?? '')) {
    throw new OperationError('disk_unusable', 'refused', { backing: disk?.backing?._type });
  }
  if (diskBytes === has) return [];
  if (diskBytes < has || diskBytes % 1024 !== 0) {
    throw new OperationError('request_invalid', 'refused', { diskBytes, hasBytes: has });
  }
  return [{ operation: 'edit', device: toDiskDevice(disk, diskBytes) }];
}

/** A disk as it is, which is how an edit names it; `capacityInKB` is required, also where the size stays. */
export function toDiskDevice(disk: Device, bytes: number): WireObject {
  const { backing } = disk;
  const isFile = GROWABLE.has(backing?._type ?? '');
  return {
    _type: 'VirtualDisk',
    key: disk.key,
    backing: isFile
      ? { _type: backing?._type ?? '', fileName: backing?.fileName, diskMode: backing?.diskMode }
      : undefined,
    controllerKey: disk.controllerKey,
    unitNumber: disk.unitNumber,
    capacityInKB: bytes / 1024,
    capacityInBytes: bytes,
  };
}

function connectNic({ devices, network }: CloneParts): readonly WireObject[] {
  if (!network) return [];
  const nic = devices.filter(isNic).toSorted((a, b) => a.key - b.key)[0];
  // A card of our choosing might be one that the guest has no driver for.
  if (!nic?._type) throw new OperationError('template_unusable', 'refused', { has: 'no NIC' });
  const { _type, key, controllerKey, unitNumber } = nic;
  const device = { _type, key, backing: toNicBacking(network), controllerKey, unitNumber };
  return [{ operation: 'edit', device }];
}
