/** The plan for what is no more, under the name by which it was last known. */
import type { Plan, Target } from '../plan/plan.ts';
import type { World } from './operation.ts';
import { toGonePlan } from './plan-parts.ts';

/** Only a start knows which one was agreed to; whoever asks anew has just typed its name. */
export function toNamedGonePlan(
  operation: string,
  { kind, id }: Pick<Target, 'kind' | 'id'>,
  { index, within }: World,
): Plan {
  const plan = toGonePlan(operation, id, kind);
  const { connection, [kind]: identity } = within?.exact ?? {};
  const name =
    connection !== undefined && identity !== undefined
      ? index.goneByIdentity(connection, kind, identity)?.body.name
      : undefined;
  if (name === undefined) return plan;
  return {
    ...plan,
    targets: [{ id, kind, name }],
    blockers: [{ code: 'target_gone', facts: { kind, name } }],
  };
}
