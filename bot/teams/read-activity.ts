/**
 * What a verified activity asks for. Default deny: what is not known is dropped, and what is known must be well-formed.
 *
 * Teams vouches for the activity, so tenant and person are taken from it and from nowhere else: no action's data, no text
 * and no name says who somebody is.
 */
import { readSubmitData } from '../renderers/adaptive-card.ts';
import { readDataset, readRefresh } from '../renderers/teams-ids.ts';
import { type Inputs, toClickKey, toConversation, toMessageKey } from './envelope.ts';
import type { GonePlace, TeamsReference } from './host.ts';
import { hasSecondReading, isMentioned, type Mentioned, readPieces } from './read-text.ts';
import { CardActionValue, SearchValue, type TeamsActivity } from './schema.ts';

/** Who it is from, and where it was said. */
export interface Said {
  readonly userId: string;
  readonly teamsUserId: string;
  readonly place: string;
  readonly isPrivate: boolean;
  readonly serviceUrl: string;
  /** The message that was acted on. */
  readonly messageId: string | undefined;
}

export type Asked =
  | (Said & { readonly kind: 'text'; readonly pieces: readonly (string | Mentioned)[] } & Stored)
  /** It has two readings, so nothing runs. */
  | (Said & { readonly kind: 'unclear'; readonly dedupeKey: string })
  | (Said & { readonly kind: 'click'; readonly actionId: string; readonly inputs: Inputs } & Stored)
  /** Nothing is stored. */
  | (Said & { readonly kind: 'refresh'; readonly ref: string; readonly isByHand: boolean })
  | (Said & {
      readonly kind: 'search';
      readonly actionId: string;
      readonly input: string;
      readonly typed: string;
    });

interface Stored {
  readonly dedupeKey: string;
  readonly sentAt: Date;
}

/** Of a conversation in which several read. */
export interface Member {
  /** `29:…` */
  readonly teamsUserId: string;
  readonly userId: string;
}

export type Received =
  | { readonly kind: 'ignored' }
  /** Drover is there; of who else came and left, as far as it is said. */
  | { readonly kind: 'here'; readonly came: readonly Member[]; readonly left: readonly string[] }
  | { readonly kind: 'gone'; readonly gone: readonly GonePlace[] }
  /** It says not who it is from. */
  | { readonly kind: 'nobody' }
  | Asked;

const ignored = { kind: 'ignored' } as const;
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws ZodError when the value of a known invoke is not as Teams sends it. */
export function readActivity(activity: TeamsActivity, now: Date): Received {
  switch (activity.type) {
    case 'message':
      return readMessage(activity, now);
    case 'invoke':
      return readInvoke(activity, now);
    case 'installationUpdate':
      return readInstallation(activity);
    case 'conversationUpdate':
      return readConversationUpdate(activity);
    default:
      return ignored; // edits, deletions, reactions, typing
  }
}

export function toReference(activity: TeamsActivity): TeamsReference | undefined {
  const { conversation, recipient, serviceUrl, channelData, from } = activity;
  const kind = readKind(activity);
  const tenant = readTenants(activity)[0];
  if (kind === undefined || tenant === undefined) return undefined;
  const isPersonal = kind === 'personal';
  const userId = readUserId(activity);
  // An install says who installed it, not whose conversation it is: only a private one is somebody's.
  if (isPersonal && (userId === undefined || isBot(from.id))) return undefined;
  return {
    ...{ place: toConversation(conversation.id), kind, serviceUrl, tenant, botId: recipient.id },
    userId: isPersonal ? (userId ?? null) : null,
    teamId: channelData?.team?.id ?? null,
  };
}

/** All that it says of the tenant. */
export function readTenants({ conversation, channelData }: TeamsActivity): readonly string[] {
  const tenants = [conversation.tenantId, channelData?.tenant?.id];
  return tenants.filter((tenant) => typeof tenant === 'string').map((one) => one.toLowerCase());
}

function readKind({ conversation }: TeamsActivity): TeamsReference['kind'] | undefined {
  const { conversationType: type } = conversation;
  return type === 'personal' || type === 'groupChat' || type === 'channel' ? type : undefined;
}

function readUserId({ from }: TeamsActivity): string | undefined {
  const id = from.aadObjectId ?? '';
  return guid.test(id) ? id.toLowerCase() : undefined;
}

function isBot(id: string): boolean {
  return id.startsWith('28:');
}

type Sender = { readonly kind: 'ignored' | 'nobody' } | (Said & { readonly kind: 'said' });

