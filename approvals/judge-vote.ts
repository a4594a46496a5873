/** Whether a vote counts: judged on the request as it stands, its votes, and who the directory says the voter is. */
import type { Account } from '#core/ports/directory.ts';
import type { Disagreement } from '#core/rights/configured-group.ts';
import type { Request, Vote, VoteWord } from './request-store.ts';

export type VoteRefusal =
  | 'no_such_request'
  | 'already_decided'
  | 'expired'
  | 'self_approval'
  | 'account_not_active'
  | 'not_an_approver'
  /** The group that is asked is no longer the one that its name meant (H28). */
  | 'group_disagrees'
  | 'already_counted'
  | 'reason_needed'
  | 'card_is_old';

export interface Judged {
  readonly request: Request;
  readonly votes: readonly Vote[];
  readonly vote: {
    readonly word: VoteWord;
    readonly reason: string | null;
    readonly revision?: number | undefined;
  };
  readonly voter: Account | undefined;
  readonly now: Date;
  readonly disagreements: readonly Disagreement[];
}

export interface RefusedVote {
  readonly code: VoteRefusal;
  /** When the same word was counted. */
  readonly votedAt?: Date | undefined;
  readonly disagreement?: Disagreement | undefined;
}

export function judgeVote({
  request,
  votes,
  vote,
  voter,
  now,
  disagreements,
}: Judged): RefusedVote | undefined {
  if (request.state !== 'open')
    return { code: request.state === 'expired' ? 'expired' : 'already_decided' };
  if (now >= request.expiresAt) return { code: 'expired' };
  if (voter?.state !== 'active') return { code: 'account_not_active' };
  if (voter.id === request.requesterId) return { code: 'self_approval' };
  if (!request.stages.some(({ groupId }) => voter.groupIds.includes(groupId)))
    return refuseOutsider(voter, disagreements);
  if (vote.revision !== undefined && vote.revision !== request.revision)
    return { code: 'card_is_old' };
  const earlier = votes.find(
    ({ personId, voidCode }) => personId === voter.id && voidCode === null,
  );
  if (earlier?.word === vote.word) return { code: 'already_counted', votedAt: earlier.votedAt };
  if (vote.word === 'deny' && !vote.reason && needsReason(request, voter))
    return { code: 'reason_needed' };
  return undefined;
}

function refuseOutsider(
  { groupIds }: Account,
  disagreements: readonly Disagreement[],
): RefusedVote {
  const own = disagreements.find(({ pinnedId, nowId }) =>
    [pinnedId, nowId].some((id) => id !== null && groupIds.includes(id)),
  );
  return own ? { code: 'group_disagrees', disagreement: own } : { code: 'not_an_approver' };
}

function needsReason({ stages }: Request, { groupIds }: Account): boolean {
  return stages.some(({ groupId, reasonOnDeny }) => reasonOnDeny && groupIds.includes(groupId));
}

export function findVoidCode(
  account: Account | undefined,
  stages: Request['stages'],
): 'account_gone' | 'account_not_active' | 'not_an_approver' | undefined {
  if (!account) return 'account_gone';
  if (account.state !== 'active') return 'account_not_active';
  return stages.some(({ groupId }) => account.groupIds.includes(groupId))
    ? undefined
    : 'not_an_approver';
}
