/** Roles as the configuration has them: what they give, where, to which groups, and how each of these stands. */
import { type ConfiguredGroup, findDisagreement } from '#core/rights/configured-group.ts';
import type { Role } from '#core/rights/role.ts';
import { toClosedRoleWords, toStandingWords } from '../words/en/group-words.ts';
import { ROLE_VIEW_WORDS, toAmountWords, toRightsWords } from '../words/en/role-words.ts';
import { toScopeWords } from '../words/en/view-words.ts';
import type { Block } from './card.ts';
import type { Draft } from './draft.ts';
import { plainRefusal, runButton } from './refusal-card.ts';

/** Who is in a group, as far as it can be read. */
export type GroupReading =
  | {
      readonly reading: 'read';
      readonly count: number;
      readonly notActive: number;
      readonly unreadable: readonly string[];
    }
  | { readonly reading: 'not_readable' | 'not_reachable' }
  /** Name and id disagree: whoever is in it has nothing by it. */
  | { readonly reading: 'not_asked' };

export interface ShownGroup {
  readonly group: ConfiguredGroup;
  readonly members: GroupReading;
}

export function roleListCard(roles: readonly Role[]): Draft {
  const title = ROLE_VIEW_WORDS.listTitle(roles.length);
  const table: Block = {
    block: 'table',
    columns: ROLE_VIEW_WORDS.columns.map((name) => ({ title: name })),
    rows: roles.map((role) => [
      `${role.name} (${ROLE_VIEW_WORDS.line(role.line)})`,
      toRightsWords(role, isClosed(role)),
      toScopeWords(role.scope),
      role.members.map(({ name }) => name).join(', '),
    ]),
  };
  const tone = roles.some(isClosed) ? 'warning' : 'neutral';
  return {
    ...{ title, tone, summary: title, actions: [] },
    body: [...(roles.length > 0 ? [table] : []), ...roles.flatMap(closedBlocks)],
  };
}

export function roleCard(role: Role, groups: readonly ShownGroup[]): Draft {
  const title = ROLE_VIEW_WORDS.title(role.name);
  const state = ROLE_VIEW_WORDS.line(role.line);
  const isWell = !isClosed(role) && groups.every(({ members }) => isReadWhole(members));
  return {
    ...{ title, state, tone: isWell ? 'neutral' : 'warning', summary: `${title}, ${state}` },
    body: [
      { block: 'fields', fields: [...toRoleFields(role), ...groups.map(toGroupField)] },
      ...closedBlocks(role),
      ...groups.flatMap(unreadableBlocks),
    ],
    actions: [],
  };
}

function isClosed({ members }: Role): boolean {
  return findDisagreement(members) !== undefined;
}

function isReadWhole(members: GroupReading): boolean {
  return members.reading === 'read' && members.unreadable.length === 0;
}

function toRoleFields(role: Role) {
  const { scope, templates, networks, quota } = role;
  const limits = [
    { label: 'Templates', value: templates?.join(', ') },
    { label: 'Networks', value: networks?.join(', ') },
    { label: 'Quota, together', value: quota.role && toAmountWords(quota.role) },
    { label: 'Quota, each', value: quota.member && toAmountWords(quota.member) },
  ];
  return [
    { label: 'May', value: toRightsWords(role, isClosed(role)) },
    { label: 'Where', value: toScopeWords(scope) },
    ...limits.flatMap(({ label, value }) => (value === undefined ? [] : [{ label, value }])),
  ];
}

/** `Group ops-leads`: `S-1-5-21-…-1104; agrees, pinned 2026-11-26; 4 members`. */
function toGroupField({ group, members }: ShownGroup) {
  const words = [group.id, toStandingWords(group), ...toMemberWords(members)];
  return { label: `Group ${group.name}`, value: words.join('; ') };
}

function toMemberWords(members: GroupReading): string[] {
  switch (members.reading) {
    case 'read':
      return [ROLE_VIEW_WORDS.members(members.count, members.notActive)];
    case 'not_readable':
      return [ROLE_VIEW_WORDS.membersNotReadable];
    case 'not_reachable':
      return [ROLE_VIEW_WORDS.membersNotKnown];
    case 'not_asked':
      return [];
  }
}

function closedBlocks({ name, members }: Role): Block[] {
  const disagreement = findDisagreement(members);
  if (!disagreement) return [];
  const text = toClosedRoleWords(name, disagreement);
  return [{ block: 'text', text, weight: 'strong' }];
}

const UNREADABLE_SHOWN = 10;

function unreadableBlocks({ group, members }: ShownGroup): Block[] {
  if (members.reading !== 'read' || members.unreadable.length === 0) return [];
  const shown = members.unreadable.slice(0, UNREADABLE_SHOWN);
  const left = members.unreadable.length - shown.length;
  const names = [...shown, ...(left > 0 ? [ROLE_VIEW_WORDS.more(left)] : [])];
  return [{ block: 'text', text: ROLE_VIEW_WORDS.unreadable(group.name, names) }];
}

/** `near`: whole lines that were perhaps meant. */
export function noSuchRoleCard(name: string, near: readonly string[]): Draft {
  const { notFound, listShows } = ROLE_VIEW_WORDS;
  return plainRefusal(
    notFound(name),
    listShows,
    near.map((line) => runButton(line)),
  );
}
