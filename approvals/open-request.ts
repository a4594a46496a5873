/**
 * From a typed command to a request: rights, plan, quota, rule, stages and reservation in one transaction.
 *
 * The plan is made inside the transaction, under the quota lock and with the reservations it sees there, so that two
 * requests never take the same memory and 200 at once never pass one quota.
 */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import type { AnyOperation, World } from '#core/operations/operation.ts';
import { hashPlan } from '#core/plan/canonical-hash.ts';
import type { Json, Plan } from '#core/plan/plan.ts';
import type { Account, Directory } from '#core/ports/directory.ts';
import type { RightsDecision } from '#core/rights/authorize.ts';
import { type Disagreement, findDisagreement } from '#core/rights/configured-group.ts';
import { isOver, listQuotaLines } from '#core/rights/quota.ts';
import type { QuotaLine } from '#core/rights/quota-line.ts';
import type { Role } from '#core/rights/role.ts';
import { findStageDisagreement } from './close-stages.ts';
import { approve, type DecideDeps } from './decide.ts';
import { fillStages, isFilled } from './fill-stages.ts';
import { judgeRight } from './judge-right.ts';
import {
  EXPIRES_AFTER_MINUTES,
  findStagesOfEach,
  type PolicyDecision,
  type Rules,
} from './policy.ts';
import type { ApprovalTx, Request, Stage } from './request-store.ts';

export interface RequestDeps extends DecideDeps {
  readonly index: EstateIndex;
  readonly onError: (error: unknown) => void;
}

export interface Ask {
  readonly operation: AnyOperation;
  readonly input: unknown;
  readonly requester: Account;
  readonly reason: string | null;
  readonly place: string;
  /** Given where a click opens it: the same click again finds it, or fails on its id (H34). */
  readonly requestId?: string | undefined;
}

export type Judgement =
  /** `on`: of several things, the one on which it is not. */
  | {
      readonly verdict: 'not_allowed';
      readonly rights: RightsDecision;
      readonly on?: string | undefined;
    }
  | { readonly verdict: 'target_gone' }
  | { readonly verdict: 'blocked'; readonly plan: Plan }
  | { readonly verdict: 'over_quota'; readonly plan: Plan; readonly lines: readonly QuotaLine[] }
  | { readonly verdict: 'no_policy'; readonly plan: Plan; readonly on?: string | undefined }
  /** Not enough people could ever agree (H24). */
  | {
      readonly verdict: 'nobody_can_agree';
      readonly plan: Plan;
      readonly stage: Stage;
      readonly others: number;
    }
  /** One of the groups that are asked is no longer the one that its name meant (H28). */
  | {
      readonly verdict: 'group_disagrees';
      readonly plan: Plan;
      readonly stage: Stage;
      readonly disagreement: Disagreement;
    }
  | Possible;

export interface Possible {
  readonly verdict: 'possible';
  readonly plan: Plan;
  readonly policy: Exclude<PolicyDecision, { verdict: 'no_policy' }>;
  /** The role whose quota it takes. */
  readonly role: Role;
  readonly quota: readonly QuotaLine[];
}

/** Everybody who could matter, read before the transaction: members of the stages' groups and of roles with quota. */
export type Members = ReadonlyMap<string, readonly Account[]>;

/** What would become of it; pure over the world and the members given. */
export function judge(
  ask: Ask,
  deps: Pick<RequestDeps, 'rules' | 'index'>,
  world: World,
  members: Members,
): Judgement {
  const { operation, input, requester } = ask;
  const asked = { operation, input, requesterId: requester.id };
  const { places, rights, on } = judgeRight(deps, asked, requester);
  if (!rights) return { verdict: 'target_gone' };
  if (!rights.allowed) return { verdict: 'not_allowed', rights, on };
  const plan = operation.plan(input, world);
  if (plan.blockers.length > 0) return { verdict: 'blocked', plan };
  const chosen = chooseRole(rights.roles, plan, { ask, deps, world, members });
  if (!chosen.role) return { verdict: 'over_quota', plan, lines: chosen.lines };
  const question = { operation: operation.name, places, personId: requester.id, plan };
  const policy = findStagesOfEach(question, deps.rules.policies);
  if (policy.verdict === 'no_policy') return { ...policy, plan };
  const closed = policy.verdict === 'stages' && findClosedStage(policy.stages, deps.rules);
  if (closed) return { verdict: 'group_disagrees', plan, ...closed };
  const short = policy.verdict === 'stages' && findShortStage(policy.stages, requester.id, members);
  if (short) return { verdict: 'nobody_can_agree', plan, ...short };
  return { verdict: 'possible', plan, policy, role: chosen.role, quota: chosen.lines };
}

function findClosedStage(
  stages: readonly Stage[],
  { policies }: Rules,
): { stage: Stage; disagreement: Disagreement } | undefined {
  for (const stage of stages) {
    const disagreement = findStageDisagreement(stage, policies);
    if (disagreement) return { stage, disagreement };
  }
  return undefined;
}

