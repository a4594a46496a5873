/** `approval approve` and `approval deny`, by text and by button: one way for both. */
import { castVote, type VoteOutcome } from '#approvals/decide.ts';
import type { ApprovalTx, VoteWord } from '#approvals/request-store.ts';
import type { Account } from '#core/ports/directory.ts';
import { plainRefusal } from '../cards/refusal-card.ts';
import { VOTE_WORDS } from '../words/en/rights-words.ts';
import { toTime } from '../words/units.ts';
import { type Asking, answer, defineCommand, type Reply } from './command.ts';
import { findRequest } from './find-number.ts';
import { toReason } from './typed-change.ts';

export interface VoteAsk {
  readonly requestId: string;
  readonly word: VoteWord;
  readonly reason: string | null;
  /** Of the card that was clicked; a typed vote is on what stands now. */
  readonly revision?: number | undefined;
}

export const approvalApprove = defineVote('approve', 'agree to a request', [
  'approval approve R-128',
  'approval approve R-128 --reason "checked with the owner"',
]);

export const approvalDeny = defineVote('deny', 'say no to a request, with the reason', [
  'approval deny R-128 --reason "the release is frozen"',
]);

function defineVote(word: VoteWord, summary: string, examples: readonly string[]) {
  return defineCommand({
    words: ['approval', word],
    // Who may vote is said by the rule that asked; a role adds nothing to it.
    ...{ summary, examples, right: null, changes: true },
    target: { name: 'request', kind: 'request', required: true },
    options: [{ name: 'reason', type: 'text', summary: 'why; stays on the card and in the audit' }],
    async run(asking, typed) {
      const found = await findRequest(asking, typed.target ?? '');
      if ('reply' in found) return answer(found.reply);
      return voteReply(asking, { requestId: found.id, word, reason: toReason(typed) });
    },
  });
}

/** Reads the voter and everybody who voted before from the directory, then votes in one transaction (H22). */
export async function voteReply(asking: Asking, vote: VoteAsk): Promise<Reply> {
  const { house, person, via } = asking;
  const accounts = await readAccounts(asking, vote.requestId);
  return async (tx) => {
    const cast = { ...vote, personId: person.id, via };
    await tx.requests.lock(vote.requestId);
    // Whoever votes has seen it, wherever that was.
    await tx.tellings.change(vote.requestId, person.id, { outcome: 'told', code: null });
    const outcome = await castVote(tx, house.requests, cast, accounts);
    if (outcome === 'reread') return 'again';
    return toReply(tx, asking, vote, outcome);
  };
}

async function readAccounts(
  { house, person }: Asking,
  requestId: string,
): Promise<Map<string, Account>> {
  const voters = await house.store.read(async (reads) => {
    const request = await reads.requests.find(requestId);
    return request ? reads.requests.listVotes(request.id, request.revision) : [];
  });
  const accounts = new Map<string, Account>([[person.id, person]]);
  for (const { personId, personName } of voters) {
    if (accounts.has(personId)) continue;
    const account = await house.directory.findAccount(personId);
    // A voter who is no more stays known as one whose vote does not count.
    const gone = {
      id: personId,
      name: personName,
      login: '',
      state: 'disabled',
      groupIds: [],
    } as const;
    accounts.set(personId, account ?? gone);
  }
  return accounts;
}

async function toReply(
  tx: ApprovalTx,
  asking: Asking,
  { requestId }: VoteAsk,
  outcome: VoteOutcome,
) {
  const shows = [{ kind: 'request', id: requestId } as const];
  if (outcome.outcome === 'counted') {
    const { request, decided } = outcome;
    const words = decided
      ? `R-${request.number} is ${decided}.`
      : `Your vote on R-${request.number} is counted.`;
    return {
      draft: { title: words, tone: 'good', summary: words, body: [], actions: [] } as const,
      shows,
    };
  }
  const { request, code, votedAt, disagreement } = outcome;
  const { timeZone } = asking.house;
  const number = request ? `R-${request.number}` : 'the request';
  const facts = {
    number,
    ...(votedAt ? { when: toTime(votedAt, tx.now, timeZone) } : {}),
    ...outcomeOf(outcome),
    disagreement,
  };
  return {
    draft: plainRefusal('Not counted', VOTE_WORDS[code](facts)),
    shows: request ? shows : [],
  };
}

function outcomeOf({ request }: Extract<VoteOutcome, { outcome: 'refused' }>): {
  outcome?: string;
} {
  return request && request.state !== 'open' ? { outcome: `it is ${request.state}.` } : {};
}
