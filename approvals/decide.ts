/**
 * A vote: judged, written and, where it fills the last stage, turned into a job, all in one transaction.
 *
 * Who may vote is read from the directory at the vote (H22): the voter and everybody who voted before. No self-approval,
 * one person one vote, a person's last word counts until the decision (H23).
 */

import type { Scheduling } from '#core/jobs/loop.ts';
import { createJob } from '#core/jobs/schedule.ts';
import type { Account, Directory, PersonRef } from '#core/ports/directory.ts';
import { closeStages, listStageDisagreements } from './close-stages.ts';
import { fillStages, isFilled } from './fill-stages.ts';
import { findVoidCode, judgeVote, type RefusedVote, type VoteRefusal } from './judge-vote.ts';
import type { Rules } from './policy.ts';
import type { ApprovalStore, ApprovalTx, Request, Vote, VoteWord } from './request-store.ts';

export interface DecideDeps {
  readonly store: ApprovalStore;
  readonly directory: Directory;
  readonly rules: Rules;
  readonly scheduling: Scheduling;
  readonly announcer: RequestAnnouncer;
  readonly newId: () => string;
}

/** Told in the transaction that changes a request, so that its card becomes due with it. */
export interface RequestAnnouncer {
  requestChanged(tx: ApprovalTx, requestId: string): Promise<void>;
  /** Puts its card before those of these people who were not meant before. */
  requestShown(tx: ApprovalTx, requestId: string, people: readonly PersonRef[]): Promise<void>;
}

export interface CastVote {
  readonly requestId: string;
  readonly personId: string;
  readonly word: VoteWord;
  readonly reason: string | null;
  readonly via: string;
  /** What the voter saw; a vote on an older revision is not one on what is asked now. */
  readonly revision?: number | undefined;
}

export type VoteOutcome =
  | {
      readonly outcome: 'counted';
      readonly request: Request;
      readonly decided?: 'approved' | 'denied' | undefined;
    }
  | (RefusedVote & { readonly outcome: 'refused'; readonly request?: Request | undefined });

/** Refusals that are worth an audit event of their own; telling somebody the same again is not. */
const QUIET: ReadonlySet<VoteRefusal> = new Set(['no_such_request', 'reason_needed']);

/**
 * Part of the transaction that marks the vote's message as handled.
 *
 * @param accounts of the voter and of everybody who voted before, read outside the transaction; answers `reread` when
 *   somebody else voted in between.
 */
export async function castVote(
  tx: ApprovalTx,
  deps: DecideDeps,
  vote: CastVote,
  accounts: ReadonlyMap<string, Account>,
): Promise<VoteOutcome | 'reread'> {
  const stored = await tx.requests.lock(vote.requestId);
  if (!stored) return { outcome: 'refused', code: 'no_such_request' };
  const { policies } = deps.rules;
  const request = closeStages(stored, policies);
  const votes = await tx.requests.listVotes(request.id, request.revision);
  if (votes.some(({ personId }) => !accounts.has(personId))) return 'reread';
  const refused = judgeVote({
    request,
    votes,
    vote,
    voter: accounts.get(vote.personId),
    now: tx.now,
    disagreements: listStageDisagreements(stored, policies),
  });
  if (refused) {
    if (!QUIET.has(refused.code)) await auditRefusal(tx, request, vote, refused.code);
    return { outcome: 'refused', request, ...refused };
  }
  await writeVote(tx, request, vote, accounts);
  await voidVotesOfLeavers(tx, request, votes, accounts);
  return conclude(tx, deps, request, vote, accounts);
}

async function writeVote(
  tx: ApprovalTx,
  request: Request,
  { personId, word, reason, via }: CastVote,
  accounts: ReadonlyMap<string, Account>,
): Promise<void> {
  const { id: requestId, revision } = request;
  const personName = accounts.get(personId)?.name ?? personId;
  await tx.requests.putVote({ requestId, revision, personId, personName, word, reason, via });
  await tx.audit.insert({
    event: 'vote_cast',
    personId,
    requestId,
    facts: { word, reason, via, revision },
  });
}

