/**
 * Which connections exist for a person: those that they hold a right on, and those of which they may see any one thing.
 *
 * Any other is in every answer as if it were not configured (H08).
 */
import type { EstateObject, ObjectKind } from '#core/inventory/estate-object.ts';
import type { Asking } from './command.ts';
import { mayOnConnection } from './read-connections.ts';
import { maySee } from './resolve-name.ts';
import { walkEstate } from './walk-estate.ts';

const RIGHTS_TO_SEE = ['connection.list', 'connection.show', 'connection.accept'] as const;

/** The few first: mostly they tell, and 25,000 VMs are not asked about. */
const KINDS: readonly ObjectKind[] = [
  ...(['cluster', 'template', 'folder', 'host', 'datastore', 'network', 'vm'] as const),
];

/** By name; of one that is named in a line it is enough to ask `isConnectionSeen`. */
export function listSeenConnections(asking: Asking): Promise<readonly string[]> {
  return listSeenOf(asking, [...asking.house.connections.keys()]);
}

export async function isConnectionSeen(asking: Asking, connectionId: string): Promise<boolean> {
  if (!asking.house.connections.has(connectionId)) return false;
  return (await listSeenOf(asking, [connectionId])).length > 0;
}

async function listSeenOf(asking: Asking, asked: readonly string[]): Promise<readonly string[]> {
  const mayAsk = (id: string) => RIGHTS_TO_SEE.some((right) => mayOnConnection(asking, right, id));
  const left = new Set(asked.filter((id) => !mayAsk(id)));
  for (const kind of KINDS) {
    if (left.size === 0) break;
    const may = maySee(asking, kind);
    await walkEstate(asking.house.index, kind, (object) => {
      const { connectionId } = object;
      if (left.has(connectionId) && may(object as EstateObject)) left.delete(connectionId);
      return left.size > 0;
    });
  }
  return asked.filter((id) => !left.has(id)).toSorted();
}
