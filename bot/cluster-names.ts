/** Clusters that the configuration names under `placement`: one that its connection does not have is told of, once. */
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
  readonly config: { readonly placement: NamingClusters };
  readonly log: Pick<Log, 'warn'>;
}

type NamingClusters = Pick<Config['placement'], 'evacuateClusters' | 'goals'>;

export interface NamedCluster {
  /** In the configuration. */
  readonly under: string;
  readonly connection: string;
  readonly cluster: string;
}

export function listNamedClusters({ evacuateClusters, goals }: NamingClusters): NamedCluster[] {
  const ofGoals = goals.flatMap(({ connection, cluster }) =>
    cluster === undefined ? [] : [{ under: 'placement.goals', connection, cluster }],
  );
  const ofEvacuations = evacuateClusters.map(({ connection, cluster }) => ({
    ...{ under: 'placement.evacuateClusters', connection, cluster },
  }));
  return [...ofEvacuations, ...ofGoals];
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
      const named = listNamedClusters(config.placement);
      for (const { under, connection, cluster } of named) {
        const key = toKey({ connectionId: connection }, cluster);
        if (!read.has(connection) || clusters.has(key) || told.has(`${under}\0${key}`)) continue;
        told.add(`${under}\0${key}`);
        log.warn({ connection, cluster }, CLUSTER_FAULTS.none(under));
      }
      return named.every(({ connection }) => read.has(connection));
    },
  };
}

const toKey = ({ connectionId }: { readonly connectionId: string }, name: string) =>
  `${connectionId}\0${name}`;
