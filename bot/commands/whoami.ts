/** `whoami`: the account as Drover sees it, its roles with their lines, and how much of each quota is used. */
import { scopeOf } from '#core/inventory/scope-of.ts';
import type { Group } from '#core/ports/directory.ts';
import { findDisagreement, findMembership } from '#core/rights/configured-group.ts';
import { listQuotaLines } from '#core/rights/quota.ts';
import type { QuotaLine } from '#core/rights/quota-line.ts';
import type { Role } from '#core/rights/role.ts';
import { whoamiCard } from '../cards/whoami-card.ts';
import { type Asking, answer, defineCommand } from './command.ts';

const NOTHING = { vms: 0, cpus: 0, memoryBytes: 0, diskBytes: 0 };

export const whoami = defineCommand({
  words: ['whoami'],
  isPrivate: true,
  summary: 'your account, roles and quota as Drover sees them',
  right: null,
  changes: false,
  examples: ['whoami'],
  async run(asking) {
    const { person, house } = asking;
    const roles = house.rules.roles.filter(({ members }) => findMembership(members, person));
    const granting = roles.filter(({ members }) => !findDisagreement(members));
    const quota = await readQuota(asking, granting);
    return answer(whoamiCard({ person, roles, groups: listGroups(asking), ...quota }));
  },
});

/** The directory gives ids; the names are those that roles and rules use. */
function listGroups({ person, house }: Asking): Group[] {
  const { roles, policies } = house.rules;
  const groups = [
    ...roles.flatMap(({ members }) => members),
    ...policies.flatMap(({ approvals }) => approvals?.group ?? []),
  ];
  const byId = new Map(groups.map((group) => [group.id, group]));
  return person.groupIds.flatMap((id) => byId.get(id) ?? []);
}

/** What is used of each limit, with what is reserved for open requests. */
async function readQuota({ person, house }: Asking, roles: readonly Role[]) {
  const { index, store } = house;
  const reservations = await store.read((reads) => reads.reservations.list());
  const lines: QuotaLine[] = [];
  const unreadable = new Set<string>();
  for (const role of roles) {
    const members = role.quota.role ? await readMembers(house, role) : { ids: [], unreadable: [] };
    for (const name of members.unreadable) unreadable.add(name);
    lines.push(
      ...listQuotaLines(role, {
        ...{ index, reservations, personId: person.id, memberIds: members.ids, wanted: NOTHING },
        scopeOf: (vm) => scopeOf(index, vm),
      }),
    );
  }
  return { quota: lines, unreadable: [...unreadable] };
}

async function readMembers({ directory }: Asking['house'], role: Role) {
  const groups = await Promise.all(role.members.map(({ id }) => directory.listMembers(id)));
  return {
    ids: groups.flatMap(({ people }) => people.map(({ id }) => id)),
    unreadable: groups.flatMap((group) => group.unreadable),
  };
}
