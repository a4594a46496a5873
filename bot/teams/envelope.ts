/** What was received from Teams, as it goes into the inbox: who it is from stands in the verified activity alone. */
import { createHash } from 'node:crypto';

export interface TeamsEnvelope {
  readonly transport: 'teams';
  readonly tenant: string;
  /** `aadObjectId`: the person's id in the tenant's directory. */
  readonly userId: string;
  /** A conversation, or a thread of a channel: `a:1…`, `19:…@thread.v2`, `19:…@thread.tacv2;messageid=17…`. */
  readonly place: string;
  /** The same for each delivery of the same message or click. At most 100 characters. */
  readonly dedupeKey: string;
  readonly sentAt: Date;
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'action'; readonly actionId: string; readonly inputs: Inputs }
    /** An action with what was filled in. */
    | { readonly kind: 'form'; readonly actionId: string; readonly inputs: Inputs };
  /** Only this person and Drover read there. */
  readonly isPrivate: boolean;
}

export type Inputs = Readonly<Record<string, string>>;

/** The conversation that a thread belongs to; Teams counts its limits by it. */
export function toConversation(place: string): string {
  return place.split(';')[0] ?? place;
}

/** Ids of conversations and activities have no documented length. */
export function toMessageKey(conversationId: string, activityId: string): string {
  return `message:${digest([toConversation(conversationId), activityId])}`;
}

/** A click that is delivered again keeps its activity id; one that is made again is another one. */
export function toClickKey(userId: string, actionId: string, activityId: string): string {
  return `click:${digest([userId, actionId, activityId])}`;
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 48);
}
