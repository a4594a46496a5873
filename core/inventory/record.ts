/** Writes what a step itself read or did, in the transaction that ends the step. */
import type { EstateWrite, Tx } from '../ports/store.ts';
import type { StepWorld } from '../steps/step-world.ts';
import type { EstateIndex } from './estate-index.ts';
import type { EstateObject, ObjectRef, Observed } from './estate-object.ts';
import { type Observation, reconcile, reconcileInside } from './reconcile.ts';

export function createRecorder(
  index: EstateIndex,
  afterWrite: () => void,
  onRecorded?: (tx: Tx, writes: readonly EstateWrite[]) => Promise<void>,
): Pick<StepWorld, 'record' | 'recordGone'> {
  const begun = new WeakSet<Tx>();

  /** The index must not learn what this transaction wrote before: it may be undone, and the index would keep it. */
  async function reconcileOnce(tx: Tx, observation: Observation) {
    // From the first on nobody else writes: this transaction holds the lock of the estate.
    if (begun.has(tx)) return reconcile(index, observation);
    begun.add(tx);
    return reconcileInside(tx, index, observation);
  }

  return {
    async record(tx: Tx, connectionId: string, observed: Observed, ownerId?: string) {
      // What was read is one object: another that bears its identity is a matter for the next reading.
      const observation = { connectionId, observed: [observed], stillExists: () => false };
      const { writes } = await reconcileOnce(tx, observation);
      await onRecorded?.(tx, writes);
      const known = index.byHandle(connectionId, observed.kind, observed.handle);
      // A VM that Drover made belongs to who asked for it, also where a reading had seen it before its step ended.
      const changes = writes.length > 0 || !known || !ownerId ? writes : [toWrite(known)];
      if (changes.length > 0)
        await tx.estate.write(ownerId ? changes.map((write) => ({ ...write, ownerId })) : changes);
      tx.afterCommit(afterWrite);
    },
    async recordGone(tx: Tx, { connectionId, kind, handle }: ObjectRef) {
      const known = await tx.estate.listByHandle(connectionId, kind, handle);
      // Nothing comes back of a VM that Drover deleted.
      for (const { id } of known) await tx.vmMaintenance.delete(id);
      await tx.estate.write(
        known.filter(({ gone }) => !gone).map((object) => ({ ...toWrite(object), gone: true })),
      );
      tx.afterCommit(afterWrite);
    },
  };
}

function toWrite({
  id,
  connectionId,
  kind,
  handle,
  identity,
  body,
  ownerId,
  isTwin,
  gone,
}: EstateObject): EstateWrite {
  return { id, connectionId, kind, handle, identity, body, ownerId, isTwin, gone } as EstateWrite;
}
