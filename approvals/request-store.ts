/** Requests and votes: what `approvals` adds to the unit of work. */
import type { Facts } from '#core/errors.ts';
import type { Json } from '#core/plan/plan.ts';
import type { Reads, Store, Tx } from '#core/ports/store.ts';

export const REQUEST_STATES = [
  'open',
  'approved',
  'denied',
  'expired',
  'withdrawn',
  'ended',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** So many votes from one group, asked for by one rule. */
export interface Stage {
  readonly rule: string;
  /** Where the rule stands in the configuration. */
  readonly line: number;
  readonly groupId: string;
  readonly groupName: string;
  readonly needed: number;
  readonly reasonOnDeny: boolean;
}

export interface Request {
  readonly id: string;
  /** What people type: R-128. */
  readonly number: number;
  readonly operation: string;
  /** The typed command, so that the plan can be made again. */
  readonly input: Json;
  readonly planId: string;
  /** Rises when new bounds void all votes. */
  readonly revision: number;
  readonly requesterId: string;
  readonly requesterName: string;
  readonly reason: string | null;
  readonly state: RequestState;
  readonly stages: readonly Stage[];
  /** What the next start must differ by, when it came back from a start. */
  readonly cameBack: Json;
  /** Where it was asked, and where its requester is told. */
  readonly place: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly decidedAt: Date | null;
  readonly code: string | null;
  readonly facts: Facts | null;
}

export const VOTE_WORDS = ['approve', 'deny'] as const;
export type VoteWord = (typeof VOTE_WORDS)[number];

/** A person's last word on one revision; the earlier ones stand in the audit. */
export interface Vote {
  readonly requestId: string;
  readonly revision: number;
  readonly personId: string;
  readonly personName: string;
  readonly word: VoteWord;
  readonly reason: string | null;
  /** `console`, `terminal`. */
  readonly via: string;
  readonly votedAt: Date;
  /** Why it does not count (H22); null while it does. */
  readonly voidCode: string | null;
}

export type NewRequest = Omit<
  Request,
  'revision' | 'state' | 'cameBack' | 'createdAt' | 'decidedAt' | 'code' | 'facts'
>;

export interface RequestReads {
  find(id: string): Promise<Request | undefined>;
  findByNumber(number: number): Promise<Request | undefined>;
  /** Newest first. */
  list(where: {
    states?: readonly RequestState[];
    requesterId?: string;
    limit: number;
  }): Promise<Request[]>;
  /** Of one revision, in the order they were cast. */
  listVotes(requestId: string, revision: number): Promise<Vote[]>;
}

export interface RequestTable extends RequestReads {
  /** State `open`, revision 1, created now. */
  insert(request: NewRequest): Promise<void>;
  /** Reads it and keeps others from deciding it until the transaction ends. Taken before any lock. */
  lock(id: string): Promise<Request | undefined>;
  /** Compare-and-set on the state; false when it was another. */
  change(
    id: string,
    from: RequestState,
    changes: Partial<
      Pick<
        Request,
        | 'state'
        | 'planId'
        | 'revision'
        | 'cameBack'
        | 'expiresAt'
        | 'decidedAt'
        | 'code'
        | 'facts'
        | 'stages'
      >
    >,
  ): Promise<boolean>;
  /** Inserts, or replaces this person's word on this revision. */
  putVote(vote: Omit<Vote, 'votedAt' | 'voidCode'>): Promise<void>;
  voidVote(requestId: string, revision: number, personId: string, code: string): Promise<void>;
}

export interface ApprovalReads extends Reads {
  readonly requests: RequestReads;
}
export interface ApprovalTx extends Tx {
  readonly requests: RequestTable;
}
export type ApprovalStore = Store<ApprovalTx, ApprovalReads>;