/** A vote whose giver is gone, disabled or out of the group counts no more (H22). */
async function voidVotesOfLeavers(
  tx: ApprovalTx,
  { id, revision, stages }: Request,
  votes: readonly Vote[],
  accounts: ReadonlyMap<string, Account>,
): Promise<void> {
  for (const { personId, voidCode } of votes) {
    const code = findVoidCode(accounts.get(personId), stages);
    if (!code || voidCode) continue;
    await tx.requests.voidVote(id, revision, personId, code);
    await tx.audit.insert({
      event: 'vote_void',
      personId,
      requestId: id,
      facts: { code, revision },
    });
  }
}

async function conclude(
  tx: ApprovalTx,
  deps: DecideDeps,
  request: Request,
  { word, reason, personId }: CastVote,
  accounts: ReadonlyMap<string, Account>,
): Promise<VoteOutcome> {
  if (word === 'deny') {
    await endRequest(tx, deps.announcer, request, {
      state: 'denied',
      code: 'denied',
      facts: { reason: reason ?? '' },
      personId,
    });
    return { outcome: 'counted', request, decided: 'denied' };
  }
  const votes = await tx.requests.listVotes(request.id, request.revision);
  if (!isFilled(request.stages, countVotes(request, votes, accounts))) {
    await deps.announcer.requestChanged(tx, request.id);
    return { outcome: 'counted', request };
  }
  await approve(tx, deps, request);
  return { outcome: 'counted', request, decided: 'approved' };
}

/** Seats filled by the votes that count, with the groups people are in now. */
export function countVotes(
  { stages }: Pick<Request, 'stages'>,
  votes: readonly Vote[],
  accounts: ReadonlyMap<string, Account>,
): number[] {
  const voters = votes
    .filter(({ word, voidCode }) => word === 'approve' && voidCode === null)
    .flatMap(({ personId }) => accounts.get(personId) ?? []);
  return fillStages(
    stages,
    voters.map(({ id, groupIds }) => ({ personId: id, groupIds })),
  );
}

/** Decision, job and wake-up are one transaction; the reservation stays and becomes the job's. */
export async function approve(tx: ApprovalTx, deps: DecideDeps, request: Request): Promise<void> {
  const { id: requestId, planId, operation, requesterId, requesterName } = request;
  const stored = await tx.plans.find(planId);
  if (!stored) throw new Error(`plan ${planId} of request ${requestId} is missing`);
  await tx.requests.change(requestId, 'open', { state: 'approved', decidedAt: tx.now });
  await tx.audit.insert({ event: 'request_approved', requestId, facts: { plan: stored.hash } });
  const targetIds = stored.plan.targets.map(({ id }) => id);
  const number = await tx.nextNumber('job');
  const job = {
    id: deps.newId(),
    number,
    requestId,
    planId,
    operation,
    requesterId,
    requesterName,
    targetIds,
  };
  await createJob(tx, deps.scheduling, job, stored.plan);
  await deps.announcer.requestChanged(tx, requestId);
}

export interface RequestEnd {
  readonly state: 'denied' | 'expired' | 'ended';
  readonly code: string;
  readonly facts?: Request['facts'];
  readonly personId?: string | undefined;
}

/** Ends an open request; its reservation ends with it, whatever the end (H24). False when it was not open. */
export async function endRequest(
  tx: ApprovalTx,
  announcer: RequestAnnouncer,
  { id: requestId, state: from }: Request,
  { state, code, facts = null, personId }: RequestEnd,
): Promise<boolean> {
  const changes = { state, code, facts, decidedAt: tx.now };
  if (!(await tx.requests.change(requestId, from, changes))) return false;
  await tx.reservations.delete(requestId);
  await tx.audit.insert({
    event: `request_${state}`,
    personId,
    requestId,
    facts: { code, ...facts } as never,
  });
  await announcer.requestChanged(tx, requestId);
  return true;
}

async function auditRefusal(
  tx: ApprovalTx,
  request: Request,
  vote: CastVote,
  code: VoteRefusal,
): Promise<void> {
  const { personId, word, via } = vote;
  await tx.audit.insert({
    event: 'vote_refused',
    personId,
    requestId: request.id,
    facts: { code, word, via },
  });
}
