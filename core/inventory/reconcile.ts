/**
 * What an observation means for what Drover knows: which objects are new, changed, moved to a new handle, or twins.
 *
 * Pure. Identity decides (H01): same identity under a new handle is the same thing (H03), the same identity twice at
 * once are twins (H04), a new identity is a new thing without owner (H05).
 */
import { randomUUID } from 'node:crypto';
import { isSameJson } from '../plan/canonical-hash.ts';
import type { Json } from '../plan/plan.ts';
import type { EstateWrite, Tx } from '../ports/store.ts';
import { catchUpInside } from './estate-feed.ts';
import type { EstateIndex } from './estate-index.ts';
import type { EstateObject, ObjectKind, Observed } from './estate-object.ts';
import { toCopyIdentity, toPlatformIdentity, toReplicaIdentity } from './identity.ts';

export interface Reconciled {
  readonly writes: readonly EstateWrite[];
  /** Objects whose handle changed: open requests on them go back to the approvers. */
  readonly rebound: readonly string[];
  /** Objects that became twins now. */
  readonly twins: readonly string[];
}

export interface Observation {
  readonly connectionId: string;
  readonly observed: readonly Observed[];
  /** Whether this identity still stands under another handle; only then are there two. */
  readonly stillExists: (kind: ObjectKind, handle: string, identity: string) => boolean;
}

/** Reconciles with all that was committed, and with nobody else doing so at the same time. */
export async function reconcileInside(
  tx: Pick<Tx, 'lock' | 'estate'>,
  index: EstateIndex,
  observation: Observation,
): Promise<Reconciled> {
  await tx.lock('estate');
  await catchUpInside(tx, index);
  return reconcile(index, observation);
}

function toNameless(handle: string): string {
  return `handle:${handle}`;
}

/** Known by its handle alone, since its platform never showed its identity. */
export function isNameless({ identity, handle }: EstateObject): boolean {
  return identity === toNameless(handle);
}

export function reconcile(index: EstateIndex, observation: Observation): Reconciled {
  const pending = new Map<string, EstateWrite>();
  const rebound: string[] = [];
  const twins: string[] = [];
  for (const observed of observation.observed)
    reconcileOne(index, observation, observed, { pending, rebound, twins });
  return { writes: [...pending.values()], rebound, twins };
}

interface Results {
  /** By Drover id; later observations of one page see the earlier ones. */
  readonly pending: Map<string, EstateWrite>;
  readonly rebound: string[];
  readonly twins: string[];
}

function reconcileOne(
  index: EstateIndex,
  observation: Observation,
  observed: Observed,
  results: Results,
): void {
  const { connectionId } = observation;
  const atHandle = index.byHandle(connectionId, observed.kind, observed.handle);
  const identity = chooseIdentity(index, connectionId, observed, atHandle);
  const known = findKnown(index, connectionId, observed, identity);
  const others = listOthers(index, results, observation, { observed, identity });
  const isTwin = others.length > 0;

  for (const other of others) markTwin(other, results);
  // Until now it was known by its handle alone.
  const nameless = atHandle && isNameless(atHandle) ? atHandle : undefined;
  const own = known && !(isTwin && known.handle !== observed.handle) ? known : nameless;
  if (nameless && own !== nameless) markGone(nameless, results);
  if (own) {
    updateKnown(own, { observed, identity, isTwin }, results);
    return;
  }
  const id = randomUUID();
  results.pending.set(
    id,
    toWrite({ id, connectionId, identity, isTwin, ownerId: undefined }, observed),
  );
  if (isTwin) results.twins.push(id);
}

/** What the platform shows; where it shows none, what is known of this handle. */
export function chooseIdentity(
  index: EstateIndex,
  connectionId: string,
  observed: Observed,
  atHandle: EstateObject | undefined,
): string {
  if (observed.identity === undefined) return atHandle?.identity ?? toNameless(observed.handle);
  if (observed.kind === 'vm' && observed.body.role === 'replica')
    return toReplicaIdentity(observed.identity);
  const copy = toCopyIdentity(observed.identity, observed.handle);
  return index.byIdentity(connectionId, observed.kind, copy).length > 0 ? copy : observed.identity;
}

function findKnown(
  index: EstateIndex,
  connectionId: string,
  { kind, handle }: Observed,
  identity: string,
): EstateObject | undefined {
  const known = index.byIdentity(connectionId, kind, identity);
  const first = known.find((object) => object.handle === handle) ?? known[0];
  return first ?? index.goneByIdentity(connectionId, kind, identity);
}

/** Others that bear this identity under another handle, and still exist. */
function listOthers(
  index: EstateIndex,
  { pending }: Results,
  { connectionId, stillExists }: Observation,
  { observed, identity }: { observed: Observed; identity: string },
): (EstateObject | EstateWrite)[] {
  if (observed.kind !== 'vm') return [];
  const known = index.byIdentity(connectionId, observed.kind, identity);
  const fresh = [...pending.values()].filter(
    (write) => write.kind === 'vm' && write.identity === identity,
  );
  const all = new Map<string, EstateObject | EstateWrite>(
    [...known, ...fresh].map((object) => [object.id, object]),
  );
  for (const write of fresh) all.set(write.id, write);
  return [...all.values()].filter(
    ({ handle, id }) =>
      handle !== observed.handle &&
      (pending.get(id)?.handle ?? handle) !== observed.handle &&
      stillExists('vm', handle, toPlatformIdentity(identity)),
  );
}

function markTwin(other: EstateObject | EstateWrite, { pending, twins }: Results): void {
  const current = pending.get(other.id) ?? other;
  if (current.isTwin) return;
  pending.set(current.id, { ...toRow(current), isTwin: true });
  twins.push(current.id);
}

function markGone(object: EstateObject, { pending }: Results): void {
  pending.set(object.id, { ...toRow(object), gone: true });
}

/** An object as it is written: without what the store adds by itself. */
export function toRow(object: EstateObject | EstateWrite): EstateWrite {
  const { id, connectionId, kind, handle, identity, body, ownerId, isTwin, gone } = object;
  return { id, connectionId, kind, handle, identity, body, ownerId, isTwin, gone } as EstateWrite;
}

function updateKnown(
  known: EstateObject,
  { observed, identity, isTwin }: { observed: Observed; identity: string; isTwin: boolean },
  { pending, rebound, twins }: Results,
): void {
  const { id, connectionId, ownerId } = known;
  const write = toWrite({ id, connectionId, identity, isTwin, ownerId }, observed);
  if (known.handle !== observed.handle) rebound.push(id);
  if (isTwin && !known.isTwin) twins.push(id);
  if (known.gone || isDifferent(known, write)) pending.set(id, write);
}

function toWrite(
  own: Pick<EstateWrite, 'id' | 'connectionId' | 'identity' | 'isTwin' | 'ownerId'>,
  { kind, handle, body }: Observed,
): EstateWrite {
  return { ...own, kind, handle, body, gone: false } as EstateWrite;
}

function isDifferent(known: EstateObject, write: EstateWrite): boolean {
  return (
    known.handle !== write.handle ||
    known.identity !== write.identity ||
    known.isTwin !== write.isTwin ||
    !isSameJson(known.body as unknown as Json, write.body as unknown as Json)
  );
}
