/** Rules of these tests: everybody of web-team may do everything to VMs, and two of the leads agree. */
import type { Policy } from '#approvals/policy.ts';
import type { Stage } from '#approvals/request-store.ts';
import type { Group } from '#core/ports/directory.ts';
import type { Role } from '#core/rights/role.ts';

export function group(name: string): Group {
  return { id: `lab-group-${name}`, name };
}

export function makeRole(changes: Partial<Role> = {}): Role {
  return {
    ...{ name: 'web-team', line: 3, members: [group('web-team')] },
    ...{ allow: ['vm.*'], deny: [], scope: {}, quota: {} },
    ...changes,
  };
}

export function makePolicy(changes: Partial<Policy> = {}): Policy {
  return {
    name: 'leads',
    line: 9,
    operations: ['vm.*'],
    scope: {},
    when: {},
    approvals: ask(),
    ...changes,
  };
}

/** Two of the leads within an hour, with a reason for a no. */
export function ask(
  changes: Partial<NonNullable<Policy['approvals']>> = {},
): NonNullable<Policy['approvals']> {
  return {
    needed: 2,
    group: group('leads'),
    reasonOnDeny: true,
    expiresAfterMinutes: 60,
    ...changes,
  };
}

export function makeStage(groupName: string, needed: number): Stage {
  const { id } = group(groupName);
  return { rule: 'a-rule', line: 1, groupId: id, groupName, needed, reasonOnDeny: false };
}

export type Person = {
  login: string;
  name: string;
  state: 'active' | 'disabled' | 'locked' | 'expired';
  groups: string[];
};

const active = 'active';

/** Ann asks; Bob, Eva and Carl lead; Dora and Finn have the say over large machines. */
export function makePeople(): Person[] {
  return [
    { login: 'ann', name: 'Ann Berg', state: active, groups: ['web-team'] },
    { login: 'bob', name: 'Bob Stein', state: active, groups: ['leads'] },
    { login: 'eva', name: 'Eva Lang', state: active, groups: ['leads'] },
    { login: 'carl', name: 'Carl Wu', state: active, groups: ['leads'] },
    { login: 'dora', name: 'Dora Lind', state: active, groups: ['capacity'] },
    { login: 'finn', name: 'Finn Holm', state: active, groups: ['capacity'] },
  ];
}
