/** How much of each kind a person may see on each connection, as last seen; unreadable objects count (H11). */
import { type EstateObject, OBJECT_KINDS, type ObjectKind } from '#core/inventory/estate-object.ts';
import type { ConnectionRow, KindCount } from '../cards/estate-connection-card.ts';
import { KIND_WORDS } from '../words/en/view-words.ts';
import type { Asking } from './command.ts';
import { mayOn } from './resolve-name.ts';
import { walkEstate } from './walk-estate.ts';

export type Counts = ConnectionRow['counts'];

/** By connection, then by kind in words. Folders are places, not things to count. */
export async function countByConnection(
  asking: Asking,
  kinds: readonly ObjectKind[] = OBJECT_KINDS.filter((kind) => kind !== 'folder'),
): Promise<ReadonlyMap<string, Counts>> {
  const all = new Map<string, Map<string, { -readonly [K in keyof KindCount]: number }>>();
  for (const kind of kinds) {
    const may = mayOn(asking, `${kind}.list`, `${kind}.show`);
    await walkEstate(asking.house.index, kind, (object) => {
      const { connectionId, body } = object;
      if (!may(object as EstateObject)) return true;
      const counts = all.get(connectionId) ?? new Map();
      const known = counts.get(KIND_WORDS[kind]) ?? { count: 0, unreadable: 0 };
      known.count += 1;
      if (body.unreadable !== undefined) known.unreadable += 1;
      all.set(connectionId, counts.set(KIND_WORDS[kind], known));
      return true;
    });
  }
  return all;
}
