/** Ids of the estate's objects by what they share: an identity, a connection, a host, an owner, an address. */
import type { EstateObject, ObjectKind } from './estate-object.ts';
import { toPlainIp } from './plain-address.ts';

const GROUPINGS = ['identity', 'connection', 'host', 'owner', 'address'] as const;
type Grouping = (typeof GROUPINGS)[number];

export interface EstateGroups {
  add(object: EstateObject): void;
  remove(object: EstateObject): void;
  ids(grouping: Grouping, key: string): ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

export function createEstateGroups(): EstateGroups {
  const groupings = Object.fromEntries(
    GROUPINGS.map((grouping) => [grouping, new Map<string, Set<string>>()]),
  ) as Record<Grouping, Map<string, Set<string>>>;

  return {
    add(object) {
      for (const [grouping, key] of listGroups(object)) {
        const ids = groupings[grouping].get(key);
        if (ids) ids.add(object.id);
        else groupings[grouping].set(key, new Set([object.id]));
      }
    },
    remove(object) {
      for (const [grouping, key] of listGroups(object)) {
        const ids = groupings[grouping].get(key);
        ids?.delete(object.id);
        // Addresses come and go for years.
        if (ids?.size === 0) groupings[grouping].delete(key);
      }
    },
    ids: (grouping, key) => groupings[grouping].get(key) ?? NONE,
  };
}

function listGroups(object: EstateObject): [Grouping, string][] {
  const { connectionId, kind, identity } = object;
  const all: [Grouping, string][] = [
    ['identity', toKey(connectionId, kind, identity)],
    ['connection', toKindKey(connectionId, kind)],
  ];
  if (object.kind !== 'vm') return all;
  const { hostHandle, ipAddresses } = object.body;
  if (hostHandle) all.push(['host', toKey(connectionId, 'host', hostHandle)]);
  if (object.ownerId) all.push(['owner', object.ownerId]);
  for (const shown of ipAddresses ?? []) all.push(['address', toPlainIp(shown)]);
  return all;
}

export function toKindKey(connectionId: string, kind: ObjectKind): string {
  return `${kind}\0${connectionId}`;
}

export function toKey(connectionId: string, kind: ObjectKind, value: string): string {
  return `${kind}\0${connectionId}\0${value}`;
}
