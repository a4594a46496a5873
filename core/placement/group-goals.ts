/**
 * What a group of hosts is for, as it was configured: a cluster, or what is left of a connection. The stars of a host are
 * those of its own group's goal.
 */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote } from '../plan/plan.ts';
import type { PlacementGoal } from './stars.ts';

export interface GroupGoals {
  readonly goal: PlacementGoal;
  /** Groups for which it is another one. */
  readonly goals: readonly {
    readonly connection: string;
    /** Left out: every host of the connection whose cluster is not named. */
    readonly cluster?: string | undefined;
    readonly goal: PlacementGoal;
  }[];
}

/** By the cluster's name; undefined: of no cluster. */
export type GoalOf = (connectionId: string, cluster: string | undefined) => PlacementGoal;

export function createGoalOf({ goal, goals }: GroupGoals): GoalOf {
  const known = new Map<string, Map<string | undefined, PlacementGoal>>();
  for (const { connection, cluster, goal: own } of goals)
    known.set(connection, (known.get(connection) ?? new Map()).set(cluster, own));
  return (connectionId, cluster) => {
    const own = known.get(connectionId);
    return own?.get(cluster) ?? own?.get(undefined) ?? goal;
  };
}

interface GoalWorld {
  readonly index: Pick<EstateIndex, 'byHandle'>;
  readonly goalOf: GoalOf;
}

/** Of hosts of one connection; each cluster is looked up once. */
export function createGoalFinder(
  connectionId: string,
  { index, goalOf }: GoalWorld,
): (host: EstateObject<'host'>) => PlacementGoal {
  const known = new Map<string | undefined, PlacementGoal>();
  return ({ body: { clusterHandle } }) => {
    let goal = known.get(clusterHandle);
    if (goal === undefined) {
      const cluster = clusterHandle && index.byHandle(connectionId, 'cluster', clusterHandle);
      goal = goalOf(connectionId, cluster ? cluster.body.name : undefined);
      known.set(clusterHandle, goal);
    }
    return goal;
  };
}

/** Where fuller is better, stars do not mean what most expect of them. */
export function toGoalReasons(goal: PlacementGoal): PlanNote[] {
  return goal === 'consolidate' ? [{ code: 'group_consolidates', facts: {} }] : [];
}
