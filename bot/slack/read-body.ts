/**
 * What a verified body asks for. Default deny: what is not known is dropped, and what is known must be well-formed.
 *
 * Slack's signature (or its own socket) vouches for the body, so workspace and person are taken from it and from nowhere
 * else: no button's value, no text and no field of a form says who somebody is.
 */
import {
  formCallbackId,
  readActionId,
  readInputName,
  searchActionId,
} from '../renderers/block-kit-ids.ts';
import { readFormBlocks, readFormState } from '../renderers/block-kit-inputs.ts';
import {
  type Inputs,
  type Place,
  toClickKey,
  toCommandKey,
  toFormKey,
  toInstant,
  toMessageKey,
} from './envelope.ts';
import { readFormMetadata } from './form-metadata.ts';
import { readSlackText, stripMention } from './read-text.ts';
import { ClickBody, CommandBody, EventBody, SubmissionBody, SuggestionBody } from './schema.ts';

export interface Reading {
  readonly teamId: string;
  readonly botUserId: string;
  readonly command: string;
  readonly now: Date;
}

interface Foreign {
  readonly code: 'foreign_workspace' | 'external';
  /** That other workspace; undefined where it is not said. */
  readonly tenant: string | undefined;
}

/** Who it is from, and where it was said. */
interface Sender {
  readonly userId: string;
  readonly place: Place;
  /** Belongs to another workspace, says the envelope. */
  readonly foreign: Foreign | undefined;
}

export type Received =
  | { readonly kind: 'ignored' }
  /** Drover was added to a channel, or one came back: it can speak there. */
  | { readonly kind: 'here'; readonly channel: string }
  /** An event of a whole other workspace: there is nowhere to answer it. */
  | (Sender & { readonly kind: 'elsewhere' })
  | (Sender & {
      readonly kind: 'text';
      readonly text: string;
      readonly dedupeKey: string;
      readonly sentAt: Date;
      readonly isCommand: boolean;
      readonly isDirect: boolean;
    })
  | (Sender & {
      readonly kind: 'click';
      readonly actionId: string;
      readonly dedupeKey: string;
      readonly sentAt: Date;
    })
  /** Something opens at once, and nothing is stored. */
  | (Sender & {
      readonly kind: 'open';
      readonly what: 'form' | 'details';
      readonly ref: string;
      readonly triggerId: string;
    })
  | (Sender & {
      readonly kind: 'form';
      readonly actionId: string;
      readonly inputs: Inputs;
      /** The block of each input. */
      readonly blocks: Inputs;
      readonly dedupeKey: string;
      readonly sentAt: Date;
    })
  | (Sender & {
      readonly kind: 'search';
      readonly actionId: string;
      readonly input: string;
      readonly typed: string;
    });

const ignored = { kind: 'ignored' } as const;

/** @throws ZodError when a body of a known kind is not as Slack sends it. */
export function readBody(body: unknown, reading: Reading): Received {
  const type = readType(body);
  switch (type) {
    case 'event_callback':
      return readEvent(EventBody.parse(body), reading);
    case 'command':
      return readCommand(CommandBody.parse(body), reading);
    case 'block_actions':
      return readClick(ClickBody.parse(body), reading);
    case 'view_submission':
      return readSubmission(SubmissionBody.parse(body), reading);
    case 'block_suggestion':
      return readSuggestion(SuggestionBody.parse(body), reading);
    default:
      return ignored;
  }
}

function readType(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  if ('command' in body) return 'command';
  return 'type' in body && typeof body.type === 'string' ? body.type : undefined;
}

/** What people write anew: alone, with a file, or from a thread into its channel too. */
const writtenKinds: ReadonlySet<string | undefined> = new Set([
  undefined,
  'file_share',
  'thread_broadcast',
]);

/** A channel that was archived takes messages again. */
const backs: ReadonlySet<string> = new Set(['channel_unarchive', 'group_unarchive']);

