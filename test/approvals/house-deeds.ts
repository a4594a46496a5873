/** What people and Drover do in these tests, each in the way of the product. */
import assert from 'node:assert/strict';
import { type CastVote, castVote, type VoteOutcome } from '#approvals/decide.ts';
import { type Judgement, judge, openRequest, readMembers } from '#approvals/open-request.ts';
import type { ApprovalTx, Request, Vote, VoteWord } from '#approvals/request-store.ts';
import { catchUpInside } from '#core/inventory/estate-feed.ts';
import type { ObjectKind } from '#core/inventory/estate-object.ts';
import type { Job } from '#core/jobs/job.ts';
import { passStartGate } from '#core/jobs/start-job.ts';
import type { AnyOperation } from '#core/operations/operation.ts';
import { readWorld, refreshTargets } from '#core/operations/prepare-world.ts';
import { findOperation } from '#core/operations/registry.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Account } from '#core/ports/directory.ts';
import type { Reservation } from '#core/ports/reservations.ts';
import { learnEstate } from './learn-estate.ts';
import type { House } from './open-house.ts';

export interface Wish {
  readonly as?: string;
  readonly operation?: string;
  readonly input?: object;
}

export interface Submitted {
  readonly judgement: Judgement;
  readonly request?: Request;
}

/** As `bot/conversation` does: targets and members read before, judged and written in one transaction. */
export async function submit(house: House, wish: Wish = {}): Promise<Submitted> {
  const { deps, world } = house;
  const operation = findOperation(wish.operation ?? 'vm.create') as AnyOperation;
  const input = wish.input ?? createInput(house);
  const requester = await findAccount(house, wish.as ?? 'ann');
  const ask = { operation, input, requester, reason: 'for the tests', place: 'a-place' };
  await refreshTargets(world, operation, input);
  const members = await readMembers(deps.rules, deps.directory);
  return house.store.transact(async (tx) => {
    await tx.lock('quota');
    await catchUpInside(tx, deps.index);
    const targetIds = operation.targetIds(input, deps.index);
    const judgement = judge(ask, deps, await readWorld(world, tx, { targetIds }), members);
    if (judgement.verdict !== 'possible') return { judgement };
    return { judgement, request: (await openRequest(tx, deps, ask, judgement)).request };
  });
}

export async function open(house: House, wish?: Wish): Promise<Request> {
  const { judgement, request } = await submit(house, wish);
  assert.ok(request, `not possible: ${judgement.verdict}`);
  return request;
}

/** A request that Bob and Eva have agreed to. */
export async function openAgreed(house: House, wish?: Wish): Promise<Request> {
  const request = await open(house, wish);
  await vote(house, request, 'bob');
  await vote(house, request, 'eva');
  return request;
}

export function createInput(house: House, changes: object = {}) {
  return {
    ...{ connectionId: 'vc', name: 'web-07', start: false },
    templateId: findId(house, 'template', 'debian-12'),
    folderId: findId(house, 'folder', '/prod'),
    ...changes,
  };
}

/** The id of the one thing of that name; of a folder, of that path. */
export function findId({ deps }: House, kind: ObjectKind, name: string): string {
  const found = [...deps.index.all(kind)].filter(
    (object) => (object.kind === 'folder' ? object.body.path : object.body.name) === name,
  );
  assert.equal(found.length, 1, `${kind} ${name}`);
  return found[0]?.id ?? '';
}

export async function findAccount({ deps }: House, login: string): Promise<Account> {
  const account = await deps.directory.findByLogin(login);
  assert.ok(account, login);
  return account;
}

export async function vote(
  house: House,
  { id: requestId }: Pick<Request, 'id'>,
  login: string,
  word: VoteWord = 'approve',
  more: Partial<CastVote> = {},
): Promise<VoteOutcome> {
  const cast = { requestId, personId: `lab-${login}`, word, reason: null, via: 'console', ...more };
  for (;;) {
    const accounts = await readVoters(house, cast);
    const outcome = await house.store.transact((tx) => castVote(tx, house.deps, cast, accounts));
    if (outcome !== 'reread') return outcome;
  }
}

async function readVoters(house: House, { requestId, personId }: CastVote) {
  const { votes } = await read(house, requestId);
  const accounts = new Map<string, Account>();
  for (const id of [personId, ...votes.map((earlier) => earlier.personId)]) {
    const account = await house.deps.directory.findAccount(id);
    const gone = { id, name: id, login: '', state: 'disabled', groupIds: [] } as const;
    accounts.set(id, account ?? gone);
  }
  return accounts;
}

export interface Standing {
  /** Undefined only for an id that is none. */
  readonly request: Request;
  readonly votes: readonly Vote[];
  readonly plan: Plan;
  /** The newest. */
  readonly job: Job | undefined;
  readonly reservation: Reservation | undefined;
}

export function read({ store }: House, id: string): Promise<Standing> {
  return store.read(async (reads) => {
    const request = await reads.requests.find(id);
    const votes = await reads.requests.listVotes(id, request?.revision ?? 1);
    const plan = (await reads.plans.find(request?.planId ?? ''))?.plan;
    const jobs = await reads.jobs.list({ limit: 1000 });
    const reservations = await reads.reservations.list();
    return {
      ...({ request, votes, plan } as unknown as Standing),
      job: jobs.find(({ requestId }) => requestId === id),
      reservation: reservations.find(({ requestId }) => requestId === id),
    };
  });
}

/** Carries out the wake-up of the newest job, and answers what stands then. */
export async function start(house: House, { id }: Pick<Request, 'id'>): Promise<Standing> {
  const { job } = await read(house, id);
  await passStartGate(house.starting, job?.id ?? '');
  return read(house, id);
}

/** As if the newest job had waited for its start so long. */
export async function ageJob(house: House, { id }: Pick<Request, 'id'>, ms: number): Promise<void> {
  const { job } = await read(house, id);
  const created_at = (job?.createdAt.getTime() ?? 0) - ms;
  await house.handle
    .kysely()
    .updateTable('job')
    .set({ created_at })
    .where('id', '=', job?.id)
    .execute();
}

export function learn({ world, lab }: House): Promise<void> {
  return learnEstate(world.sync, lab);
}

export interface AuditEvent {
  readonly event: string;
  readonly personId?: string;
  readonly facts: Record<string, unknown>;
}

/** Oldest first; of one request, or all. */
export async function listEvents({ store }: House, requestId?: string): Promise<AuditEvent[]> {
  const where = requestId ? { requestId } : {};
  const rows = await store.read((reads) => reads.audit.list({ ...where, limit: 1000 }));
  return rows.toReversed().map(({ body }) => JSON.parse(body));
}

export async function listWakeUps({ handle }: House): Promise<{ topic: string; key: string }[]> {
  const rows = await handle.kysely().selectFrom('wake_up').selectAll().orderBy('id').execute();
  return rows.map(({ topic, key }) => ({ topic, key }));
}

/** As if so much time had gone by since the request's last date was set. */
export async function moveExpiry(house: House, { id }: Request, leftMs: number): Promise<void> {
  await house.store.transact((tx: ApprovalTx) =>
    tx.requests.change(id, 'open', { expiresAt: new Date(tx.now.getTime() + leftMs) }),
  );
}

export function change(house: House, login: string, changes: object): void {
  const person = house.people.get(login);
  assert.ok(person, login);
  house.people.set(login, { ...person, ...changes });
}
