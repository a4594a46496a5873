/** A replica is a role of its VM, not a second one: it is shown with it, and no name means it while its VM is there (H04). */
import type { EstateIndex } from './estate-index.ts';
import type { EstateObject } from './estate-object.ts';
import { toPlatformIdentity, toReplicaIdentity } from './identity.ts';

export function findReplicas(
  index: EstateIndex,
  { connectionId, identity }: EstateObject<'vm'>,
): EstateObject<'vm'>[] {
  return index.byIdentity(connectionId, 'vm', toReplicaIdentity(toPlatformIdentity(identity)));
}

/** The objects without replicas whose VM is among them. */
export function withoutReplicas(objects: readonly EstateObject[]): EstateObject[] {
  const isReplica = (object: EstateObject) =>
    object.kind === 'vm' && object.body.role === 'replica';
  const toKey = ({ connectionId, identity }: EstateObject) =>
    `${connectionId}\0${toPlatformIdentity(identity)}`;
  const vms = new Set(objects.filter((object) => !isReplica(object)).map(toKey));
  return objects.filter((object) => !isReplica(object) || !vms.has(toKey(object)));
}
