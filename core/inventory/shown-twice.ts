/**
 * Where a handle says on which host a VM stands, hosts that are read at different instants show one VM twice while it moves.
 *
 * Before two are concluded (H04), each place is looked at again, two rounds over: who is there in both was there between them,
 * at the same time as the others. A platform whose handles do not depend on the host is taken at its word.
 */
import { OperationError } from '../errors.ts';
import type { Connection } from '../ports/connection.ts';
import type { EstateIndex } from './estate-index.ts';
import type { Observed } from './estate-object.ts';
import { toPlatformIdentity } from './identity.ts';
import { chooseIdentity } from './reconcile.ts';

export interface ShownTwice {
  readonly connection: Connection;
  readonly index: EstateIndex;
  readonly observed: readonly Observed[];
  /** Handles that bear an identity by what is known; absent: the observed are all that there is. */
  readonly listKnown?: (identity: string) => readonly string[];
}

export interface Settled {
  /** Without the places that a VM has left. */
  readonly observed: readonly Observed[];
  /** Handles that bear their identity at the same time as another one does. */
  readonly there: ReadonlySet<string>;
}

export async function settleShownTwice(
  { connection, index, observed, listKnown }: ShownTwice,
  signal: AbortSignal,
): Promise<Settled> {
  const there = new Set<string>();
  const left = new Set<string>();
  if (connection.estate.findMoved === undefined) return { observed, there };
  const choose = (one: Observed) =>
    chooseIdentity(index, connection.id, one, index.byHandle(connection.id, 'vm', one.handle));
  const vms = observed.filter(({ kind, identity }) => kind === 'vm' && identity !== undefined);
  // Of a whole estate nearly every one is shown once.
  const toSettle = listKnown ? vms : listRepeated(vms);
  for (const [identity, same] of Map.groupBy(toSettle, choose)) {
    const known = listKnown?.(identity) ?? [];
    const handles = [...new Set([...same.map(({ handle }) => handle), ...known])];
    if (handles.length === 1) continue;
    const found = await findThere(connection, handles, toPlatformIdentity(identity), signal);
    for (const handle of handles) (found.has(handle) ? there : left).add(handle);
  }
  const isLeft = ({ kind, handle }: Observed) => kind === 'vm' && left.has(handle);
  return { observed: left.size === 0 ? observed : observed.filter((one) => !isLeft(one)), there };
}

function listRepeated(vms: readonly Observed[]): readonly Observed[] {
  const once = new Set<string | undefined>();
  const repeated = new Set<string | undefined>();
  for (const { identity } of vms) (once.has(identity) ? repeated : once).add(identity);
  return repeated.size === 0 ? [] : vms.filter(({ identity }) => repeated.has(identity));
}

async function findThere(
  connection: Connection,
  handles: readonly string[],
  identity: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const look = async () => {
    const found = new Set<string>();
    for (const handle of handles)
      if (await isThere(connection, handle, identity, signal)) found.add(handle);
    return found;
  };
  const first = await look();
  const second = await look();
  const both = first.intersection(second);
  // It moved between the two.
  return both.size > 0 ? both : second;
}

/** What cannot be shown for itself may be there (H11). */
async function isThere(
  { estate }: Connection,
  handle: string,
  identity: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const there = await estate.read({ kind: 'vm', handle }, signal);
    return there !== undefined && (there.identity ?? identity) === identity;
  } catch (cause) {
    if (cause instanceof OperationError && cause.end === 'refused') return true;
    throw cause;
  }
}
