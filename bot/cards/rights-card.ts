/** Who somebody is to Drover, and why a command is allowed or not: by role, rule and line. */
import type { Policy, PolicyDecision } from '#approvals/policy.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Account } from '#core/ports/directory.ts';
import type { RightsDecision, RoleReason } from '#core/rights/authorize.ts';
import { type Disagreement, findDisagreement } from '#core/rights/configured-group.ts';
import type { QuotaLine } from '#core/rights/quota-line.ts';
import type { Role } from '#core/rights/role.ts';
import {
  toClosedRoleWords,
  toGrantsNothingWords,
  toNobodyMayAgreeWords,
} from '../words/en/group-words.ts';
import { RIGHTS_WORDS, ROLE_WORDS } from '../words/en/rights-words.ts';
import { POLICY_WORDS, toLimitWords, toScopeWords } from '../words/en/view-words.ts';
import { plural } from '../words/units.ts';
import type { Block } from './card.ts';
import type { Draft } from './draft.ts';
import { blockerBlocks } from './plan-blocks.ts';

export interface WhoamiFacts {
  readonly person: Account;
  /** Names of the person's groups that roles or rules name. */
  readonly groupNames: readonly string[];
  readonly roles: readonly Role[];
  readonly quota: readonly QuotaLine[];
  /** Members that the directory could not show: what they have is missing from the amounts. */
  readonly unreadable: readonly string[];
}

export function whoamiCard(facts: WhoamiFacts): Draft {
  const { person, roles } = facts;
  const summary = `${person.name} (${person.login}), ${plural(roles.length, 'role')}`;
  return {
    ...{ title: person.name, state: person.state, tone: 'neutral', summary, actions: [] },
    body: [
      {
        block: 'fields',
        fields: [
          { label: 'Login', value: person.login },
          { label: 'Groups', value: toGroupWords(facts) },
        ],
      },
      roles.length === 0
        ? { block: 'text', text: 'No role has you as a member: you may only ask for help.' }
        : roleTable(roles),
      ...nothingBlocks(roles),
      ...quotaBlocks(facts),
    ],
    details: [{ block: 'fields', fields: [{ label: 'Directory id', value: person.id }] }],
  };
}

function toGroupWords({ person, groupNames }: WhoamiFacts): string {
  const others = person.groupIds.length - groupNames.length;
  const more = others > 0 ? [`${others} more that no role or rule names`] : [];
  return [...groupNames, ...more].join(', ') || 'none';
}

function roleTable(roles: readonly Role[]): Block {
  return {
    block: 'table',
    columns: ['Role', 'May', 'Where'].map((title) => ({ title })),
    rows: roles.map((role) => [
      `${role.name} (line ${role.line})`,
      [
        findDisagreement(role.members) ? 'nothing now' : role.allow.join(', '),
        ...(role.deny.length > 0 ? [`never ${role.deny.join(', ')}`] : []),
      ].join('; '),
      [toScopeWords(role.scope), ...toNameLimits(role)].join('; '),
    ]),
  };
}

function nothingBlocks(roles: readonly Role[]): Block[] {
  return roles.flatMap(({ name, members }): Block[] => {
    const disagreement = findDisagreement(members);
    return disagreement ? [{ block: 'text', text: toClosedRoleWords(name, disagreement) }] : [];
  });
}

function toNameLimits({ templates, networks }: Role): string[] {
  return [
    ...(templates ? [`templates ${templates.join(', ')}`] : []),
    ...(networks ? [`networks ${networks.join(', ')}`] : []),
  ];
}

function quotaBlocks({ quota, unreadable }: WhoamiFacts): Block[] {
  if (quota.length === 0) return [];
  const columns = ['Quota', 'Used', 'Limit'].map((title) => ({ title }));
  const rows = quota.map((line) => [
    line.of === 'member' ? `${line.role}, yours` : line.role,
    ...toLimitWords(line),
  ]);
  const missing: Block = {
    ...{ block: 'text', weight: 'quiet' },
    text: `Not counted, since the directory could not show them: ${unreadable.join(', ')}`,
  };
  return [{ block: 'table', columns, rows }, ...(unreadable.length > 0 ? [missing] : [])];
}

export interface ExplainFacts {
  /** `vm delete db-01`. */
  readonly command: string;
  /** `null`: it needs none. */
  readonly right: string | null;
  readonly decision: RightsDecision;
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
    ...(others.length > 0 && right !== null ? { details: [reasonTable(others)] } : {}),
  };
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

function toRightWords({ right, decision, isPlaced }: ExplainFacts): string {
  if (right === null) return 'Everybody who is known may run it.';
  if (!decision.allowed) return `${RIGHTS_WORDS[decision.code]} It needs the right ${right}.`;
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
