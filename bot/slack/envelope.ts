/** What was received from Slack, as it goes into the inbox: who it is from stands in the verified envelope alone. */
import { createHash } from 'node:crypto';

export interface SlackEnvelope {
  readonly transport: 'slack';
  /** The workspace. */
  readonly tenant: string;
  readonly userId: string;
  /** A channel, or a thread of one: `C0OPS`, `C0OPS/1712.0001`. */
  readonly place: string;
  /** The same for each delivery of the same message or click, by whatever way. At most 100 characters. */
  readonly dedupeKey: string;
  readonly sentAt: Date;
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'action'; readonly actionId: string; readonly inputs: Inputs }
    /** A form that was opened by an action and sent. */
    | { readonly kind: 'form'; readonly actionId: string; readonly inputs: Inputs };
  /** Only this person and Drover read there. */
  readonly isPrivate: boolean;
}

export type Inputs = Readonly<Record<string, string>>;

export interface Place {
  readonly channel: string;
  readonly thread?: string | undefined;
}

export function toPlace({ channel, thread }: Place): string {
  return thread === undefined ? channel : `${channel}/${thread}`;
}

export function readPlace(place: string): Place {
  const [channel = '', thread] = place.split('/');
  return { channel, thread };
}

/**
 * A message is known by channel and time: a mention comes as two events, and an event comes again under the same time.
 */
export function toMessageKey(channel: string, ts: string): string {
  return `message:${channel}:${ts}`;
}

/** Its trigger could open a form, so only its digest is kept. */
export function toCommandKey(triggerId: string): string {
  return `command:${digest(triggerId)}`;
}

export function toClickKey(userId: string, actionId: string, actionTs: string): string {
  return `click:${userId}:${actionTs}:${digest(actionId).slice(0, 16)}`;
}

/** A form is sent once: sending it again after a lost answer changes nothing. */
export function toFormKey(viewId: string): string {
  return `form:${viewId}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}

/** `1712.000100`, in seconds, by Slack's clock. */
export function toInstant(ts: string): Date {
  return new Date(Math.floor(Number(ts) * 1000));
}
