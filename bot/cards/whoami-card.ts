/** Who somebody is to Drover: groups, roles with their lines, quota. */
import type { Account, Group } from '#core/ports/directory.ts';
import { findDisagreement } from '#core/rights/configured-group.ts';
import type { QuotaLine } from '#core/rights/quota-line.ts';
import type { Role } from '#core/rights/role.ts';
import { toClosedRoleWords } from '../words/en/group-words.ts';
import { toRightsWords } from '../words/en/role-words.ts';
import { toLimitWords, toScopeWords } from '../words/en/view-words.ts';
import { plural } from '../words/units.ts';
import type { Block } from './card.ts';
import type { Draft } from './draft.ts';

export interface WhoamiFacts {
  readonly person: Account;
  /** The person's groups that roles or rules name. */
  readonly groups: readonly Group[];
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
    details: [
      {
        block: 'fields',
        fields: [{ label: 'Directory id', value: person.id }, ...facts.groups.map(toIdField)],
      },
    ],
  };
}

/** SIDs are for those who ask for details. */
export function toIdField({ name, id }: Group) {
  return { label: `Group ${name}`, value: id };
}

function toGroupWords({ person, groups }: WhoamiFacts): string {
  const others = person.groupIds.length - groups.length;
  const more = others > 0 ? [`${others} more that no role or rule names`] : [];
  return [...groups.map(({ name }) => name), ...more].join(', ') || 'none';
}

function roleTable(roles: readonly Role[]): Block {
  return {
    block: 'table',
    columns: ['Role', 'May', 'Where'].map((title) => ({ title })),
    rows: roles.map((role) => [
      `${role.name} (line ${role.line})`,
      toRightsWords(role, findDisagreement(role.members) !== undefined),
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
