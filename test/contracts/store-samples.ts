/** Rows for the store's contract: whole, and plain but for what a test says. */
import { randomUUID } from 'node:crypto';
import type { NewRequest, Vote } from '#approvals/request-store.ts';
import type { InboxRow } from '#core/ports/conversation-tables.ts';
import type { Reservation } from '#core/ports/reservations.ts';
import type { EstateWrite, NewJob, NewStepRow } from '#core/ports/store.ts';

/** What people and platforms can send, and databases stumble over. */
export const HARD_TEXTS = {
  empty: '',
  nul: 'a\0b',
  loneSurrogates: '\ud800 and \udfff',
  astral: '\u{1f409}\u{10ffff}',
  separators: '\u2028\u2029\u0085',
  quotes: `'"\\ ; -- $1 ? :a %s {}`,
  rightToLeft: '\u202eمرحبا\u202c',
  combining: 'e\u0301\u0323 İ ß ﬃ',
  looksLikeJson: '{"a":1}',
  looksLikeNumber: '1e400',
} as const;

type NewInboxRow = Omit<InboxRow, 'receivedAt' | 'handledAt'>;

export function newInboxRow(changes: Partial<NewInboxRow> = {}): NewInboxRow {
  const id = randomUUID();
  const sender = { transport: 'console', personId: 'ann', place: 'console:ann' };
  const said = { kind: 'text', body: { text: 'vm list' }, sentAt: new Date(1_000) } as const;
  return { id, dedupeKey: `key-${id}`, ...sender, ...said, ...changes };
}

export function newJob(changes: Partial<NewJob> & Pick<NewJob, 'number'>): NewJob {
  return {
    id: randomUUID(),
    requestId: 'request-1',
    planId: 'plan-1',
    operation: 'vm.create',
    requesterId: 'ann',
    requesterName: 'Ann',
    targetIds: [],
    ...changes,
  };
}

export function newStep(jobId: string, position = 0, changes: Partial<NewStepRow> = {}) {
  const key = `step-${position}`;
  const step: NewStepRow = {
    id: `${jobId}/${key}`,
    jobId,
    key,
    position,
    kind: 'clone_vm',
    version: 1,
    input: { name: 'web-01' },
    after: [],
    begins: 'when_done',
    choice: null,
    permits: ['host:a'],
    requesterId: 'ann',
  };
  return { ...step, ...changes };
}

export function newRequest(changes: Partial<NewRequest> & Pick<NewRequest, 'number'>): NewRequest {
  const groupId = 'S-1-5-21-1';
  const rule = { rule: 'production', line: 7, needed: 2, reasonOnDeny: false };
  return {
    id: randomUUID(),
    operation: 'vm.create',
    input: { name: 'web-01' },
    planId: 'plan-1',
    requesterId: 'ann',
    requesterName: 'Ann',
    reason: null,
    stages: [{ ...rule, groupId, groupName: 'operators' }],
    place: 'console:ann',
    expiresAt: new Date('2030-01-01T00:00:00.123Z'),
    ...changes,
  };
}

export function newVote(
  requestId: string,
  personId: string,
  changes: Partial<Vote> = {},
): Omit<Vote, 'votedAt' | 'voidCode'> {
  const { word = 'approve', reason = null, revision = 1 } = changes;
  return { requestId, revision, personId, personName: personId, word, reason, via: 'console' };
}

export function newVm(name: string, changes: Partial<EstateWrite & { kind: 'vm' }> = {}) {
  const vm: EstateWrite & { kind: 'vm' } = {
    id: `id-${name}`,
    connectionId: 'vc1',
    kind: 'vm',
    handle: `vm-${name}`,
    identity: `uuid-${name}`,
    isTwin: false,
    gone: false,
    body: {
      name,
      power: 'on',
      platformState: 'poweredOn',
      isReachable: true,
      disks: [],
      nics: [],
      memoryBytes: 2 ** 40,
    },
  };
  return { ...vm, ...changes };
}

export function newReservation(requestId: string): Reservation {
  const sizes = { memoryBytes: 2 ** 36, diskBytes: 2 ** 43 };
  return {
    ...{ requestId, personId: 'ann', roleNames: ['operator'] },
    ...{ connectionId: 'vc1', vms: 1, cpus: 4, ...sizes },
    places: [{ key: 'clone-vm', hostId: 'h1', datastoreId: 'd1', ...sizes }],
  };
}
