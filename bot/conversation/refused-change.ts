/** A change that is asked for, and what is said when it is not possible. */
import type { Judgement, Possible } from '#approvals/open-request.ts';
import type { ApprovalTx } from '#approvals/request-store.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import type { AnyOperation } from '#core/operations/operation.ts';
import { OPERATIONS } from '#core/operations/registry.ts';
import { authorize } from '#core/rights/authorize.ts';
import type { Draft } from '../cards/draft.ts';
import { judgementCard } from '../cards/judgement-card.ts';
import type { Asking } from '../commands/command.ts';

export interface Change {
  readonly operation: AnyOperation;
  readonly input: unknown;
  readonly reason: string | null;
  /** Show the plan, ask nobody, do nothing. */
  readonly planOnly: boolean;
  /** Run the plan on a twin first, and show what came of it. */
  readonly isRehearsed: boolean;
  /** Show the script that does the same, ask nobody, do nothing. */
  readonly scriptOnly: boolean;
  /** What was read otherwise than typed; said on the answer. */
  readonly readings: readonly string[];
}

/** Of what was asked for the audit keeps that it was refused; who wanted to see a plan asked for nothing. */
export async function refuseChange(
  tx: ApprovalTx,
  asking: Asking,
  change: Change,
  judgement: Exclude<Judgement, Possible>,
): Promise<Draft> {
  const { operation, planOnly, scriptOnly } = change;
  if (!planOnly && !scriptOnly) {
    const codes =
      judgement.verdict === 'blocked' ? judgement.plan.blockers.map(({ code }) => code) : [];
    const facts = { operation: operation.name, code: judgement.verdict, codes, text: asking.text };
    await tx.audit.insert({ event: 'refused', personId: asking.person.id, facts });
  }
  return refusedCard(asking, change, judgement);
}

export function refusedCard(
  asking: Asking,
  change: Change,
  judgement: Exclude<Judgement, Possible>,
): Draft {
  const { name: operation } = change.operation;
  return judgementCard({ judgement, operation, ...findTarget(asking, change) });
}

/** What a refusal names: the VM, and what this person may do with it all the same. */
function findTarget({ house, person }: Asking, { operation, input }: Change) {
  const [id] = operation.targetIds(input, house.index);
  const vm = id === undefined ? undefined : house.index.get('vm', id);
  if (!vm) return { target: (input as { name?: string }).name, may: [] };
  const scope = scopeOf(house.index, vm);
  const may = OPERATIONS.map(({ name }) => name).filter(
    (action) =>
      action !== 'vm.create' && authorize({ person, action, scope }, house.rules.roles).allowed,
  );
  return { target: vm.body.name, may: may.map(toVerb) };
}

/** `vm.disk.add` → `disk add`. */
function toVerb(action: string): string {
  return action.replace('vm.', '').replaceAll('.', ' ');
}
