/** Who empties the hosts of a cluster, as it was configured. */
export const EVACUATION_WAYS = ['drover', 'platform'] as const;
/** `drover`: by its own plan, VM by VM. `platform`: by what the platform does of itself. */
export type EvacuationWay = (typeof EVACUATION_WAYS)[number];

export interface EvacuationPolicy {
  readonly evacuate: EvacuationWay;
  /** Clusters for which it is another one. */
  readonly evacuateClusters: readonly {
    readonly connection: string;
    readonly cluster: string;
    readonly by: EvacuationWay;
  }[];
}

export function findEvacuationWay(
  { evacuate, evacuateClusters }: EvacuationPolicy,
  connectionId: string,
  cluster: string | undefined,
): EvacuationWay {
  const own = evacuateClusters.find(
    (one) => one.connection === connectionId && one.cluster === cluster,
  );
  return own?.by ?? evacuate;
}
