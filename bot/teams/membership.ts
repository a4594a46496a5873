/**
 * Whether somebody is a full member of the tenant: no guest, nobody of another organization, nobody without an account.
 *
 * Asked of Teams in the conversation where it was said, and believed for a minute. A guest's user name bears `#EXT#`;
 * people of other organizations in a shared channel have a tenant of their own.
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
 */
import { OperationError } from '#core/errors.ts';
import type { RefusalCode } from '../conversation/refusal.ts';
import type { ConnectorApi } from './connector-api.ts';
import { toConversation } from './envelope.ts';
import { MemberAnswer, type TeamsMember } from './schema.ts';

export interface Claimant {
  readonly serviceUrl: string;
  readonly place: string;
  /** `29:…` */
  readonly teamsUserId: string;
  readonly userId: string;
}

/** Why somebody is refused; undefined for a full member. */
export type JudgeMember = (claimant: Claimant) => Promise<RefusalCode | undefined>;

export interface MembershipOptions {
  readonly api: ConnectorApi;
  readonly tenantId: string;
  /** Monotonic, in milliseconds. */
  readonly elapsed: () => number;
}

const believedMs = 60_000;
const keptPeople = 5_000;

export function createMembership({ api, tenantId, elapsed }: MembershipOptions): JudgeMember {
  const known = new Map<
    string,
    { readonly refusal: RefusalCode | undefined; readonly until: number }
  >();
  return async (claimant) => {
    const { serviceUrl, place, teamsUserId, userId } = claimant;
    const conversation = toConversation(place);
    const key = JSON.stringify([conversation, teamsUserId, userId]);
    const remembered = known.get(key);
    if (remembered && remembered.until > elapsed()) return remembered.refusal;
    const path = ['conversations', conversation, 'members', teamsUserId];
    const member = await find(api, { serviceUrl, path });
    const refusal = member ? judge(member, userId, tenantId) : 'not_a_member';
    if (known.size >= keptPeople) known.clear();
    known.set(key, { refusal, until: elapsed() + believedMs });
    return refusal;
  };
}

/** Who stands behind `29:…` in the tenant's directory; undefined where nobody of that id is there. */
export type FindMember = (who: Omit<Claimant, 'userId'>) => Promise<string | undefined>;

export function createFindMember(api: ConnectorApi): FindMember {
  return async ({ serviceUrl, place, teamsUserId }) => {
    const path = ['conversations', toConversation(place), 'members', teamsUserId];
    const member = await find(api, { serviceUrl, path });
    return (member?.aadObjectId ?? member?.objectId)?.toLowerCase();
  };
}

/** Undefined where Teams itself says that nobody of that id is there. */
async function find(
  api: ConnectorApi,
  where: { readonly serviceUrl: string; readonly path: readonly string[] },
): Promise<TeamsMember | undefined> {
  try {
    return await api.call({ method: 'GET', ...where }, MemberAnswer);
  } catch (error) {
    if (error instanceof OperationError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function judge(member: TeamsMember, userId: string, tenantId: string): RefusalCode | undefined {
  const { userPrincipalName, userRole } = member;
  if (!isEqual(member.aadObjectId ?? member.objectId, userId)) return 'not_a_member';
  const isUser = userRole === undefined || userRole === null || isEqual(userRole, 'user');
  if (!isUser || /#ext#/i.test(userPrincipalName ?? '')) return 'guest';
  if (!isEqual(member.tenantId, tenantId)) return 'external';
  return userPrincipalName ? undefined : 'not_a_member';
}

function isEqual(one: string | null | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}
