/** Walks over all objects of a kind in small stretches, so that 25,000 of them hold nobody up. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject, ObjectKind } from '#core/inventory/estate-object.ts';

/** About a millisecond. */
const STRETCH = 250;

/** In order of name, until `visit` answers false. What changes meanwhile is met as it is then, and nothing twice. */
export async function walkEstate<K extends ObjectKind>(
  index: EstateIndex,
  kind: K,
  visit: (object: EstateObject<K>) => boolean,
): Promise<void> {
  const names = [...index.names(kind)];
  for (let at = 0; at < names.length; at += 1) {
    if (at > 0 && at % STRETCH === 0) await letOthersRun();
    for (const object of index.byName(kind, names[at] ?? '')) if (!visit(object)) return;
  }
}
