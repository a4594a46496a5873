/** What one reading showed: who stands under which handle, and whether a known object is among them. */
import type { EstateObject, Observed } from './estate-object.ts';
import { toPlatformIdentity } from './identity.ts';
import { isNameless } from './reconcile.ts';

export interface Reading {
  /** Takes in one more page of it. */
  add(observed: readonly Observed[]): void;
  /** Whether this identity stands under this handle. Shown without identity, it may be anybody's. */
  has(kind: string, handle: string, identity: string): boolean;
  shows(object: EstateObject): boolean;
  /** Whether its identity is shown at all: then it has moved and is not lost. */
  showsElsewhere(object: EstateObject): boolean;
  /** Whether it was last seen on a host that could not be read: nothing is known of it then (H09). */
  mayHide(object: EstateObject): boolean;
}

export function createReading(first: readonly Observed[] = []): Reading {
  const handles = new Map<string, string | undefined>();
  const identities = new Set<string>();
  const unreadHosts = new Set<string>();
  const add: Reading['add'] = (observed) => {
    for (const { kind, handle, identity, body } of observed) {
      if (kind === 'host' && body.unreadable !== undefined) unreadHosts.add(handle);
      handles.set(`${kind}\0${handle}`, identity);
      identities.add(`${kind}\0${identity}`);
    }
  };
  add(first);
  const has: Reading['has'] = (kind, handle, identity) => {
    const key = `${kind}\0${handle}`;
    return handles.has(key) && (handles.get(key) ?? identity) === identity;
  };
  return {
    add,
    has,
    shows: ({ kind, handle, identity }) => has(kind, handle, toPlatformIdentity(identity)),
    showsElsewhere: ({ kind, identity }) => identities.has(`${kind}\0${identity}`),
    mayHide: ({ body }) =>
      'hostHandle' in body && body.hostHandle !== undefined && unreadHosts.has(body.hostHandle),
  };
}

/** Whether what is shown under its handle is this object, and not another that took its place. */
export function isSame({ kind, identity }: Observed, object: EstateObject): boolean {
  if (kind !== object.kind) return false;
  const isAnybody = identity === undefined || isNameless(object);
  return isAnybody || identity === toPlatformIdentity(object.identity);
}
