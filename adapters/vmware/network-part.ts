/** How a card names the network it is on. */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { Start, Wanted } from './filter-spec.ts';
import { toProperties } from './properties.ts';
import {
  type MoRef,
  NetworkProperties,
  type ObjectContent,
  PortgroupProperties,
  SwitchProperties,
} from './schema.ts';
import type { WireObject } from './soap/to-wire.ts';

/** Each kind of network is named in its own way by the card that is put on it. */
export type NetworkPart =
  | { readonly kind: 'standard'; readonly ref: MoRef; readonly rawName: string }
  | { readonly kind: 'distributed'; readonly switchUuid: string; readonly portgroupKey: string }
  | { readonly kind: 'opaque'; readonly id: string; readonly type: string };

/** What is read of a network and of the switch it is on. */
export const NETWORK_WANTED: Wanted = {
  Network: NetworkProperties,
  OpaqueNetwork: NetworkProperties,
  DistributedVirtualPortgroup: PortgroupProperties,
  DistributedVirtualSwitch: SwitchProperties,
};

export function toNetworkStart(object: MoRef): Start {
  const toSwitch = {
    name: 'switch',
    type: 'DistributedVirtualPortgroup',
    path: 'config.distributedVirtualSwitch',
    skip: false,
  };
  return { object, reach: [toSwitch] };
}

/** @throws OperationError `network_unavailable` (not started) */
export function toNetworkPart(network: ObjectRef, contents: readonly ObjectContent[]): NetworkPart {
  const content = contents.find(({ obj }) => obj.value === network.handle);
  const part = content && (toPortgroupPart(content, contents) ?? toOtherPart(content));
  if (part) return part;
  throw new OperationError('network_unavailable', 'not_started', { network: network.handle });
}

function toPortgroupPart(
  content: ObjectContent,
  contents: readonly ObjectContent[],
): NetworkPart | undefined {
  if (content.obj.type !== 'DistributedVirtualPortgroup') return undefined;
  const { key, config } = toProperties(PortgroupProperties, content).properties;
  const at = config?.distributedVirtualSwitch?.value;
  const owner = contents.find(({ obj }) => obj.value === at);
  const switchUuid = owner && toProperties(SwitchProperties, owner).properties.uuid;
  if (switchUuid === undefined || key === undefined) return undefined;
  return { kind: 'distributed', switchUuid, portgroupKey: key };
}

function toOtherPart(content: ObjectContent): NetworkPart | undefined {
  const { name, summary } = toProperties(NetworkProperties, content).properties;
  const { opaqueNetworkId: id, opaqueNetworkType: type } = summary ?? {};
  if (content.obj.type === 'OpaqueNetwork')
    return id && type ? { kind: 'opaque', id, type } : undefined;
  // As the platform spells it, escapes and all.
  return content.obj.type === 'Network' && name !== undefined
    ? { kind: 'standard', ref: content.obj, rawName: name }
    : undefined;
}

export function toNicBacking(network: NetworkPart): WireObject {
  switch (network.kind) {
    case 'standard':
      return {
        _type: 'VirtualEthernetCardNetworkBackingInfo',
        deviceName: network.rawName,
        network: network.ref,
      };
    case 'distributed':
      return {
        _type: 'VirtualEthernetCardDistributedVirtualPortBackingInfo',
        port: { switchUuid: network.switchUuid, portgroupKey: network.portgroupKey },
      };
    case 'opaque':
      return {
        _type: 'VirtualEthernetCardOpaqueNetworkBackingInfo',
        opaqueNetworkId: network.id,
        opaqueNetworkType: network.type,
      };
  }
}
