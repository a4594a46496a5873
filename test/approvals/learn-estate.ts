/** One whole reading of every connection by the product's own sync, as it does at a start. */
import type { Lab } from '#adapters/simulator/simulator.ts';
import { keepInSync, type SyncOptions } from '#core/inventory/sync-connection.ts';
import type { Connection } from '#core/ports/connection.ts';

export async function learnEstate(sync: SyncOptions, { connections }: Pick<Lab, 'connections'>) {
  for (const connection of connections) await readOnce(sync, connection);
}

/** Stops where the sync would wait: for changes, or before its next try. */
async function readOnce(sync: SyncOptions, connection: Connection): Promise<void> {
  const stopping = new AbortController();
  const stop = async () => stopping.abort();
  const clock = { elapsedMs: () => 0, pause: stop };
  const estate = { ...connection.estate, changes: stop };
  await keepInSync({ ...sync, clock }, { ...connection, estate }, stopping.signal);
}
