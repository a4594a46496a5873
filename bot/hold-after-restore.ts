/**
 * Where the outside anchor knows more of the audit than the database does, the database went back: every connection goes
 * on hold until an administrator has seen it, and no change leaves before (H37).
 */
import type { AnchorState } from '#core/audit/compare-anchor.ts';
import { holdConnection } from '#core/inventory/connection-hold.ts';
import type { House } from './house.ts';

export async function holdAfterRestore(
  { store, connections }: Pick<House, 'store' | 'connections'>,
  { code }: AnchorState,
): Promise<void> {
  if (code === 'agrees') return;
  await store.transact(async (tx) => {
    for (const id of connections.keys()) {
      const known = await tx.connections.find(id);
      if (!known?.holdCode) await holdConnection(tx, id, 'went_back', { anchor: code });
    }
  });
}
