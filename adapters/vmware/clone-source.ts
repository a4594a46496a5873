/** Reads, in one call and right before the clone, everything it is made of. */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { CloneRequest } from '#core/ports/connection.ts';
import { CloneSource, ComputeResourceProperties, HostIdentity } from './deed-schema.ts';
import type { Start, Wanted } from './filter-spec.ts';
import { assertHostIdentity, assertVmIdentity, throwMissing } from './identity.ts';
import { NETWORK_WANTED, type NetworkPart, toNetworkPart, toNetworkStart } from './network-part.ts';
import { readObjects, toProperties } from './properties.ts';
import type { Device, MoRef, ObjectContent } from './schema.ts';
import type { Login } from './session.ts';
import type { SoapClient } from './soap/soap-client.ts';

export interface CloneParts {
  readonly devices: readonly Device[];
  /** The root pool of the host's cluster, or of the host itself. */
  readonly pool: MoRef;
  readonly network: NetworkPart | undefined;
}

const WANTED: Wanted = {
  VirtualMachine: CloneSource,
  HostSystem: HostIdentity,
  ComputeResource: ComputeResourceProperties,
  ...NETWORK_WANTED,
};

/**
 * @throws OperationError `not_the_vm_approved`, `not_found`, `object_unreadable`, `network_unavailable` (not started)
 */
export async function readCloneParts(
  soap: SoapClient,
  login: Login,
  { request, network, signal }: ReadParts,
): Promise<CloneParts> {
  const starts = toStarts(request, network);
  const contents = await readObjects(soap, login, { wanted: WANTED, starts, signal }).catch(
    (error) => throwMissing(error),
  );
  const find = (ref: ObjectRef) => contents.find(({ obj }) => obj.value === ref.handle);
  const template = find(request.template);
  assertVmIdentity(template, request.template);
  assertHostIdentity(find(request.host), request.host);
  const devices =
    template && toProperties(CloneSource, template).properties['config.hardware.device'];
  const pool = findPool(contents);
  if (!devices || !pool) {
    const object = devices ? request.host.handle : request.template.handle;
    throw new OperationError('object_unreadable', 'not_started', { object });
  }
  return { devices, pool, network: request.network && toNetworkPart(request.network, contents) };
}

interface ReadParts {
  readonly request: CloneRequest;
  readonly network: MoRef | undefined;
  readonly signal: AbortSignal;
}

function toStarts({ template, host }: CloneRequest, network: MoRef | undefined): readonly Start[] {
  const toParent = { name: 'parent', type: 'HostSystem', path: 'parent', skip: false };
  return [
    { object: { type: 'VirtualMachine', value: template.handle } },
    { object: { type: 'HostSystem', value: host.handle }, reach: [toParent] },
    ...(network ? [toNetworkStart(network)] : []),
  ];
}

function findPool(contents: readonly ObjectContent[]): MoRef | undefined {
  const compute = contents.find(({ obj }) => obj.type.endsWith('ComputeResource'));
  return compute && toProperties(ComputeResourceProperties, compute).properties.resourcePool;
}
