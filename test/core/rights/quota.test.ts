/** Quota is counted from what is there and what is reserved, never kept. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import type { Reservation } from '#core/ports/reservations.ts';
import { isOver, listQuotaLines, type QuotaQuestion } from '#core/rights/quota.ts';
import { GIB, make, makeIndex, type Own } from '../estate-makers.ts';
import { makeRole } from './roles.ts';

const ROLE = makeRole({
  name: 'developers',
  quota: { member: { vms: 3, memoryBytes: 16 * GIB }, role: { vms: 10 } },
});
const ONE = { vms: 1, cpus: 2, memoryBytes: 4 * GIB, diskBytes: 40 * GIB };
const RESERVED: Reservation = {
  ...{ requestId: 'r-1', personId: 'ann', roleNames: ['developers'] },
  ...{ connectionId: 'vc', places: [], ...ONE },
};

const vm = (handle: string, body: Own<'vm'>['body'] = {}, ownerId = 'ann') =>
  make('vm', handle, { ownerId, body: { disks: [], ...body } });

function count(
  vms: readonly EstateObject[],
  { role = ROLE, ...question }: Partial<QuotaQuestion> & { role?: typeof ROLE } = {},
) {
  const index = makeIndex(vms);
  return listQuotaLines(role, {
    index,
    reservations: [],
    personId: 'ann',
    memberIds: ['ann', 'bob'],
    scopeOf: (object) => scopeOf(index, object),
    wanted: ONE,
    ...question,
  });
}

const usedOf = (lines: ReturnType<typeof count>) =>
  lines.map(({ of, what, used }) => `${of} ${what} ${used}`);

describe('quota', () => {
  it('counts what the person owns, and for the whole role what all its members own', () => {
    const vms = [vm('vm-1'), vm('vm-2', {}, 'bob'), vm('vm-3', {}, 'carl')];

    const lines = count([...vms, make('vm', 'vm-4')]);

    assert.deepEqual(usedOf(lines), [
      'member vms 1',
      `member memoryBytes ${4 * GIB}`,
      'role vms 2',
    ]);
    assert.deepEqual(lines[0], {
      ...{ role: 'developers', of: 'member', what: 'vms', used: 1, wanted: 1, limit: 3 },
    });
  });

  it('sums CPUs, memory and every disk', () => {
    const role = makeRole({ quota: { member: { cpus: 9, memoryBytes: 1, diskBytes: 1 } } });
    const disks = [10 * GIB, 30 * GIB].map((sizeBytes, at) => ({
      key: `${at}`,
      label: '',
      sizeBytes,
    }));

    const lines = count([vm('vm-1', { cpus: 4, disks }), vm('vm-2')], { role });

    assert.deepEqual(usedOf(lines), [
      'member cpus 6',
      `member memoryBytes ${8 * GIB}`,
      `member diskBytes ${40 * GIB}`,
    ]);
  });

  it('has no lines where a role sets no limits', () => {
    assert.deepEqual(count([vm('vm-1')], { role: makeRole() }), []);
  });

  it('is over only above its limit', () => {
    const line = { role: 'r', of: 'member', what: 'vms', limit: 3 } as const;

    assert.equal(isOver({ ...line, used: 2, wanted: 1 }), false);
    assert.equal(isOver({ ...line, used: 3, wanted: 1 }), true);
    assert.equal(isOver({ ...line, used: 0, wanted: 4 }), true);
  });

  it('counts what is reserved through this role, so that two requests never take the same room', () => {
    const others: readonly Reservation[] = [
      { ...RESERVED, requestId: 'r-2', personId: 'bob' },
      { ...RESERVED, requestId: 'r-3', roleNames: ['testers'] },
      { ...RESERVED, requestId: 'r-4', personId: 'carl' },
    ];

    const lines = count([vm('vm-1')], { reservations: [RESERVED, ...others] });

    assert.deepEqual(usedOf(lines), [
      'member vms 2',
      `member memoryBytes ${8 * GIB}`,
      'role vms 3',
    ]);
  });

  it('does not count the reservation of the request that is judged', () => {
    const lines = count([], { reservations: [RESERVED], exceptRequestId: 'r-1' });

    assert.deepEqual(usedOf(lines), ['member vms 0', 'member memoryBytes 0', 'role vms 0']);
  });

  it('counts only what lies in the scope of the role', () => {
    const role = makeRole({ scope: { connections: ['vc'] }, quota: { member: { vms: 3 } } });
    const elsewhere = make('vm', 'vm-2', { ownerId: 'ann', connectionId: 'hv' });

    assert.deepEqual(usedOf(count([vm('vm-1'), elsewhere], { role })), ['member vms 1']);
  });

  it('H04 takes no quota for a replica', () => {
    const lines = count([vm('vm-1'), vm('vm-1-replica', { role: 'replica' })]);

    assert.deepEqual(usedOf(lines).slice(0, 1), ['member vms 1']);
  });

  it('H10 counts a VM whose sizes or place cannot be read as one, with what is known (B36)', () => {
    const role = makeRole({
      scope: { clusters: ['blue'], folders: ['/prod'] },
      quota: { member: { vms: 3, cpus: 9, memoryBytes: 1 } },
    });
    const orphan = {
      ...{ power: 'unknown', isReachable: false, unreadable: 'orphaned' },
      ...{ cpus: undefined, memoryBytes: 6 * GIB, hostHandle: undefined },
    } as Own<'vm'>['body'];

    assert.deepEqual(usedOf(count([vm('on-dead-host', orphan)], { role })), [
      ...['member vms 1', 'member cpus 0', `member memoryBytes ${6 * GIB}`],
    ]);
  });

  it('H09 stops to count a VM only when it is known to be gone', () => {
    const index = makeIndex([vm('vm-1')]);
    index.apply([{ ...vm('vm-1'), gone: true }]);

    const lines = count([], { index });

    assert.deepEqual(usedOf(lines).slice(0, 1), ['member vms 0']);
  });
});
