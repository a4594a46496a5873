/** Observations as an adapter makes them. */
import type { Bodies, ObjectKind, Observed } from '#core/inventory/estate-object.ts';
import { make, type Own } from '../estate-makers.ts';

/** `identity` null: the platform does not show it now. */
export function observe<K extends ObjectKind>(
  kind: K,
  handle: string,
  identity: string | null = `identity-of-${handle}`,
  body: Partial<Bodies[K]> = {},
): Observed {
  const own = identity === null ? {} : { identity };
  return { kind, handle, ...own, body: make(kind, handle, { body } as Own<K>).body } as Observed;
}
