/** One platform's objects in memory, with the change number of each. */
import type { ObjectKind } from '#core/inventory/estate-object.ts';
import type { PlatformView } from './draft.ts';
import type { LabTask } from './task.ts';
import type { LabObject, LabObjectOf, LabPlatform } from './world-object.ts';
import type { ObjectRow } from './world-store.ts';

export interface Shelf {
  platform: LabPlatform;
  /** Those that are gone too. */
  readonly rows: Map<string, ObjectRow>;
  readonly byKind: Map<ObjectKind, Map<string, LabObject>>;
  /** By kind and name. */
  readonly byName: Map<string, Set<LabObject>>;
}

export function createShelf(platform: LabPlatform): Shelf {
  return { platform, rows: new Map(), byKind: new Map(), byName: new Map() };
}

export function keepRow(shelf: Shelf, row: ObjectRow): void {
  shelf.rows.set(`${row.kind} ${row.handle}`, row);
  const objects = shelf.byKind.get(row.kind) ?? new Map<string, LabObject>();
  shelf.byKind.set(row.kind, objects);
  const before = objects.get(row.handle);
  if (before) shelf.byName.get(nameKey(before.kind, before.body.name))?.delete(before);
  if (row.object) keepObject(shelf, objects, row.object);
  else objects.delete(row.handle);
}

function keepObject(shelf: Shelf, objects: Map<string, LabObject>, object: LabObject): void {
  objects.set(object.handle, object);
  const key = nameKey(object.kind, object.body.name);
  const named = shelf.byName.get(key);
  if (named) named.add(object);
  else shelf.byName.set(key, new Set([object]));
}

function nameKey(kind: ObjectKind, name: string): string {
  return `${kind} ${name}`;
}

export function viewShelf(shelf: Shelf, tasks: () => readonly LabTask[]): PlatformView {
  return {
    platform: shelf.platform,
    get: <K extends ObjectKind>(kind: K, handle: string) =>
      shelf.byKind.get(kind)?.get(handle) as LabObjectOf<K> | undefined,
    list: <K extends ObjectKind>(kind: K) =>
      (shelf.byKind.get(kind)?.values() ?? []) as Iterable<LabObjectOf<K>>,
    named: <K extends ObjectKind>(kind: K, name: string) =>
      (shelf.byName.get(nameKey(kind, name)) ?? []) as Iterable<LabObjectOf<K>>,
    tasks,
  };
}
