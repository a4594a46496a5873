/** Roles for tests: everything everywhere for the group of everybody, of which a test says what differs. */
import type { Role } from '#core/rights/role.ts';

export const EVERYBODY = { id: 'S-1-everybody', name: 'everybody' };

export function makeRole(changes: Partial<Role> = {}): Role {
  return {
    name: 'all',
    line: 1,
    members: [EVERYBODY],
    allow: ['vm.*'],
    deny: [],
    scope: {},
    quota: {},
    ...changes,
  };
}