function readEvent({ team_id: team, event }: EventBody, reading: Reading): Received {
  const { type, user, channel, ts, text = '' } = event;
  const isDirect = type === 'message' && event.channel_type === 'im';
  const isBack = type === 'member_joined_channel' ? user === reading.botUserId : backs.has(type);
  if (isBack && channel && team === reading.teamId) return { kind: 'here', channel };
  if (!isDirect && type !== 'app_mention') return ignored;
  // Words of bots, of Drover itself, and of what was edited run nothing.
  if (event.bot_id || event.app_id || event.edited || user === reading.botUserId) return ignored;
  if (!writtenKinds.has(event.subtype) || !user || !channel || !ts) return ignored;
  // In a channel the answer belongs under the question; a direct message has threads only where people began one.
  const place = { channel, thread: isDirect ? event.thread_ts : (event.thread_ts ?? ts) };
  const head = { userId: user, place };
  if (team !== reading.teamId) return { kind: 'elsewhere', ...head, foreign: toForeign(team) };
  return {
    kind: 'text',
    ...{ ...head, foreign: findOtherTeam(event, reading) },
    text: readSlackText(stripMention(text, reading.botUserId)),
    dedupeKey: toMessageKey(channel, ts),
    sentAt: toInstant(ts),
    isCommand: false,
    isDirect,
  };
}

/** Whoever writes from another workspace into a channel that is shared with it (Slack Connect). */
function findOtherTeam(event: EventBody['event'], { teamId }: Reading): Foreign | undefined {
  const teams = [event.user_team, event.source_team, event.team];
  const tenant = teams.find((one) => one && one !== teamId);
  return tenant ? { code: 'external', tenant } : undefined;
}

function toForeign(tenant: string | undefined): Foreign {
  return { code: 'foreign_workspace', tenant };
}

function readCommand(body: CommandBody, reading: Reading): Received {
  if (body.command !== reading.command) return ignored;
  return {
    kind: 'text',
    userId: body.user_id,
    place: { channel: body.channel_id },
    foreign: body.team_id === reading.teamId ? undefined : toForeign(body.team_id),
    text: readSlackText(body.text),
    dedupeKey: toCommandKey(body.trigger_id),
    sentAt: reading.now,
    isCommand: true,
    isDirect: false,
  };
}

interface FromPerson {
  readonly team: { readonly id: string } | null;
  readonly user: { readonly id: string; readonly team_id?: string | undefined };
}

function findForeign({ team, user }: FromPerson, { teamId }: Reading): Foreign | undefined {
  if (team?.id !== teamId) return toForeign(team?.id);
  const isOwn = user.team_id === undefined || user.team_id === teamId;
  return isOwn ? undefined : { code: 'external', tenant: user.team_id };
}

function readClick(body: ClickBody, reading: Reading): Received {
  const { container, user } = body;
  const [action] = body.actions;
  const kind = action && readActionId(action.action_id);
  if (!kind || action.type !== 'button' || !action.value || !container.channel_id) return ignored;
  const sender = {
    userId: user.id,
    place: { channel: container.channel_id, thread: container.thread_ts },
    foreign: findForeign(body, reading),
  };
  if (kind === 'do') {
    const dedupeKey = toClickKey(user.id, action.value, action.action_ts);
    const sentAt = toInstant(action.action_ts);
    return { kind: 'click', ...sender, actionId: action.value, dedupeKey, sentAt };
  }
  const what = kind === 'ask' ? 'form' : 'details';
  return { kind: 'open', ...sender, what, ref: action.value, triggerId: body.trigger_id };
}

function readSubmission(body: SubmissionBody, reading: Reading): Received {
  if (body.view.callback_id !== formCallbackId) return ignored;
  const { actionId, place } = readFormMetadata(body.view.private_metadata);
  const values = body.view.state?.values ?? {};
  return {
    kind: 'form',
    userId: body.user.id,
    place,
    foreign: findForeign(body, reading),
    actionId,
    inputs: readFormState(values),
    blocks: readFormBlocks(values),
    dedupeKey: toFormKey(body.view.id),
    sentAt: reading.now,
  };
}

function readSuggestion(body: SuggestionBody, reading: Reading): Received {
  const input = readInputName(body.block_id);
  if (body.action_id !== searchActionId || input === undefined) return ignored;
  const { actionId, place } = readFormMetadata(body.view.private_metadata);
  const sender = { userId: body.user.id, place, foreign: findForeign(body, reading) };
  return { kind: 'search', ...sender, actionId, input, typed: body.value };
}
