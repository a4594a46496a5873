/** Who is in the tenant of a test, where they talk, and what was said there. */
import type { Json } from './json.ts';

export const tenantId = '11111111-1111-1111-1111-111111111111';
export const otherTenantId = '99999999-9999-4999-8999-999999999999';

export interface TeamsPerson {
  /** `29:…` */
  readonly id: string;
  readonly name: string;
  readonly aadObjectId?: string;
  readonly userPrincipalName?: string;
  readonly tenantId?: string;
  readonly userRole?: string;
}

const member = (name: string, fullName: string, digit: string) => ({
  id: `29:${name}`,
  name: fullName,
  aadObjectId: `${digit.repeat(8)}-0000-4000-8000-00000000000${digit}`,
  userPrincipalName: `${name}@ops.example`,
  tenantId,
  userRole: 'user',
});

const guestName = 'gus_partner.example#EXT#@ops.example';

export const teamsPeople = {
  ann: member('ann', 'Ann Berg', 'a'),
  bob: member('bob', 'Bob Stein', 'b'),
  gus: { ...member('gus', 'Gus Guest', 'c'), userRole: 'guest', userPrincipalName: guestName },
  /** Of another organization, in a channel shared with it. */
  eve: { ...member('eve', 'Eve Extern', 'd'), tenantId: otherTenantId },
  /** Joined a meeting by its link. */
  nia: { id: '29:nia', name: 'Nia Nobody', userRole: 'anonymous' },
} as const satisfies Record<string, TeamsPerson>;

export type TeamsPersonName = keyof typeof teamsPeople;

export interface TeamsConversation {
  readonly id: string;
  readonly kind: 'personal' | 'groupChat' | 'channel';
  readonly messages: Json[];
  hasBot: boolean;
}

export const groupChat = '19:ops-group@thread.v2';
export const channel = '19:vm-ops@thread.tacv2';
export const teamId = '19:team@thread.tacv2';

export function toPersonalChat(person: TeamsPersonName): string {
  return `a:${person}-dm`;
}

export function createConversations(): Map<string, TeamsConversation> {
  const conversations = new Map<string, TeamsConversation>();
  const add = (id: string, kind: TeamsConversation['kind']) =>
    conversations.set(id, { id, kind, messages: [], hasBot: true });
  add(groupChat, 'groupChat');
  add(channel, 'channel');
  for (const name of Object.keys(teamsPeople)) {
    add(toPersonalChat(name as TeamsPersonName), 'personal');
  }
  return conversations;
}