function readSender(activity: TeamsActivity): Sender {
  const { from, recipient, conversation, serviceUrl, replyToId } = activity;
  // Bots, workflows and Drover's own words are answered nothing, ever.
  const isFromBot = isBot(from.id) || from.id === recipient.id || (from.role ?? 'user') !== 'user';
  const kind = readKind(activity);
  if (isFromBot || kind === undefined) return ignored;
  const userId = readUserId(activity);
  if (userId === undefined) return { kind: 'nobody' };
  return {
    kind: 'said',
    ...{ userId, teamsUserId: from.id, place: conversation.id, serviceUrl },
    isPrivate: kind === 'personal',
    messageId: replyToId ?? undefined,
  };
}

function readMessage(activity: TeamsActivity, now: Date): Received {
  const sender = readSender(activity);
  if (sender.kind !== 'said' || activity.id === undefined) {
    return sender.kind === 'nobody' ? sender : ignored;
  }
  const { conversation, id, value } = activity;
  if (value !== undefined && value !== null) return readClick(activity, sender, value, now);
  const mentions = { entities: activity.entities ?? [], botId: activity.recipient.id };
  if (!sender.isPrivate && !isMentioned(mentions)) return ignored;
  const dedupeKey = toMessageKey(conversation.id, id);
  if (hasSecondReading(activity.attachments ?? []))
    return { ...sender, kind: 'unclear', dedupeKey };
  const pieces = readPieces({ text: activity.text ?? '', ...mentions });
  return { ...sender, kind: 'text', pieces, dedupeKey, sentAt: toInstant(activity, now) };
}

function readInvoke(activity: TeamsActivity, now: Date): Received {
  const sender = readSender(activity);
  if (sender.kind !== 'said') return sender.kind === 'nobody' ? sender : ignored;
  if (activity.name === 'adaptiveCard/action') {
    const { action, trigger } = CardActionValue.parse(activity.value);
    if (action.type !== 'Action.Execute') return ignored;
    const ref = readRefresh(action);
    if (ref !== undefined) {
      return { ...sender, kind: 'refresh', ref, isByHand: trigger === 'manual' };
    }
    return readClick(activity, sender, action.data, now);
  }
  if (activity.name === 'application/search') {
    const { queryText, dataset } = SearchValue.parse(activity.value);
    const asked = readDataset(dataset);
    return asked ? { ...sender, kind: 'search', ...asked, typed: queryText } : ignored;
  }
  return ignored;
}

function readClick(activity: TeamsActivity, said: Said, data: unknown, now: Date): Received {
  const submitted = readSubmitData(data);
  if (!submitted || activity.id === undefined) return ignored;
  const { actionId, inputs } = submitted;
  const dedupeKey = toClickKey(said.userId, actionId, activity.id);
  return {
    ...said,
    ...{ kind: 'click', actionId, inputs, dedupeKey, sentAt: toInstant(activity, now) },
  };
}

/** `remove-upgrade` and `add-upgrade` frame a new version of the app: Drover stays. */
function readInstallation(activity: TeamsActivity): Received {
  if (activity.action !== 'remove') return nobodyMoved;
  return { kind: 'gone', gone: toGone(activity, 'uninstalled') };
}

const goneEvents = new Set(['teamDeleted', 'teamHardDeleted', 'channelDeleted']);

function readConversationUpdate(activity: TeamsActivity): Received {
  const event = activity.channelData?.eventType ?? '';
  const isRemoved = (activity.membersRemoved ?? []).some(({ id }) => id === activity.recipient.id);
  if (event === 'channelDeleted') {
    const conversation = activity.channelData?.channel?.id ?? activity.conversation.id;
    return { kind: 'gone', gone: [{ conversation, cause: event }] };
  }
  if (!isRemoved && !goneEvents.has(event)) return readMembers(activity);
  return { kind: 'gone', gone: toGone(activity, isRemoved ? 'removed' : event) };
}

const nobodyMoved = { kind: 'here', came: [], left: [] } as const;

function readMembers(activity: TeamsActivity): Received {
  if (readKind(activity) === 'personal') return nobodyMoved;
  const came = (activity.membersAdded ?? []).flatMap(({ id, aadObjectId }) => {
    const isPerson = !isBot(id) && guid.test(aadObjectId ?? '');
    return isPerson ? [{ teamsUserId: id, userId: (aadObjectId ?? '').toLowerCase() }] : [];
  });
  return { kind: 'here', came, left: (activity.membersRemoved ?? []).map(({ id }) => id) };
}

/** Of a team every channel is gone with it. */
function toGone({ conversation, channelData }: TeamsActivity, cause: string): GonePlace[] {
  const teamId = channelData?.team?.id;
  const here = { conversation: toConversation(conversation.id), cause };
  return teamId === undefined ? [here] : [here, { teamId, cause }];
}

/** By Teams' clock; one that is ahead of ours says no more than that it is new. */
function toInstant({ timestamp }: TeamsActivity, now: Date): Date {
  const at = timestamp === undefined ? now : new Date(timestamp);
  return at > now ? now : at;
}
