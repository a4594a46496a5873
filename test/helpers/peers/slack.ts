/**
 * A Slack workspace with people in it, for tests: they say, click, fill in and read, as they would in Slack's client.
 *
 * The Web API behind it is `emulate`'s; what reaches the bot comes signed over HTTP, or over its own socket.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SlackConfig } from '#bot/slack/config.ts';
import { SlackConfig as SlackConfigSchema } from '#bot/slack/config.ts';
import { botScopes } from '#bot/slack/scopes.ts';
import {
  prepareJudges,
  validateSlackMessage,
  validateSlackModal,
} from '#test/bot/renderers/validate-block-kit.ts';
import { startSlackEmulator, toUserToken } from '#test/peers/slack/slack-emulator.ts';
import { type Json, openSlackFront, type SlackFront } from '#test/peers/slack/slack-front.ts';

export type SlackMode = 'socket' | 'http';
export type PersonName = 'ann' | 'bob' | 'gus';

const botToken = 'xoxb-drover';
const appToken = 'xapp-drover';
export const signingSecret = 'a-signing-secret-of-32-letters-x';

/** What came of one delivery to the bot. */
export interface Delivered {
  readonly acked: boolean;
  /** Over HTTP. */
  readonly status?: number;
  readonly answer: Json | undefined;
}

export interface DeliverOptions {
  /** Which delivery of the same thing this is; 0 is the first. */
  readonly retry?: number;
  /** To be refused: another secret, an old or a future time. */
  readonly secret?: string;
  readonly signedAt?: number;
}

/** A message as one person sees it. */
export interface SeenMessage {
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly thread: string | undefined;
  readonly metadata: Json | undefined;
}

type Kind = 'event' | 'interactive' | 'command';
const socketTypes = {
  event: 'events_api',
  interactive: 'interactive',
  command: 'slash_commands',
} as const;

export interface TestSlack extends AsyncDisposable {
  readonly mode: SlackMode;
  readonly teamId: string;
  readonly channel: string;
  readonly front: SlackFront;
  config(more?: Partial<SlackConfig>): SlackConfig;
  /** Where the bot listens, in mode `http`. */
  connect(url: string | undefined): void;
  userId(person: PersonName): string;
  directChannel(person: PersonName): Promise<string>;
  deliver(kind: Kind, payload: Json, options?: DeliverOptions): Promise<Delivered>;
  say(person: PersonName, text: string, more?: Json): Promise<Delivered>;
  mention(person: PersonName, text: string, more?: Json): Promise<Delivered>;
  slash(person: PersonName, text: string, more?: Json): Promise<Delivered>;
  /** Clicks the button with this label on the message. */
  click(person: PersonName, message: SeenMessage, label: string, more?: Json): Promise<Delivered>;
  /** The form or details that this person has before them. */
  view(person: PersonName): Json;
  submit(person: PersonName, values: Readonly<Record<string, Json>>): Promise<Delivered>;
  search(person: PersonName, input: string, typed: string): Promise<Delivered>;
  read(channel?: string, thread?: string): Promise<readonly SeenMessage[]>;
  /** Lines that only this person saw. */
  privateLines(person: PersonName): readonly string[];
  /** Any call, as the bot or as a person. */
  api(method: string, body: Json, as?: PersonName): Promise<Json>;
  /** The payload of an event, as Slack builds it. */
  toEvent(event: Json, more?: Json): Json;
}

