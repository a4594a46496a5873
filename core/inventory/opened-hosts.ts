/**
 * A host that its platform no longer shows in maintenance, with no job of Drover at work on it, takes VMs again: somebody
 * has taken it out at the vendor's console, and the platform's word counts.
 *
 * Only what was shown in maintenance can be taken out of it: a host that is not empty yet, and one of a platform that has
 * no such state, stay closed by Drover's own mark.
 */
import type { EstateWrite, Tx } from '../ports/store.ts';
import type { EstateIndex } from './estate-index.ts';
import type { Reconciled } from './reconcile.ts';

/** The index stands as it did before these writes. */
export async function openTakenOut(
  index: Pick<EstateIndex, 'get'>,
  tx: Tx,
  { writes }: Pick<Reconciled, 'writes'>,
): Promise<void> {
  const opened = writes.filter((write) => isTakenOut(index, write));
  if (opened.length === 0) return;
  const marked = new Set((await tx.hostMaintenance.list()).map(({ hostId }) => hostId));
  for (const { id, body } of opened) {
    if (!marked.has(id) || (await tx.jobs.listOpenOn([id])).length > 0) continue;
    await tx.hostMaintenance.delete(id);
    await tx.audit.insert({ event: 'host_opened', facts: { id, name: body.name } });
  }
}

function isTakenOut(index: Pick<EstateIndex, 'get'>, { kind, id, body }: EstateWrite): boolean {
  if (kind !== 'host') return false;
  const { inMaintenance } = body as { readonly inMaintenance?: boolean };
  return index.get('host', id)?.body.inMaintenance === true && inMaintenance === false;
}
