/**
 * Whether somebody is a full member of the workspace: no guest, no stranger of a shared channel, no bot.
 *
 * Asked of Slack, and believed for a minute. Who cannot be asked about is nobody's member now: the fault goes on.
 */
import type { SlackUser } from './schema.ts';
import { UserAnswer } from './schema.ts';
import type { SlackApi } from './slack-api.ts';

export interface MembershipOptions {
  readonly api: SlackApi;
  readonly teamId: string;
  /** Monotonic, in milliseconds. */
  readonly elapsed: () => number;
}

export type IsMember = (userId: string) => Promise<boolean>;

const believedMs = 60_000;
const keptPeople = 5_000;

export function createMembership({ api, teamId, elapsed }: MembershipOptions): IsMember {
  const known = new Map<string, { readonly isMember: boolean; readonly until: number }>();
  return async (userId) => {
    const remembered = known.get(userId);
    if (remembered && remembered.until > elapsed()) return remembered.isMember;
    const { user } = await api.call('users.info', { user: userId }, UserAnswer);
    const isMember = user.id === userId && isFullMember(user, teamId);
    if (known.size >= keptPeople) known.clear();
    known.set(userId, { isMember, until: elapsed() + believedMs });
    return isMember;
  };
}

function isFullMember(user: SlackUser, teamId: string): boolean {
  const isOther = user.is_bot || user.is_workflow_bot || user.is_stranger || user.deleted;
  // Said to be no guest; silence is not enough.
  const isNoGuest = user.is_restricted === false && user.is_ultra_restricted === false;
  return isNoGuest && !isOther && user.team_id === teamId && user.id !== 'USLACKBOT';
}
