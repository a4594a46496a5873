/** Which approval rules would hold for an explained command: by a plan where one is made from what is known. */
import { listStageDisagreements } from '#approvals/close-stages.ts';
import { findStagesOfEach } from '#approvals/policy.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { AnyOperation } from '#core/operations/operation.ts';
import { readWorld } from '#core/operations/prepare-world.ts';
import { findOperation } from '#core/operations/registry.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { JudgedPlace } from '#core/rights/authorize-each.ts';
import { isAction } from '#core/rights/role.ts';
import type { RuleFacts } from '../cards/explain-card.ts';
import type { Asking, CommandDefinition } from './command.ts';

export interface Explained {
  readonly targets: readonly EstateObject[];
  readonly places: readonly JudgedPlace[];
}

export async function readRules(
  asking: Asking,
  { right, changes }: CommandDefinition,
  { targets, places }: Explained,
): Promise<RuleFacts> {
  const operation = changes && right !== null ? findOperation(right) : undefined;
  if (!operation) return { rules: 'none_needed' };
  const { policies } = asking.house.rules;
  const isOnVms = targets.length > 0 && targets.every(({ kind }) => kind === 'vm');
  const plan = isOnVms && (await planOn(asking, operation, targets));
  if (!plan || places.length === 0) {
    const isNamed = (pattern: string) => isAction(pattern, operation.name);
    return { rules: 'named', policies: policies.filter((one) => one.operations.some(isNamed)) };
  }
  const question = { operation: operation.name, places, personId: asking.person.id, plan };
  const policy = findStagesOfEach(question, policies);
  const disagreements = policy.verdict === 'stages' ? listStageDisagreements(policy, policies) : [];
  return { rules: 'judged', policy, plan, disagreements };
}

/** From the estate as it is known: no platform is asked, and nothing is written. */
async function planOn(
  { house }: Asking,
  operation: AnyOperation,
  [vm, ...more]: readonly EstateObject[],
): Promise<Plan | undefined> {
  const moreVmIds = more.map(({ id }) => id);
  const input = operation.input.safeParse({
    vmId: vm?.id,
    ...(moreVmIds.length > 0 ? { moreVmIds } : {}),
  });
  if (!input.success) return undefined;
  const targetIds = operation.targetIds(input.data, house.index);
  const world = await house.store.read((reads) => readWorld(house.world, reads, { targetIds }));
  return operation.plan(input.data, world);
}
