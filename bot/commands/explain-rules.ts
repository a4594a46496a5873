/** Which approval rules would hold for an explained command: by a plan where one is made from what is known. */
import { listStageDisagreements } from '#approvals/close-stages.ts';
import { findStages } from '#approvals/policy.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { AnyOperation } from '#core/operations/operation.ts';
import { readWorld } from '#core/operations/prepare-world.ts';
import { findOperation } from '#core/operations/registry.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { RightsDecision } from '#core/rights/authorize.ts';
import { isAction, type ScopeFacts } from '#core/rights/role.ts';
import type { RuleFacts } from '../cards/explain-card.ts';
import type { Asking, CommandDefinition } from './command.ts';

export interface Explained {
  readonly target?: EstateObject | undefined;
  readonly scope?: ScopeFacts | undefined;
  readonly decision: RightsDecision;
}

export async function readRules(
  asking: Asking,
  { right, changes }: CommandDefinition,
  { target, scope, decision }: Explained,
): Promise<RuleFacts> {
  const operation = changes && right !== null ? findOperation(right) : undefined;
  if (!operation) return { rules: 'none_needed' };
  const { policies } = asking.house.rules;
  const plan = target?.kind === 'vm' && (await planOn(asking, operation, target.id));
  if (!plan || !scope) {
    const isNamed = (pattern: string) => isAction(pattern, operation.name);
    return { rules: 'named', policies: policies.filter((one) => one.operations.some(isNamed)) };
  }
  const roleNames = decision.roles.map(({ name }) => name);
  const question = {
    operation: operation.name,
    scope,
    personId: asking.person.id,
    roleNames,
    plan,
  };
  const policy = findStages(question, policies);
  const disagreements = policy.verdict === 'stages' ? listStageDisagreements(policy, policies) : [];
  return { rules: 'judged', policy, plan, disagreements };
}

/** From the estate as it is known: no platform is asked, and nothing is written. */
async function planOn(
  { house }: Asking,
  operation: AnyOperation,
  vmId: string,
): Promise<Plan | undefined> {
  const input = operation.input.safeParse({ vmId });
  if (!input.success) return undefined;
  const targetIds = operation.targetIds(input.data);
  const world = await house.store.read((reads) => readWorld(house.world, reads, { targetIds }));
  return operation.plan(input.data, world);
}
