/** Of what an ended job was agreed to change: what is no more though the rest was still to change it, by its name. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import { toMoveKey } from '#core/operations/move-plan-parts.ts';
import { VM_MIGRATE } from '#core/operations/vm-migrate-wish.ts';
import type { Plan, Target } from '#core/plan/plan.ts';

export interface GoneTargets {
  readonly gone: readonly Target[];
  /** Still there, and still to be moved: asked for anew they go without those that are gone. */
  readonly rest: readonly Target[];
}

export interface GoneQuestion {
  /** As it would be made now. */
  readonly plan: Plan;
  /** It alone still knows the names. */
  readonly approved: Plan;
  readonly doneKeys: ReadonlySet<string>;
  readonly index: EstateIndex;
}

/** Undefined: nothing of it is gone, or only what the request named beside its targets. */
export function findGone({
  plan,
  approved,
  doneKeys,
  index,
}: GoneQuestion): GoneTargets | undefined {
  if (!plan.blockers.some(({ code }) => code === 'target_gone')) return undefined;
  const left = approved.targets.filter((target) => !doneKeys.has(toMoveKey(target)));
  const isThere = ({ kind, id }: Target) => index.get(kind, id) !== undefined;
  const gone = left.filter((target) => !isThere(target));
  if (gone.length === 0) return undefined;
  return { gone, rest: approved.operation === VM_MIGRATE ? left.filter(isThere) : [] };
}
