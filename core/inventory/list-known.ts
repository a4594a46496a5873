/** Every object that is known of one connection. */
import type { EstateIndex } from './estate-index.ts';
import { type EstateObject, OBJECT_KINDS } from './estate-object.ts';

/** Looks at the whole estate: for a full reading, and where it is worth it. */
export function listKnown(index: EstateIndex, connectionId: string): EstateObject[] {
  const known: EstateObject[] = [];
  for (const kind of OBJECT_KINDS) {
    for (const object of index.all(kind))
      if (object.connectionId === connectionId) known.push(object);
  }
  return known;
}
