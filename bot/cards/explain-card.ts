/** Why a command is allowed or not: by role, group, rule and line. */
import type { Policy, PolicyDecision } from '#approvals/policy.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Group } from '#core/ports/directory.ts';
import type { RightsDecision, RoleReason } from '#core/rights/authorize.ts';
import type { Disagreement } from '#core/rights/configured-group.ts';
import { toGrantsNothingWords, toNobodyMayAgreeWords } from '../words/en/group-words.ts';
import { RIGHTS_WORDS, ROLE_WORDS } from '../words/en/rights-words.ts';
import { POLICY_WORDS, toScopeWords } from '../words/en/view-words.ts';
import type { Block } from './card.ts';
import type { Draft } from './draft.ts';
import { blockerBlocks } from './plan-blocks.ts';
import { toIdField } from './whoami-card.ts';

export interface ExplainFacts {
  /** `vm delete db-01`. */
  readonly command: string;
  /** `null`: it needs none. */
  readonly right: string | null;
  readonly decision: RightsDecision;
  /** Of several things, the one on which it is not allowed. */
  readonly on?: string | undefined;
  /** Judged on what the command names; else: whether any place allows it. */
  readonly isPlaced: boolean;
  readonly rules: RuleFacts;
}

export type RuleFacts =
  /** Nothing is changed, or the right is enough. */
  | { readonly rules: 'none_needed' }
  /** By a plan made now. */
  | {
      readonly rules: 'judged';
      readonly policy: PolicyDecision;
      readonly plan: Plan;
      /** Of the groups that are asked; nobody of them may agree (H28). */
      readonly disagreements: readonly Disagreement[];
    }
  /** Which of them hold depends on the plan. */
  | { readonly rules: 'named'; readonly policies: readonly Policy[] };

export function explainCard(facts: ExplainFacts): Draft {
  const { command, right, decision } = facts;
  const verdict = toVerdict(facts);
  const title = `${verdict}: ${command}`;
  const own = decision.reasons.filter(({ code }) => code !== 'not_a_member');
  const others = decision.reasons.filter(({ code }) => code === 'not_a_member');
  const words = toRightWords(facts);
  return {
    ...{ title, tone: verdict === 'Allowed' ? 'good' : 'warning', summary: `${title}. ${words}` },
    body: [
      { block: 'text', text: words },
      ...(own.length > 0 && right !== null ? [reasonTable(own), ...partedBlocks(own)] : []),
      ...ruleBlocks(facts.rules),
      { block: 'text', text: 'Nothing was done.', weight: 'quiet' },
    ],
    actions: [],
    ...toDetails(facts, { own, others }),
  };
}

/** Roles of others, and the ids of the groups that decide. */
function toDetails(
  { right, rules }: ExplainFacts,
  { own, others }: { readonly own: readonly RoleReason[]; readonly others: readonly RoleReason[] },
): Pick<Draft, 'details'> {
  if (right === null) return {};
  const groups = [
    ...own.map(({ group: name = '', groupId: id = '' }) => ({ name, id })),
    ...listAsked(rules),
  ];
  const byId = [...new Map(groups.map((group) => [group.id, group])).values()];
  const details: Block[] = [
    ...(others.length > 0 ? [reasonTable(others)] : []),
    ...(byId.length > 0 ? [{ block: 'fields', fields: byId.map(toIdField) } as const] : []),
  ];
  return details.length > 0 ? { details } : {};
}

/** Groups of which votes would be asked. */
function listAsked(facts: RuleFacts): Group[] {
  if (facts.rules === 'named')
    return facts.policies.flatMap(({ approvals }) => approvals?.group ?? []);
  if (facts.rules === 'none_needed' || facts.policy.verdict !== 'stages') return [];
  return facts.policy.stages.map(({ groupId: id, groupName: name }) => ({ id, name }));
}

/** A right alone is not enough where a rule must agree, or where something stands in the way. */
function toVerdict({ decision, rules }: ExplainFacts): string {
  if (!decision.allowed) return 'Not allowed';
  if (rules.rules === 'named' && rules.policies.length === 0) return 'Refused by rule';
  if (rules.rules !== 'judged') return 'Allowed';
  if (rules.policy.verdict === 'no_policy' || rules.disagreements.length > 0)
    return 'Refused by rule';
  return rules.plan.blockers.length > 0 ? 'Allowed, but not possible now' : 'Allowed';
}

function toRightWords({ right, decision, on, isPlaced }: ExplainFacts): string {
  if (right === null) return 'Everybody who is known may run it.';
  const where = on === undefined ? '' : ` on ${on}`;
  if (!decision.allowed)
    return `${RIGHTS_WORDS[decision.code]} It needs the right ${right}${where}.`;
  return isPlaced
    ? `You have the right that it needs there: ${right}.`
    : `You have the right that it needs, ${right}, in some place; which one it names decides.`;
}

function reasonTable(reasons: readonly RoleReason[]): Block {
  return {
    block: 'table',
    columns: ['Role', 'Line', 'Why'].map((title) => ({ title })),
    rows: reasons.map((reason) => [reason.role, String(reason.line), ROLE_WORDS[reason.code]]),
  };
}

/** Too long for a table, where it would be cut. */
function partedBlocks(reasons: readonly RoleReason[]): Block[] {
  return reasons.flatMap(({ role, disagreement }): Block[] =>
    disagreement
      ? [{ block: 'text', text: `Role ${role} ${toGrantsNothingWords(disagreement)}` }]
      : [],
  );
}

function ruleBlocks(facts: RuleFacts): Block[] {
  if (facts.rules === 'none_needed') return [];
  if (facts.rules === 'named') return namedRuleBlocks(facts.policies);
  const { policy, plan, disagreements } = facts;
  const blockers = blockerBlocks(plan);
  return [
    ...judgedRuleLines(policy).map((line): Block => ({ block: 'text', text: line })),
    ...disagreementBlocks(disagreements),
    ...(blockers.length > 0 ? [{ block: 'text', text: 'In its way now:' } as const] : []),
    ...blockers,
  ];
}

function judgedRuleLines(policy: PolicyDecision): string[] {
  if (policy.verdict === 'no_policy') return [POLICY_WORDS.none];
  if (policy.verdict === 'auto') {
    return policy.rules.map(
      ({ name, line }) => `Rule ${name} (line ${line}): ${POLICY_WORDS.auto}.`,
    );
  }
  return policy.stages.map(({ rule, line, needed, groupName, reasonOnDeny }) => {
    const reason = reasonOnDeny ? ', reason on deny' : '';
    return `Rule ${rule} (line ${line}): ${needed} of ${groupName}${reason}.`;
  });
}

function disagreementBlocks(disagreements: readonly Disagreement[]): Block[] {
  return disagreements.map((one) => ({ block: 'text', text: toNobodyMayAgreeWords(one) }));
}

function namedRuleBlocks(policies: readonly Policy[]): Block[] {
  if (policies.length === 0) return [{ block: 'text', text: POLICY_WORDS.none }];
  return [
    { block: 'text', text: POLICY_WORDS.depends },
    {
      block: 'table',
      columns: ['Rule', 'Asks for', 'Where'].map((title) => ({ title })),
      rows: policies.map(({ name, line, approvals, scope }) => [
        `${name} (line ${line})`,
        approvals ? `${approvals.needed} of ${approvals.group.name}` : POLICY_WORDS.auto,
        toScopeWords(scope),
      ]),
    },
    ...disagreementBlocks(policies.flatMap(({ approvals }) => approvals?.group.disagreement ?? [])),
  ];
}
