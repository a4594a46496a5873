/** Clusters that the configuration names under `placement.evacuateClusters`: one that its connection does not have is told of, once. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { Store } from '#core/ports/store.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { CLUSTER_FAULTS } from './words/en/platform-words.ts';

export interface ClusterNamesDeps {
  readonly store: Pick<Store, 'read'>;
  readonly index: Pick<EstateIndex, 'all'>;
  /** The index shows by then what the store held. */
  readonly catchUp: () => Promise<unknown>;
  readonly config: { readonly placement: Pick<Config['placement'], 'evacuateClusters'> };
  readonly log: Pick<Log, 'warn'>;
}

export interface ClusterNames {
  /** Answers whether every connection that was named has been read. */
  lookAnew(): Promise<boolean>;
}

export function createClusterNames(deps: ClusterNamesDeps): ClusterNames {
  const { store, index, catchUp, config, log } = deps;
  const told = new Set<string>();
  return {
    async lookAnew() {
      const states = await store.read((reads) => reads.connections.list());
      await catchUp();
      const read = new Set(states.flatMap(({ id, syncedAt }) => (syncedAt ? [id] : [])));
      const clusters = new Set([...index.all('cluster')].map((it) => toKey(it, it.body.name)));
      const named = config.placement.evacuateClusters;
      for (const { connection, cluster } of named) {
        const key = toKey({ connectionId: connection }, cluster);
        if (!read.has(connection) || clusters.has(key) || told.has(key)) continue;
        told.add(key);
        log.warn({ connection, cluster }, CLUSTER_FAULTS.none);
      }
      return named.every(({ connection }) => read.has(connection));
    },
  };
}

const toKey = ({ connectionId }: { readonly connectionId: string }, name: string) =>
  `${connectionId}\0${name}`;
