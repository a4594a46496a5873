/** What a plan touches, as it was observed last: the steps' own objects, their hosts, and everything on and under those. */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject, ObjectKind, ObjectRef, Observed } from '../inventory/estate-object.ts';
import { toPlatformIdentity } from '../inventory/identity.ts';
import { mergePlacement } from '../jobs/step-kind.ts';
import type { Json, Plan } from '../plan/plan.ts';
import type { Connection } from '../ports/connection.ts';
import type { TwinEstate } from '../ports/twin.ts';
import { Ref } from '../steps/step-world.ts';

export function observeTouched(
  { steps }: Plan,
  index: EstateIndex,
  connections: ReadonlyMap<string, Connection>,
): TwinEstate[] {
  const touched = createTouched(index);
  for (const { input, placement } of steps)
    for (const ref of listRefs(mergePlacement(input, placement))) touched.add(ref);
  return touched.list().flatMap(([id, objects]) => {
    const kind = connections.get(id)?.kind;
    return kind === undefined ? [] : [{ id, kind, objects: objects.map(toObserved) }];
  });
}

/** Every reference to an object that stands anywhere in an input. */
function listRefs(json: Json | undefined): ObjectRef[] {
  if (typeof json !== 'object' || json === null) return [];
  const ref = Ref.safeParse(json);
  if (ref.success) return [ref.data];
  return Object.values(json).flatMap(listRefs);
}

function createTouched(index: EstateIndex) {
  const found = new Map<string, EstateObject>();

  /** Each brings what it rests on; a host brings its VMs, for the room that they take. */
  function add({
    connectionId,
    kind,
    handle,
  }: Pick<ObjectRef, 'connectionId' | 'kind' | 'handle'>) {
    const object = index.byHandle(connectionId, kind, handle);
    if (!object || found.has(object.id)) return;
    found.set(object.id, object);
    const at = (other: ObjectKind) => (one: string | undefined) => {
      if (one !== undefined) add({ connectionId, kind: other, handle: one });
    };
    if (object.kind === 'host') {
      at('cluster')(object.body.clusterHandle);
      object.body.datastoreHandles.forEach(at('datastore'));
      object.body.networkHandles.forEach(at('network'));
      for (const vm of index.vmsOnHost(connectionId, object.handle)) at('vm')(vm.handle);
    }
    if (object.kind === 'vm' || object.kind === 'template') {
      const { hostHandle, folderHandle, datastoreHandle, disks, nics } = object.body;
      at('host')(hostHandle);
      at('folder')(folderHandle);
      [datastoreHandle, ...disks.map((disk) => disk.datastoreHandle)].forEach(at('datastore'));
      nics.map((nic) => nic.networkHandle).forEach(at('network'));
    }
  }

  return {
    add,
    list(): [string, EstateObject[]][] {
      return [...Map.groupBy(found.values(), ({ connectionId }) => connectionId)];
    },
  };
}

function toObserved({ kind, handle, identity, body }: EstateObject): Observed {
  return { kind, handle, identity: toPlatformIdentity(identity), body } as Observed;
}