export async function openTestSlack(mode: SlackMode): Promise<TestSlack> {
  prepareJudges(); // Slack's answer must not wait for it
  const people = [
    { name: 'ann', realName: 'Ann Berg' },
    { name: 'bob', realName: 'Bob Stein' },
    { name: 'gus', realName: 'Gus Guest' },
  ] as const;
  const scopes = [...botScopes, 'channels:read', 'channels:join', 'channels:manage'];
  const emulator = await startSlackEmulator({ botToken, scopes, people, channels: ['vm-ops'] });
  const upstream = emulator.url.replace('localhost', '127.0.0.1');
  const front = await openSlackFront({
    ...{ upstream, appToken, scopes },
    judgeMessage: validateSlackMessage,
    judgeView: validateSlackModal,
  });
  const api = async (method: string, body: Json, as?: PersonName): Promise<Json> => {
    const token = as === undefined ? botToken : toUserToken(as);
    const answer = await fetch(`${upstream}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Json;
  };
  const { members } = await api('users.list', {});
  const { team_id: teamId } = await api('auth.test', {});
  const ids = new Map<string, string>(members.map((one: Json) => [one.name, one.id]));
  const noGuest = { team_id: teamId, is_restricted: false, is_ultra_restricted: false };
  for (const id of ids.values()) front.userFlags.set(id, noGuest);
  const { channels } = await api('conversations.list', {});
  const channel = channels.find(({ name }: Json) => name === 'vm-ops').id;
  await api('conversations.join', { channel });

  const userId = (person: PersonName) => ids.get(person) ?? '';
  let botUrl = '';
  let counter = 0;

  async function deliver(kind: Kind, payload: Json, options: DeliverOptions = {}) {
    if (mode === 'socket') {
      const sent = await front.sockets.send(socketTypes[kind], payload, options.retry);
      return { acked: sent.acked, answer: sent.payload as Json | undefined };
    }
    return deliverSigned(botUrl, kind, payload, options);
  }

  const nextTs = () => {
    counter += 1;
    return `${Math.floor(Date.now() / 1000)}.${String(counter).padStart(6, '0')}`;
  };
  const toEvent = (event: Json, more: Json = {}): Json => ({
    token: 'x',
    team_id: teamId,
    api_app_id: 'A1',
    type: 'event_callback',
    event_id: `Ev${randomUUID().slice(0, 8)}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [{ team_id: teamId, user_id: 'UDROVER', is_bot: true }],
    event: { ts: nextTs(), team: teamId, ...event },
    ...more,
  });
  const from = (person: PersonName): Json => ({
    user: { id: userId(person), team_id: teamId, username: person },
    team: { id: teamId, domain: 'ops' },
    api_app_id: 'A1',
    token: 'x',
  });
  const makeTrigger = async (person: PersonName): Promise<string> =>
    (await api('views.generateTriggerId', { user_id: userId(person) })).trigger_id;
  const direct = new Map<PersonName, string>();
  const directChannel = async (person: PersonName): Promise<string> => {
    const known = direct.get(person);
    if (known !== undefined) return known;
    const answer = await api('conversations.open', { users: userId(person) });
    if (!answer.ok) throw new Error(`no direct channel for ${person}: ${answer.error}`);
    direct.set(person, answer.channel.id);
    return answer.channel.id;
  };

  function view(person: PersonName): Json {
    const opened = front.calls.filter(
      ({ method, answer }) => method === 'views.open' && answer.ok && answer.view,
    );
    const last = opened.at(-1)?.answer.view;
    if (!last) throw new Error(`${person} has no form open`);
    return last;
  }
  const inputBlock = (person: PersonName, input: string): Json => {
    const { blocks } = view(person);
    const block = blocks.find(({ block_id: id }: Json) => String(id).endsWith(`.${input}`));
    if (!block) throw new Error(`the form has no field ${input}`);
    return block;
  };

  return {
    ...{ mode, teamId, channel, front, userId, directChannel, deliver, api, toEvent, view },
    config: (more = {}) => SlackConfigSchema.parse({ ...toConfig(mode, teamId, front), ...more }),
    connect: (url) => {
      botUrl = url ?? '';
    },
    async say(person, text, more = {}) {
      const where = { channel: await directChannel(person), channel_type: 'im' };
      const event = { type: 'message', user: userId(person), text, ...where, ...more };
      return deliver('event', toEvent(event));
    },
    mention(person, text, more = {}) {
      const event = { type: 'app_mention', user: userId(person), channel };
      return deliver('event', toEvent({ ...event, text: `<@UDROVER> ${text}`, ...more }));
    },
    async slash(person, text, more = {}) {
      return deliver('command', {
        ...{ command: '/drover', text, team_id: teamId, channel_id: channel },
        ...{ user_id: userId(person), user_name: person, api_app_id: 'A1', token: 'x' },
        trigger_id: await makeTrigger(person),
        ...more,
      });
    },
    async click(person, message, label, more = {}) {
      const button = findButton(message, label);
      return deliver('interactive', {
        type: 'block_actions',
        ...from(person),
        trigger_id: await makeTrigger(person),
        container: {
          type: 'message',
          channel_id: channel,
          message_ts: message.ts,
          ...(message.thread === undefined ? {} : { thread_ts: message.thread }),
        },
        channel: { id: channel },
        message: { ts: message.ts },
        actions: [{ ...button, action_ts: nextTs() }],
        ...more,
      });
    },
    submit(person, values) {
      const state: Json = {};
      for (const [input, value] of Object.entries(values)) {
        const { block_id: blockId, element } = inputBlock(person, input);
        state[blockId] = { [element.action_id]: { type: element.type, ...value } };
      }
      const sent = { ...view(person), state: { values: state } };
      return deliver('interactive', { type: 'view_submission', ...from(person), view: sent });
    },
    search(person, input, typed) {
      const { block_id, element } = inputBlock(person, input);
      const asked = { block_id, action_id: element.action_id, value: typed };
      return deliver('interactive', {
        ...{ type: 'block_suggestion', ...from(person), ...asked, view: view(person) },
      });
    },
    async read(where = channel, thread) {
      const method = thread === undefined ? 'conversations.history' : 'conversations.replies';
      const ts = thread === undefined ? {} : { ts: thread };
      const { messages = [] } = await api(method, { channel: where, ...ts });
      const seen = messages.map((message: Json) => ({
        ts: message.ts,
        text: message.text,
        blocks: message.blocks ?? [],
        thread: message.thread_ts,
        metadata: message.metadata,
      }));
      return thread === undefined ? seen.toReversed() : seen;
    },
    privateLines: (person) =>
      front.calls
        .filter(
          ({ method, body }) => method === 'chat.postEphemeral' && body.user === userId(person),
        )
        .map(({ body }) => body.text as string),
    async [Symbol.asyncDispose]() {
      await front.close();
      await emulator.close();
      const unused = front.faults.findUnused();
      if (unused.length > 0)
        throw new Error(`faults that struck nothing: ${JSON.stringify(unused)}`);
    },
  };
}

