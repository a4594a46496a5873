/** How many tasks may use one thing at once, as platforms have it; more of them wait. */
import type { MoveLimits } from '#core/ports/moving.ts';
import type { PlatformView } from './draft.ts';
import type { ConnectionKind } from './world-object.ts';

/** Full copies. */
const COPIES: Readonly<Record<string, number>> = { host: 4, datastore: 8 };

/** As the two platforms come. */
export const MOVE_LIMITS: Readonly<Record<ConnectionKind, MoveLimits>> = {
  vcenter: { movesPerHost: 8, storageMovesPerHost: 2, storageMovesPerDatastore: 8 },
  hyperv: { movesPerHost: 2, storageMovesPerHost: 2 },
};

/** `host host-11` for a copy, `movesPerHost host-11` for a move. */
export function placesAt(view: PlatformView, place: string): number {
  const [what = '', handle = ''] = place.split(' ');
  if (what in COPIES) return COPIES[what] ?? 1;
  const own = view.get('host', handle)?.body.moveLimits;
  const limit = what as keyof MoveLimits;
  return own?.[limit] ?? MOVE_LIMITS[view.platform.kind][limit] ?? Number.POSITIVE_INFINITY;
}
