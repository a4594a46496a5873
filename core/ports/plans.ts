/** Plans as they were hashed: plain rows that nobody changes. */
import type { Plan } from '../plan/plan.ts';

export interface PlanReads {
  find(
    id: string,
  ): Promise<{ readonly id: string; readonly hash: string; readonly plan: Plan } | undefined>;
}

export interface PlanTable extends PlanReads {
  insert(plan: { readonly id: string; readonly hash: string; readonly plan: Plan }): Promise<void>;
}
