/** Plans as they were approved; never changed. */
import type { Plan } from '#core/plan/plan.ts';
import type { PlanReads, PlanTable } from '#core/ports/plans.ts';
import type { Scope } from '../scope.ts';

interface PlanRow {
  readonly id: string;
  readonly hash: string;
  readonly plan: Plan;
}

export function createPlanReads({ db, codecs }: Scope): PlanReads {
  const codec = codecs<PlanRow>('plan');
  return {
    async find(id) {
      const row = await db.selectFrom('plan').selectAll().where('id', '=', id).executeTakeFirst();
      return row && codec.toRow(row);
    },
  };
}

export function createPlanTable(scope: Scope): PlanTable {
  const codec = scope.codecs<PlanRow>('plan');
  return {
    ...createPlanReads(scope),
    async insert(plan) {
      await scope.db.insertInto('plan').values(codec.toColumns(plan)).execute();
    },
  };
}
