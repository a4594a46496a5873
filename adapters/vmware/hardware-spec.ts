/**
 * The devices that a reconfiguration names: a new disk, a card that is changed.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.vm.device.VirtualDeviceSpec.html
 */
import { OperationError } from '#core/errors.ts';
import { isNic } from './estate/to-nics.ts';
import { type NetworkPart, toNicBacking } from './network-part.ts';
import type { Device } from './schema.ts';
import { FIELD_ORDER } from './soap/field-order.ts';
import type { WireObject } from './soap/to-wire.ts';

/** Any negative number: the server gives the key. */
const NEW_KEY = -1;
/** Units of every SCSI controller; 7 is its own. More are a matter of its type and version. */
const UNITS = Array.from({ length: 16 }, (_, unit) => unit).filter((unit) => unit !== 7);
const SCSI = /SCSI|LsiLogic|BusLogic/;

/** @throws OperationError `disk_unusable` (refused: no try would do better), `request_invalid` */
export function toAddedDisk(
  devices: readonly Device[],
  fileName: string,
  bytes: number,
): WireObject {
  if (bytes < 1 || bytes % 1024 !== 0)
    throw new OperationError('request_invalid', 'refused', { bytes });
  return {
    _type: 'VirtualDisk',
    key: NEW_KEY,
    backing: {
      _type: 'VirtualDiskFlatVer2BackingInfo',
      ...{ fileName, diskMode: 'persistent', thinProvisioned: true },
    },
    ...findPlace(devices),
    capacityInKB: bytes / 1024,
    capacityInBytes: bytes,
  };
}

/** The first free place on a SCSI controller that no other VM shares. */
function findPlace(devices: readonly Device[]): { controllerKey: number; unitNumber: number } {
  const controllers = devices
    .filter(({ _type }) => SCSI.test(_type ?? ''))
    .filter(({ sharedBus = 'noSharing' }) => sharedBus === 'noSharing')
    .toSorted((a, b) => (a.busNumber ?? 0) - (b.busNumber ?? 0));
  for (const { key: controllerKey } of controllers) {
    const own = devices.filter((device) => device.controllerKey === controllerKey);
    const taken = new Set(own.map((device) => device.unitNumber));
    const unitNumber = UNITS.find((unit) => !taken.has(unit));
    if (unitNumber !== undefined) return { controllerKey, unitNumber };
  }
  const reason = 'no place is free on its SCSI controllers';
  throw new OperationError('disk_unusable', 'refused', { reason });
}

interface CardWish {
  readonly vm: string;
  readonly key: string;
  /** `null`: the card keeps its network and is not connected. */
  readonly network: NetworkPart | null;
  readonly isRunning: boolean;
}

/**
 * The card whole, with what is changed of it: what an edit leaves out the server may take as unset.
 *
 * @throws OperationError `parts_changed`, `not_supported` (not started)
 */
export function toCardDevice(
  devices: readonly Device[],
  { vm, key, network, isRunning }: CardWish,
): WireObject {
  const card = devices.find((device) => isNic(device) && String(device.key) === key);
  if (!card) throw new OperationError('parts_changed', 'not_started', { vm, nic: key });
  const { _type = '', controllerKey, unitNumber, addressType, macAddress } = card;
  if (!(_type in FIELD_ORDER))
    throw new OperationError('not_supported', 'not_started', { vm, nic: key, type: _type });
  const isOn = network !== null;
  const { allowGuestControl = true } = card.connectable ?? {};
  return {
    _type,
    key: card.key,
    backing: network ? toNicBacking(network) : toSameBacking(card),
    connectable: { startConnected: isOn, allowGuestControl, connected: isOn && isRunning },
    ...{ controllerKey, unitNumber, addressType, macAddress },
    wakeOnLanEnabled: card.wakeOnLanEnabled,
  };
}

/** As it was read; a backing that is not known here is left out, which is to leave it as it is. */
function toSameBacking({ backing }: Device): WireObject | undefined {
  const { port, opaqueNetworkId: id, opaqueNetworkType: type, network: ref } = backing ?? {};
  if (port?.portgroupKey && port.switchUuid) {
    const { portgroupKey, switchUuid } = port;
    return toNicBacking({ kind: 'distributed', portgroupKey, switchUuid });
  }
  if (id && type) return toNicBacking({ kind: 'opaque', id, type });
  if (backing?.deviceName === undefined || !ref) return undefined;
  return toNicBacking({ kind: 'standard', ref, rawName: backing.deviceName });
}
