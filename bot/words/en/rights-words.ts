/** Why something is allowed or not, by role, rule and vote. */
import type { VoteRefusal } from '#approvals/judge-vote.ts';
import type { RightsDecision, RoleCode, RoleReason } from '#core/rights/authorize.ts';
import type { Disagreement } from '#core/rights/configured-group.ts';
import type { QuotaLine } from '#core/rights/quota-line.ts';
import { toCount, toSize } from '../units.ts';
import { GROUP_REMEDY, toDisagreementWords, toGrantsNothingWords } from './group-words.ts';

export const ROLE_WORDS: Readonly<Record<RoleCode, string>> = {
  allows: 'allows it',
  denies: 'denies it',
  not_a_member: 'you are not in its groups',
  action_not_in_role: 'does not have this right',
  outside_scope: 'does not hold there',
  scope_unknown: 'holds in a part of the estate, and where this lies is not known',
  template_not_in_role: 'does not have this template',
  network_not_in_role: 'does not have this network',
  group_disagrees: 'grants nothing',
};

export function toReasonWords({ code, disagreement }: RoleReason): string {
  return disagreement ? toGrantsNothingWords(disagreement) : ROLE_WORDS[code];
}

export const RIGHTS_WORDS: Readonly<Record<RightsDecision['code'], string>> = {
  allowed: 'Allowed.',
  account_not_active: 'Your account is not active in the directory.',
  no_role_allows: 'No role of yours allows it.',
  a_role_denies: 'A role denies it.',
  group_disagrees: `The role that would allow it grants nothing now. ${GROUP_REMEDY}`,
};

export interface VoteFacts {
  readonly number: string;
  /** When the same word was counted. */
  readonly when?: string;
  /** How it was decided. */
  readonly outcome?: string;
  readonly disagreement?: Disagreement | undefined;
}

export const VOTE_WORDS: Readonly<Record<VoteRefusal, (facts: VoteFacts) => string>> = {
  no_such_request: ({ number }) => `There is no request ${number}.`,
  already_decided: ({ number, outcome }) =>
    `${number} was decided before: ${outcome ?? `approval show ${number}`}`,
  expired: ({ number }) => `${number} has expired; nothing was done. It has to be asked for again.`,
  self_approval: ({ number }) => `${number} is your own request; somebody else has to agree.`,
  account_not_active: () => 'Your account is not active in the directory.',
  not_an_approver: ({ number }) => `You are not among those who are asked for ${number}.`,
  group_disagrees: ({ number, disagreement }) =>
    `Nobody of the group that is asked for ${number} may agree. ${disagreement ? toDisagreementWords(disagreement) : ''} ${GROUP_REMEDY}`,
  already_counted: ({ when }) => `Your vote was already counted at ${when ?? '?'}.`,
  reason_needed: ({ number }) =>
    `A reason is needed to deny ${number}: approval deny ${number} --reason "…"`,
  card_is_old: ({ number }) =>
    `That card is old: ${number} has changed since. Look at the new one and vote on that: approval show ${number}`,
};

/** How a request or job ended before it ran, or came back. */
export const END_WORDS: Readonly<Record<string, string>> = {
  denied: 'denied',
  expired: 'expired without a decision',
  requester_not_active: 'not started: the account of {person} is {state}',
  requester_without_right: 'not started: {person} no longer has the right {right}',
  role_grants_nothing:
    'not started: {person} has the right {right} by the role {role}, which grants nothing now: the group {written} was {pinnedId} when its name was first read, and the name is {now} now',
  vote_void: 'back again: the vote of {person} no longer counts ({reason})',
  registered_again: 'back again: {name} was registered again on its platform',
  outside_bounds: 'back again: the plan no longer fits what was approved',
  made_by_older_version: 'made by an older version: give the command again',
  cancelled: 'cancelled before it started',
  requester_lost_account: 'ended before its time: the account of {person} is {state}',
  requester_lost_right: 'ended before its time: {person} no longer has the right {right}',
  requester_lost_role:
    'ended before its time: {person} has the right {right} by the role {role}, which grants nothing now: the group {written} was {pinnedId} when its name was first read, and the name is {now} now',
  rights_unknown:
    'ended before its time: nobody could tell whether it may still be asked for, and no operator said that it goes on',
  directory_not_reachable: 'not started: the directory did not answer',
  connection_unknown: 'not started: {connection} did not answer',
  connection_on_hold: 'not started: {connection} is on hold',
  another_job_changes_it: 'waits for {job}',
};

export function fillWords(words: string, facts: Readonly<Record<string, unknown>> | null): string {
  return words.replaceAll(/\{(\w+)\}/g, (_whole, key: string) =>
    String(facts?.[key] ?? '?').replaceAll('_', ' '),
  );
}

const QUOTA_NAMES = { vms: 'VMs', cpus: 'vCPU', memoryBytes: 'memory', diskBytes: 'disk' } as const;

/** `web-team: 62 → 66 of 80 vCPU`; `whose`: how the one is called whose own limit it is. */
export function toQuotaWords(line: QuotaLine, whose = `${line.role}, yours`): string {
  return `${line.of === 'member' ? whose : line.role}: ${toTakenWords(line)}`;
}

/** `62 → 66 of 80 vCPU`. */
export function toTakenWords({ what, used, wanted, limit }: QuotaLine): string {
  const isBytes = what === 'memoryBytes' || what === 'diskBytes';
  const show = isBytes ? toSize : toCount;
  return `${show(used)} → ${show(used + wanted)} of ${show(limit)} ${QUOTA_NAMES[what]}`;
}
