/**
 * One host that two connections show has one number of its hardware (H07). It counts as the connection shows it that stands
 * first in the configuration; by every other it is only read.
 */
import type { EstateIndex } from './estate-index.ts';
import type { EstateObject } from './estate-object.ts';

/** Numbers that makers left in many machines: they name none. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  '03000200-0400-0500-0006-000700080009',
  '12345678-1234-5678-90ab-cddeefaabbcc',
]);

/** Undefined: it tells no machine from another. */
export function toMachineKey(machineId: string | undefined): string | undefined {
  const key = machineId?.toLowerCase();
  if (!key || PLACEHOLDERS.has(key) || /^([0f])(?:\1|-)*$/.test(key)) return undefined;
  return key;
}

/** A host, as a connection shows it. */
export interface Machine {
  readonly name: string;
  readonly machineId?: string | undefined;
}

interface Sighting {
  readonly connectionId: string;
}

/**
 * Who of those that show one number comes first; undefined where that cannot be said: a number that two hosts of one
 * connection show is none.
 */
export function findFirst<S extends Sighting>(
  sightings: readonly S[],
  rankOf: ReadonlyMap<string, number>,
): S | undefined {
  const known = sightings.filter(({ connectionId }) => rankOf.has(connectionId));
  if (new Set(known.map(({ connectionId }) => connectionId)).size < known.length) return undefined;
  const rank = ({ connectionId }: Sighting) => rankOf.get(connectionId) ?? 0;
  return known.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** The host as an earlier connection shows it, on which this VM stands by a later one. */
export function firstHostOf(
  index: EstateIndex,
  { connectionId, body }: EstateObject<'vm'>,
): EstateObject<'host'> | undefined {
  if (index.machinesTwice() === 0 || body.hostHandle === undefined) return undefined;
  const host = index.byHandle(connectionId, 'host', body.hostHandle);
  return host && index.firstViewOf(host);
}

/** The object as an earlier connection shows it; a VM that it does not show is known by the later one alone. */
export function firstViewsOf(index: EstateIndex, object: EstateObject): EstateObject[] {
  if (object.kind === 'host') return [index.firstViewOf(object) ?? []].flat();
  const host = object.kind === 'vm' ? firstHostOf(index, object) : undefined;
  return host ? index.byIdentity(host.connectionId, 'vm', object.identity) : [];
}

/** The objects without those of which an earlier view is among them. */
export function withoutSecondViews(
  index: EstateIndex,
  objects: readonly EstateObject[],
): EstateObject[] {
  const ids = new Set(objects.map(({ id }) => id));
  return objects.filter((object) => !firstViewsOf(index, object).some(({ id }) => ids.has(id)));
}