function toConfig(mode: SlackMode, teamId: string, { apiUrl }: SlackFront): Json {
  const common = { mode, botToken, teamId, apiUrl };
  return mode === 'socket'
    ? { ...common, appToken, connections: 1 }
    : { ...common, signingSecret, port: 0 };
}

function findButton({ blocks }: SeenMessage, label: string): Json {
  const elements = blocks.flatMap(({ elements = [], accessory }) => [...elements, accessory ?? {}]);
  const button = elements.find(({ type, text }: Json) => type === 'button' && text.text === label);
  if (!button) throw new Error(`no button says ${label}`);
  return button;
}

/** One request as Slack signs it. */
export async function deliverSigned(
  url: string,
  kind: Kind,
  payload: Json,
  { retry = 0, secret = signingSecret, signedAt = Date.now() }: DeliverOptions = {},
): Promise<Delivered> {
  const body = toRequestBody(kind, payload);
  const timestamp = String(Math.floor(signedAt / 1000));
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const type = kind === 'event' ? 'application/json' : 'application/x-www-form-urlencoded';
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
      ...(retry > 0 ? { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'any' } : {}),
    },
    body,
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const answer = text.startsWith('{') ? (JSON.parse(text) as Json) : undefined;
  return { acked: response.status === 200, status: response.status, answer };
}

function toRequestBody(kind: Kind, payload: Json): string {
  if (kind === 'event') return JSON.stringify(payload);
  const fields = kind === 'command' ? payload : { payload: JSON.stringify(payload) };
  return new URLSearchParams(fields as Record<string, string>).toString();
}

/** Waits for what comes by itself; what does not come ends it, and nothing is measured by that. */
export async function eventually(
  what: string,
  isSo: () => unknown,
  withinMs = 60_000,
  everyMs = 10,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it did not come: ${what}`);
    await sleep(everyMs);
  }
}
