/** What bears a name in the estate, and what bears one near it. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject, ObjectKind } from '#core/inventory/estate-object.ts';
import { suggestNames } from '../grammar/suggest.ts';

const SUGGESTIONS_AT_MOST = 3;

/** Folders are named by their path too, since many of them share a name. */
export function listNamed(
  index: EstateIndex,
  kind: ObjectKind,
  name: string,
  connectionId: string | undefined,
): EstateObject[] {
  if (kind !== 'folder' || !name.startsWith('/')) return index.byName(kind, name, connectionId);
  return [...index.all('folder')].filter(
    (folder) =>
      folder.body.path === name && (!connectionId || folder.connectionId === connectionId),
  );
}

interface Reach {
  readonly connectionId: string | undefined;
  readonly may: (object: EstateObject) => boolean;
  /** `may` allows everything, so that no name need be looked up. */
  readonly isAll: boolean;
}

/** Objects whose names are near, among those that exist for this person. */
export function listNearest(
  index: EstateIndex,
  kind: ObjectKind,
  name: string,
  { connectionId, may, isAll }: Reach,
): EstateObject[] {
  const { names, find } =
    kind === 'folder' && name.startsWith('/') ? byPath(index) : byName(index, kind);
  const listThere = (one: string) =>
    find(one).filter(
      (object) =>
        (connectionId === undefined || object.connectionId === connectionId) && may(object),
    );
  const isEvery = isAll && connectionId === undefined;
  const isThere = (one: string) => isEvery || listThere(one).length > 0;
  const near = suggestNames(name, names, { limit: SUGGESTIONS_AT_MOST, isThere });
  return near.flatMap(listThere);
}

interface Named {
  readonly names: Iterable<string>;
  find(name: string): readonly EstateObject[];
}

function byName(index: EstateIndex, kind: ObjectKind): Named {
  return { names: index.names(kind), find: (name) => index.byName(kind, name) };
}

function byPath(index: EstateIndex): Named {
  const folders = Map.groupBy(index.all('folder'), ({ body }) => body.path);
  return { names: folders.keys(), find: (path) => folders.get(path) ?? [] };
}
