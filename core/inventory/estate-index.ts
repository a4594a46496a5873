/**
 * The estate in memory, so that lists, pickers and plans never wait for a platform or scan a table.
 *
 * Fed from the store by change sequence (estate-feed.ts); 25,000 VMs. Names are found exactly; nothing here matches a
 * prefix or a pattern (H08).
 */
import { createEstateGroups, toKey, toKindKey } from './estate-groups.ts';
import { type EstateObject, OBJECT_KINDS, type ObjectKind } from './estate-object.ts';
import { createMachineViews, type MachineViews } from './machine-views.ts';
import { createSortedNames, type SortedNames } from './sorted-names.ts';

export interface EstateIndex extends Pick<MachineViews, 'firstViewOf' | 'machinesTwice'> {
  apply(objects: readonly EstateObject[]): void;
  get<K extends ObjectKind>(kind: K, id: string): EstateObject<K> | undefined;
  byHandle<K extends ObjectKind>(
    connectionId: string,
    kind: K,
    handle: string,
  ): EstateObject<K> | undefined;
  /** Several for twins. */
  byIdentity<K extends ObjectKind>(
    connectionId: string,
    kind: K,
    identity: string,
  ): EstateObject<K>[];
  /** Who bore this identity last and is gone: it may be registered again (H03). */
  goneByIdentity<K extends ObjectKind>(
    connectionId: string,
    kind: K,
    identity: string,
  ): EstateObject<K> | undefined;
  /** As it was last known, of one that is no more. */
  goneById<K extends ObjectKind>(kind: K, id: string): EstateObject<K> | undefined;
  /** Exactly this name, over all connections or one. */
  byName<K extends ObjectKind>(kind: K, name: string, connectionId?: string): EstateObject<K>[];
  /** In order of name. */
  all<K extends ObjectKind>(kind: K): Iterable<EstateObject<K>>;
  names(kind: ObjectKind): readonly string[];
  count(kind: ObjectKind): number;
  vmsOnHost(connectionId: string, hostHandle: string): readonly EstateObject<'vm'>[];
  vmsOfOwner(personId: string): readonly EstateObject<'vm'>[];
  /** @param address As `toPlainIp` writes it. */
  vmsWithAddress(address: string): readonly EstateObject<'vm'>[];
  /** Kind by kind; those of one in no order. */
  ofConnection(connectionId: string): readonly EstateObject[];
  countOf(connectionId: string): number;
  /** The newest change it knows. */
  changeSeq(): number;
}

/** @param order Ids of the connections, as they are configured. */
export function createEstateIndex(order: readonly string[] = []): EstateIndex {
  const byId = new Map<string, EstateObject>();
  const handles = new Map<string, string>();
  const gone = new Map<string, EstateObject>();
  const names = new Map<ObjectKind, SortedNames>();
  const groups = createEstateGroups();
  const { add: addView, remove: removeView, ...views } = createMachineViews(order);
  let newest = 0;

  const namesOf = (kind: ObjectKind) => getOrMake(names, kind, createSortedNames);

  function remove(object: EstateObject): void {
    byId.delete(object.id);
    const key = toKey(object.connectionId, object.kind, object.handle);
    if (handles.get(key) === object.id) handles.delete(key);
    groups.remove(object);
    removeView(object);
  }

  function add(object: EstateObject): void {
    byId.set(object.id, object);
    handles.set(toKey(object.connectionId, object.kind, object.handle), object.id);
    groups.add(object);
    addView(object);
  }

  const listIdsOf = (connectionId: string) =>
    OBJECT_KINDS.map((kind) => groups.ids('connection', toKindKey(connectionId, kind)));
  const pick = (ids: Iterable<string>) => [...ids].flatMap((id) => byId.get(id) ?? []) as never[];

  return {
    apply(objects) {
      for (const object of objects) {
        const before = byId.get(object.id);
        if (before) remove(before);
        if (!object.gone) add(object);
        rename(namesOf(object.kind), before, object.gone ? undefined : object);
        const key = toKey(object.connectionId, object.kind, object.identity);
        if (object.gone) gone.set(key, object);
        else gone.delete(key);
        newest = Math.max(newest, object.changeSeq);
      }
    },
    get(kind, id) {
      const object = byId.get(id);
      return (object?.kind === kind ? object : undefined) as never;
    },
    byHandle: (connectionId, kind, handle) =>
      byId.get(handles.get(toKey(connectionId, kind, handle)) ?? '') as never,
    byIdentity: (connectionId, kind, identity) =>
      pick(groups.ids('identity', toKey(connectionId, kind, identity))),
    goneByIdentity: (connectionId, kind, identity) =>
      gone.get(toKey(connectionId, kind, identity)) as never,
    // Asked for seldom, and few are gone.
    goneById: (kind, id) =>
      [...gone.values()].find((object) => object.kind === kind && object.id === id) as never,
    byName: (kind, name, connectionId) =>
      pick(namesOf(kind).idsOf(name)).filter(
        (object: EstateObject) => !connectionId || object.connectionId === connectionId,
      ),
    *all(kind) {
      for (const id of namesOf(kind).ids()) yield byId.get(id) as never;
    },
    names: (kind) => namesOf(kind).names(),
    count: (kind) => namesOf(kind).size(),
    vmsOnHost: (connectionId, hostHandle) =>
      pick(groups.ids('host', toKey(connectionId, 'host', hostHandle))),
    vmsOfOwner: (personId) => pick(groups.ids('owner', personId)),
    vmsWithAddress: (address) => pick(groups.ids('address', address)),
    ofConnection: (connectionId) => listIdsOf(connectionId).flatMap(pick),
    countOf: (connectionId) => listIdsOf(connectionId).reduce((sum, { size }) => sum + size, 0),
    ...views,
    changeSeq: () => newest,
  };
}

/** A changed body with the same name leaves the order of names alone. */
function rename(
  names: SortedNames,
  before: EstateObject | undefined,
  after: EstateObject | undefined,
): void {
  if (before && after && before.body.name === after.body.name) return;
  if (before) names.delete(before.body.name, before.id);
  if (after) names.add(after.body.name, after.id);
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
