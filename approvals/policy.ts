/**
 * Who must agree: the stages of all matching rules add up, `auto` adds none, and no matching rule means no.
 *
 * A rule that asks for votes holds also where its scope or a fact of the plan is not known; one that says `auto` does
 * not.
 */

import { EFFECTS, type Effect } from '#core/plan/bounds.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { JudgedPlace } from '#core/rights/authorize-each.ts';
import type { ConfiguredGroup } from '#core/rights/configured-group.ts';
import {
  type ActionPattern,
  isAction,
  matchScope,
  type Role,
  type Scope,
  type ScopeFacts,
} from '#core/rights/role.ts';
import type { Stage } from './request-store.ts';

/** What the configuration says of who may, and of who must agree. */
export interface Rules {
  readonly roles: readonly Role[];
  readonly policies: readonly Policy[];
}

export interface Range {
  readonly atMost?: number | undefined;
  readonly moreThan?: number | undefined;
}

/** Facts of the plan on which a rule holds. */
export interface Conditions {
  readonly cpus?: Range | undefined;
  readonly memoryBytes?: Range | undefined;
  readonly diskBytes?: Range | undefined;
  /** The worst effect on a VM lies at or above, at or below this. */
  readonly effectAtLeast?: Effect | undefined;
  readonly effectAtMost?: Effect | undefined;
}

export interface Policy {
  readonly name: string;
  readonly line: number;
  readonly operations: readonly ActionPattern[];
  readonly scope: Scope;
  readonly when: Conditions;
  /** Holds only for requesters who act by one of these roles. */
  readonly requesterRoles?: readonly string[] | undefined;
  /** `null`: agreed by the rule itself. */
  readonly approvals: {
    readonly needed: number;
    readonly group: ConfiguredGroup;
    readonly reasonOnDeny: boolean;
    readonly expiresAfterMinutes: number;
  } | null;
}

/** How long a request waits that no rule gives a time. */
export const EXPIRES_AFTER_MINUTES = 60;

export interface PolicyQuestion {
  readonly operation: string;
  readonly scope: ScopeFacts;
  readonly personId: string;
  readonly roleNames: readonly string[];
  readonly plan: Pick<Plan, 'bounds'>;
}

export type PolicyDecision =
  /** `on`: of several things, the one of which no rule speaks. */
  | { readonly verdict: 'no_policy'; readonly on?: string | undefined }
  | { readonly verdict: 'auto'; readonly rules: readonly Pick<Policy, 'name' | 'line'>[] }
  | {
      readonly verdict: 'stages';
      readonly stages: readonly Stage[];
      readonly expiresAfterMinutes: number;
    };

export function findStages(question: PolicyQuestion, policies: readonly Policy[]): PolicyDecision {
  return findStagesOfEach({ ...question, places: [question] }, policies);
}

export type EachQuestion = Omit<PolicyQuestion, 'scope' | 'roleNames'> & {
  readonly places: readonly JudgedPlace[];
};

/**
 * Of several things in one plan: the stages of every rule that holds for one of them add up, each rule once, and one of
 * which no rule speaks is enough for no. So `auto` is what every one of them is.
 */
export function findStagesOfEach(
  { places, ...question }: EachQuestion,
  policies: readonly Policy[],
): PolicyDecision {
  const each = places.map((place) =>
    policies.filter((policy) => isMatching(policy, { ...question, ...place })),
  );
  const unspoken = each.findIndex((own) => own.length === 0);
  if (places.length === 0 || unspoken >= 0) {
    const on = places[unspoken]?.name;
    return { verdict: 'no_policy', ...(on === undefined ? {} : { on }) };
  }
  const held = new Set(each.flat());
  const matching = policies.filter((policy) => held.has(policy));
  const asking = matching.flatMap(({ name, line, approvals }) =>
    approvals ? [{ name, line, ...approvals }] : [],
  );
  if (asking.length === 0)
    return { verdict: 'auto', rules: matching.map(({ name, line }) => ({ name, line })) };
  return {
    verdict: 'stages',
    stages: asking.map(({ name, line, needed, group, reasonOnDeny }) => ({
      ...{ rule: name, line, needed, reasonOnDeny },
      ...{ groupId: group.id, groupName: group.name },
    })),
    expiresAfterMinutes: Math.min(...asking.map(({ expiresAfterMinutes }) => expiresAfterMinutes)),
  };
}

function isMatching(policy: Policy, question: PolicyQuestion): boolean {
  const { operation, scope, personId, roleNames, plan } = question;
  if (!policy.operations.some((pattern) => isAction(pattern, operation))) return false;
  const match = matchScope(policy.scope, scope, personId);
  if (match === 'no' || (match === 'unknown' && !policy.approvals)) return false;
  if (policy.requesterRoles && !policy.requesterRoles.some((role) => roleNames.includes(role)))
    return false;
  return isMeeting(policy.when, plan, policy.approvals !== null);
}

/** A size that the plan does not name is unknown, not zero: starting a large VM takes nothing new. */
function isMeeting(
  when: Conditions,
  { bounds }: Pick<Plan, 'bounds'>,
  ifUnknown: boolean,
): boolean {
  const { cpus, memoryBytes, diskBytes } = bounds.atMost;
  const worst = Math.max(
    0,
    ...Object.values(bounds.effects).map((effect) => EFFECTS.indexOf(effect)),
  );
  return (
    isInRange(when.cpus, cpus, ifUnknown) &&
    isInRange(when.memoryBytes, memoryBytes, ifUnknown) &&
    isInRange(when.diskBytes, diskBytes, ifUnknown) &&
    (when.effectAtLeast === undefined || worst >= EFFECTS.indexOf(when.effectAtLeast)) &&
    (when.effectAtMost === undefined || worst <= EFFECTS.indexOf(when.effectAtMost))
  );
}

function isInRange(
  range: Range | undefined,
  value: number | undefined,
  ifUnknown: boolean,
): boolean {
  if (!range) return true;
  if (value === undefined) return ifUnknown;
  if (range.atMost !== undefined && value > range.atMost) return false;
  return range.moreThan === undefined || value > range.moreThan;
}
