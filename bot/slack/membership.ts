/**
 * Whether somebody is a full member of the workspace: no guest, no stranger of a shared channel, no bot.
 *
 * Asked of Slack, and believed for a minute. Who cannot be asked about is nobody's member now: the fault goes on.
 */
import type { RefusalCode } from '../conversation/refusal.ts';
import type { SlackUser } from './schema.ts';
import { UserAnswer } from './schema.ts';
import type { SlackApi } from './slack-api.ts';

export interface MembershipOptions {
  readonly api: SlackApi;
  readonly teamId: string;
  /** Monotonic, in milliseconds. */
  readonly elapsed: () => number;
}

/** Why somebody is refused; undefined for a full member. */
export type JudgeMember = (userId: string) => Promise<RefusalCode | undefined>;

const believedMs = 60_000;
const keptPeople = 5_000;

export function createMembership({ api, teamId, elapsed }: MembershipOptions): JudgeMember {
  const known = new Map<
    string,
    { readonly refusal: RefusalCode | undefined; readonly until: number }
  >();
  return async (userId) => {
    const remembered = known.get(userId);
    if (remembered && remembered.until > elapsed()) return remembered.refusal;
    const { user } = await api.call('users.info', { user: userId }, UserAnswer);
    const refusal = user.id === userId ? judge(user, teamId) : 'not_a_member';
    if (known.size >= keptPeople) known.clear();
    known.set(userId, { refusal, until: elapsed() + believedMs });
    return refusal;
  };
}

function judge(user: SlackUser, teamId: string): RefusalCode | undefined {
  if (user.is_bot || user.is_workflow_bot || user.id === 'USLACKBOT') return 'bot';
  if (user.deleted) return 'not_a_member';
  if (user.is_stranger || user.team_id !== teamId) return 'external';
  if (user.is_restricted || user.is_ultra_restricted) return 'guest';
  // Said to be no guest; silence is not enough.
  const isNoGuest = user.is_restricted === false && user.is_ultra_restricted === false;
  return isNoGuest ? undefined : 'not_a_member';
}
