import type { MoRef } from '../schema.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * A VM folder's path from the root of VM folders, `/prod/web`, the root itself `/`.
 *
 * With more than one datacenter it begins with the datacenter's name, else two folders had one path. `undefined` when a
 * folder above is not known.
 */
export function findFolderPath(surroundings: Surroundings, handle: string): string | undefined {
  const names: string[] = [];
  let at: MoRef | undefined = { type: 'Folder', value: handle };
  // Bounded: a chain of parents that loops is no path.
  for (let depth = 0; depth < 100 && at; depth += 1) {
    if (at.type === 'Datacenter') return toPath(surroundings, at.value, names);
    const folder = surroundings.folders.get(at.value);
    if (!folder) return undefined;
    // The root of VM folders is the datacenter's own; its name (`vm`) is no part of the path.
    if (folder.parent?.type !== 'Datacenter') names.unshift(folder.name);
    at = folder.parent;
  }
  return undefined;
}

function toPath({ datacenters }: Surroundings, datacenter: string, names: string[]): string {
  const name = datacenters.get(datacenter);
  const parts = datacenters.size > 1 && name !== undefined ? [name, ...names] : names;
  return `/${parts.join('/')}`;
}