export interface Weighing {
  readonly ask: Pick<Ask, 'requester'>;
  readonly deps: Pick<RequestDeps, 'index'>;
  readonly world: World;
  readonly members: Members;
}

/** The first role, in the order of the configuration, whose quota has room; without one, the lines that are over. */
export function chooseRole(
  roles: readonly Role[],
  plan: Pick<Plan, 'reserves'>,
  { ask, deps, world, members }: Weighing,
): { role?: Role; lines: readonly QuotaLine[] } {
  const { vms = 0, cpus = 0, memoryBytes = 0, diskBytes = 0 } = plan.reserves ?? {};
  const over: QuotaLine[] = [];
  for (const role of roles) {
    const lines = listQuotaLines(role, {
      index: deps.index,
      reservations: world.reservations,
      personId: ask.requester.id,
      memberIds: role.members.flatMap(({ id }) => members.get(id) ?? []).map(({ id }) => id),
      scopeOf: (vm) => scopeOf(deps.index, vm),
      wanted: { vms, cpus, memoryBytes, diskBytes },
      exceptRequestId: world.exceptRequestId,
    });
    if (!plan.reserves || !lines.some(isOver)) return { role, lines };
    over.push(...lines.filter(isOver));
  }
  return { lines: over };
}

/** The first stage that cannot reach its number without the requester, when all who could vote did (H24). */
export function findShortStage(
  stages: readonly Stage[],
  requesterId: string,
  members: Members,
): { stage: Stage; others: number } | undefined {
  const people = new Map<string, { personId: string; groupIds: string[] }>();
  for (const { groupId } of stages) {
    for (const { id, state } of members.get(groupId) ?? []) {
      if (state !== 'active' || id === requesterId) continue;
      const known = people.get(id) ?? { personId: id, groupIds: [] };
      known.groupIds.push(groupId);
      people.set(id, known);
    }
  }
  const filled = fillStages(stages, [...people.values()]);
  if (isFilled(stages, filled)) return undefined;
  const at = stages.findIndex(({ needed }, index) => (filled[index] ?? 0) < needed);
  const stage = stages[at] as Stage;
  return { stage, others: filled[at] ?? 0 };
}

/**
 * Reads the members that `judge` needs; a group that cannot be read throws, it is never empty (H09). Groups that give
 * nothing, since name and id disagree, are not asked for: they may be gone.
 */
export async function readMembers(rules: Rules, directory: Directory): Promise<Members> {
  const groups = new Set([
    ...rules.policies.flatMap(({ approvals }) =>
      approvals && !approvals.group.disagreement ? approvals.group.id : [],
    ),
    ...rules.roles
      .filter(({ quota, members }) => quota.role && !findDisagreement(members))
      .flatMap(({ members }) => members.map(({ id }) => id)),
  ]);
  const members = new Map<string, readonly Account[]>();
  for (const id of groups) members.set(id, (await directory.listMembers(id)).people);
  return members;
}

export interface Opened {
  readonly request: Request;
  readonly isApproved: boolean;
}

/** Writes what `judge` found possible. Where the rule says `auto`, the job is made at once. */
export async function openRequest(
  tx: ApprovalTx,
  deps: RequestDeps,
  ask: Ask,
  possible: Possible,
): Promise<Opened> {
  const { policy, role } = possible;
  const plan = { ...possible.plan, advice: { ...possible.plan.advice, quota: possible.quota } };
  const { requester } = ask;
  const planId = deps.newId();
  const requestId = ask.requestId ?? deps.newId();
  const minutes = policy.verdict === 'stages' ? policy.expiresAfterMinutes : EXPIRES_AFTER_MINUTES;
  const number = await tx.nextNumber('request');
  await tx.plans.insert({ id: planId, hash: hashPlan(plan), plan });
  await tx.requests.insert({
    ...{ id: requestId, number, planId, operation: ask.operation.name, input: ask.input as Json },
    ...{
      requesterId: requester.id,
      requesterName: requester.name,
      reason: ask.reason,
      place: ask.place,
    },
    stages: policy.verdict === 'stages' ? policy.stages : [],
    expiresAt: new Date(tx.now.getTime() + minutes * 60_000),
  });
  if (plan.reserves) {
    await tx.reservations.put({
      ...plan.reserves,
      requestId,
      personId: requester.id,
      roleNames: [role.name],
    });
  }
  const rules =
    policy.verdict === 'stages'
      ? policy.stages.map(({ rule }) => rule)
      : policy.rules.map(({ name }) => name);
  await tx.audit.insert({
    event: 'request_opened',
    personId: requester.id,
    requestId,
    facts: { number, operation: ask.operation.name, rules, role: role.name, reason: ask.reason },
  });
  const request = (await tx.requests.find(requestId)) as Request;
  if (policy.verdict === 'auto') await approve(tx, deps, request);
  else {
    await tx.enqueue([{ topic: 'request', key: requestId, delayMs: 60_000 }]);
    await deps.announcer.requestChanged(tx, requestId);
  }
  return { request, isApproved: policy.verdict === 'auto' };
}
