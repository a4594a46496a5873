import type { NicBody } from '#core/inventory/vm-parts.ts';
import { decodeName } from '../names.ts';
import type { Device } from '../schema.ts';
import { findNetwork, type KnownNetwork, type Surroundings } from './surroundings.ts';

interface NicSetting {
  /** A card of a VM that is off is connected when it will be at the start. */
  readonly isOff: boolean;
  readonly host: string | undefined;
  readonly surroundings: Surroundings;
}

/** A card of whatever type has an address; a type that is not known yet is a card all the same. */
export function isNic(device: Device): boolean {
  return (
    device.macAddress !== undefined ||
    /VirtualEthernetCard|Vmxnet|E1000|PCNet/.test(device._type ?? '')
  );
}

export function toNics(devices: readonly Device[], setting: NicSetting): readonly NicBody[] {
  return devices.filter(isNic).map((nic) => {
    const network = toNetwork(nic, setting);
    return {
      key: String(nic.key),
      label: nic.deviceInfo?.label ?? `NIC ${nic.key}`,
      networkHandle: network?.handle,
      networkName: network?.name,
      macAddress: nic.macAddress,
      connected: setting.isOff
        ? (nic.connectable?.startConnected ?? nic.connectable?.connected)
        : nic.connectable?.connected,
    };
  });
}

interface CardNetwork {
  readonly handle: string | undefined;
  readonly name: string | undefined;
}

/** Each kind of network is named by a card in its own way; a kind that is not known keeps the device's own words. */
function toNetwork(nic: Device, { host, surroundings }: NicSetting): CardNetwork | undefined {
  const { backing } = nic;
  if (!backing) return undefined;
  const known = (type: KnownNetwork['type'], key: string): CardNetwork => {
    const handle = findNetwork(surroundings, { type, key, host });
    return { handle, name: surroundings.networks.get(handle ?? '')?.name ?? decodeName(key) };
  };
  if (backing.port?.portgroupKey) return known('distributed', backing.port.portgroupKey);
  if (backing.opaqueNetworkId) return known('opaque', backing.opaqueNetworkId);
  if (backing.deviceName === undefined) return { handle: undefined, name: nic.deviceInfo?.summary };
  const named = known('standard', backing.deviceName);
  return backing.network ? { ...named, handle: backing.network.value } : named;
}
