/**
 * Quota: what a role and each of its members may have at most, computed from the inventory and the reservations, never
 * from a counter.
 *
 * A role's amounts count the VMs in its scope that belong to its members, and what is reserved through it.
 */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject } from '../inventory/estate-object.ts';
import { firstViewsOf } from '../inventory/same-machine.ts';
import type { Reservation } from '../ports/reservations.ts';
import type { QuotaLine, Usage } from './quota-line.ts';
import { type Amounts, matchScope, type Role, type ScopeFacts } from './role.ts';

export interface QuotaQuestion {
  readonly index: EstateIndex;
  readonly reservations: readonly Reservation[];
  readonly personId: string;
  /** Directory ids of everybody in the role's groups; asked for only where the role has amounts of its own. */
  readonly memberIds: readonly string[];
  readonly scopeOf: (vm: EstateObject<'vm'>) => ScopeFacts;
  readonly wanted: Usage;
  /** The request whose own reservation does not count against it. */
  readonly exceptRequestId?: string | undefined;
}

/** Every limit of this role with what is used and wanted; those over their limit are the reason for a no. */
export function listQuotaLines(role: Role, question: QuotaQuestion): QuotaLine[] {
  const { role: whole, member } = role.quota;
  return [
    ...(member
      ? toLines(role, 'member', member, countUsage(role, [question.personId], question), question)
      : []),
    ...(whole
      ? toLines(role, 'role', whole, countUsage(role, question.memberIds, question), question)
      : []),
  ];
}

export function isOver({ used, wanted, limit }: QuotaLine): boolean {
  return used + wanted > limit;
}

function toLines(
  role: Role,
  of: QuotaLine['of'],
  limits: Amounts,
  usage: Usage,
  { wanted }: QuotaQuestion,
): QuotaLine[] {
  return AMOUNTS.flatMap((what) => {
    const limit = limits[what];
    if (limit === undefined) return [];
    return [{ role: role.name, of, what, used: usage[what], wanted: wanted[what], limit }];
  });
}

const AMOUNTS = ['vms', 'cpus', 'memoryBytes', 'diskBytes'] as const;

function countUsage(role: Role, personIds: readonly string[], question: QuotaQuestion): Usage {
  const usage = { vms: 0, cpus: 0, memoryBytes: 0, diskBytes: 0 };
  for (const personId of new Set(personIds)) {
    for (const vm of question.index.vmsOfOwner(personId)) {
      if (matchScope(role.scope, question.scopeOf(vm), personId) === 'no') continue;
      if (vm.body.role === 'replica' || firstViewsOf(question.index, vm).length > 0) continue;
      addVm(usage, vm);
    }
  }
  const owners = new Set(personIds);
  for (const reservation of question.reservations) {
    if (reservation.requestId === question.exceptRequestId) continue;
    if (!owners.has(reservation.personId) || !reservation.roleNames.includes(role.name)) continue;
    for (const what of AMOUNTS) usage[what] += reservation[what];
  }
  return usage;
}

/** A VM whose sizes cannot be read counts as one, with what is known of it (H10, H11). */
function addVm(
  usage: { -readonly [K in keyof Usage]: number },
  { body }: EstateObject<'vm'>,
): void {
  usage.vms += 1;
  usage.cpus += body.cpus ?? 0;
  usage.memoryBytes += body.memoryBytes ?? 0;
  for (const { sizeBytes } of body.disks) usage.diskBytes += sizeBytes ?? 0;
}
