/**
 * The rehearsal of a change before it is asked for. The estate goes on meanwhile: what was rehearsed counts only while
 * the plan is still the same in all that decides when it ends.
 */
import type { Members, Possible } from '#approvals/open-request.ts';
import { OperationError } from '#core/errors.ts';
import { isSameJson } from '#core/plan/canonical-hash.ts';
import type { Json, Plan } from '#core/plan/plan.ts';
import type { Rehearsal } from '#core/plan/rehearsal.ts';
import type { Asking } from '../commands/command.ts';
import { judgeNow } from '../conversation/judge-now.ts';
import type { Change } from '../conversation/refused-change.ts';

export interface Rehearsed {
  readonly plan: Plan;
  readonly rehearsal: Rehearsal;
}

/** Once, and once more when another plan has come of it by then. */
const TRIES = 2;

/**
 * Undefined: it is not possible, so there is nothing to rehearse.
 *
 * @throws OperationError `rehearsal_failed`, not started
 */
export async function rehearseChange(
  asking: Asking,
  change: Change,
  members: Members,
): Promise<Rehearsed | undefined> {
  let judgement = await judgeNow(asking, change, members);
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (judgement.verdict !== 'possible') return undefined;
    const { plan } = judgement;
    const rehearsal = await asking.house.rehearsePlan(plan);
    judgement = await judgeNow(asking, change, members);
    if (judgement.verdict !== 'possible') return undefined;
    if (isSamePlan(plan, judgement.plan)) return { plan, rehearsal };
  }
  throw toUnsettled();
}

/** The estate changes faster than plans of it can be rehearsed. */
export function toUnsettled(): OperationError {
  return new OperationError('rehearsal_failed', 'not_started', { isUnsettled: true });
}

/** In its deeds, their order and places; load and reasons change all the time. */
function isSamePlan(one: Plan, other: Plan): boolean {
  return isSameJson(toDeeds(one), toDeeds(other));
}

/** The judgement with what was rehearsed; undefined when that was another plan. */
export function withRehearsal(
  judgement: Possible,
  rehearsed: Rehearsed | undefined,
): Possible | undefined {
  const { plan } = judgement;
  if (!rehearsed || !isSamePlan(plan, rehearsed.plan)) return undefined;
  const advice = { ...plan.advice, rehearsal: rehearsed.rehearsal };
  return { ...judgement, plan: { ...plan, advice } };
}

function toDeeds({ steps }: Plan): Json {
  return steps.map(({ key, after, begins, choice, input, placement }) => {
    const { host, datastore } = (placement ?? {}) as Readonly<Record<string, Json | undefined>>;
    return { key, after, begins, choice, input, host, datastore } as unknown as Json;
  });
}
