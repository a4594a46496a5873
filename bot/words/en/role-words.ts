/** Words of `role list` and `role show`. */
import type { Amounts, Role } from '#core/rights/role.ts';
import { plural, toCount, toSize } from '../units.ts';

export const ROLE_VIEW_WORDS = {
  listTitle: (count: number) => (count === 0 ? 'There is no role' : plural(count, 'role')),
  columns: ['Role', 'May', 'Where', 'Groups'],
  title: (name: string) => `Role ${name}`,
  line: (line: number) => `line ${line}`,
  notFound: (name: string) => `There is no role called ${name}`,
  listShows: 'role list shows them.',
  none: 'none',
  all: 'all',
  nothingNow: 'nothing now',
  unreadable: (group: string, names: readonly string[]) =>
    `Members of ${group} that cannot be read: ${names.join(', ')}. The others count.`,
  more: (count: number) => `${toCount(count)} more`,
  membersNotKnown: 'its members are not known: the directory does not answer',
  membersNotReadable: 'its members cannot be read',
  members: (count: number, notActive: number) =>
    `${plural(count, 'member')}${notActive > 0 ? `, ${toCount(notActive)} of them not active` : ''}`,
} as const;

/** `vm.list, vm.show; never vm.delete`. */
export function toRightsWords(
  { allow, deny }: Pick<Role, 'allow' | 'deny'>,
  isClosed: boolean,
): string {
  const may = isClosed ? ROLE_VIEW_WORDS.nothingNow : allow.join(', ');
  const never = deny.length > 0 ? [`never ${deny.join(', ')}`] : [];
  return [...(may === '' ? [] : [may]), ...never].join('; ') || ROLE_VIEW_WORDS.none;
}

/** `40 VMs, 80 vCPU, 320 GiB memory`; undefined: without a limit. */
export function toAmountWords({ vms, cpus, memoryBytes, diskBytes }: Amounts): string | undefined {
  const words = [
    ...(vms === undefined ? [] : [plural(vms, 'VM')]),
    ...(cpus === undefined ? [] : [`${toCount(cpus)} vCPU`]),
    ...(memoryBytes === undefined ? [] : [`${toSize(memoryBytes)} memory`]),
    ...(diskBytes === undefined ? [] : [`${toSize(diskBytes)} disk`]),
  ];
  return words.length === 0 ? undefined : words.join(', ');
}
