/** Keeps every connection's estate in step, each by itself, until Drover ends. */
import { keepInSync, type SyncOptions } from '#core/inventory/sync-connection.ts';
import type { Connection } from '#core/ports/connection.ts';

export interface KeptConnections {
  /** Begins the reading of one connection anew at once. */
  readonly resync: (connectionId: string) => void;
  /** Resolves when all have stopped. */
  readonly ended: Promise<void>;
}

export function keepConnections(
  sync: SyncOptions,
  connections: ReadonlyMap<string, Connection>,
  ending: AbortSignal,
): KeptConnections {
  const rounds = new Map<string, AbortController>();

  async function keep(connection: Connection): Promise<void> {
    while (!ending.aborted) {
      const round = new AbortController();
      rounds.set(connection.id, round);
      await keepInSync(sync, connection, AbortSignal.any([ending, round.signal]));
    }
  }

  const ended = Promise.all([...connections.values()].map(keep)).then(() => undefined);
  return { resync: (connectionId) => rounds.get(connectionId)?.abort(), ended };
}
