/**
 * A Teams tenant with people in it, for tests: they say, click, search and read, each seeing their own view of a card, as
 * they would in Teams' client.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { TeamsConfig } from '#bot/teams/config.ts';
import { validateAdaptiveCard } from '#test/bot/renderers/validate-adaptive-card.ts';
import type { Json } from '#test/peers/teams/json.ts';
import { openTeamsConnector, type TeamsConnector } from '#test/peers/teams/teams-connector.ts';
import type { TokenOptions } from '#test/peers/teams/teams-tokens.ts';
import {
  channel,
  groupChat,
  type TeamsPersonName,
  teamId,
  teamsPeople,
  tenantId,
  toPersonalChat,
} from '#test/peers/teams/teams-world.ts';

export const appId = 'aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa';
export const appPassword = 'a-client-secret-of-the-app';
export const botId = `28:${appId}`;
const botName = 'Drover';

/** Teams takes a searched list in cards of 1.5 too; the official parser knows it from 1.6 on. */
const takenByTeams = /^UnsupportedProperty: Property "choices\.data" /;

/** Why Teams would refuse a card; nothing is good. */
export function judgeCard(card: Json): readonly string[] {
  return validateAdaptiveCard(card).filter((fault) => !takenByTeams.test(fault));
}

/** What came of one delivery to the bot. */
export interface Delivered {
  readonly status: number;
  readonly body: Json | undefined;
}

/** A message as it stands in a conversation. */
export interface PostedMessage {
  readonly id: string;
  /** The thread's own id, where it is in one. */
  readonly place: string;
  readonly text: string | undefined;
  readonly summary: string | undefined;
  /** What everybody sees who has no view of their own. */
  readonly card: Json | undefined;
}

export interface ClickOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  /** As a client does that knows no Action.Execute. */
  readonly asSubmit?: boolean;
  readonly more?: Json;
}

export interface TestTeams extends AsyncDisposable {
  readonly connector: TeamsConnector;
  config(more?: Json): TeamsConfig;
  /** Where the bot listens. */
  connect(url: string): void;
  /** One request, as Teams makes it. A token of null: none is shown. */
  deliver(activity: Json, token?: TokenOptions | string | null): Promise<Delivered>;
  /** An activity as Teams builds it, not sent. */
  toActivity(person: TeamsPersonName, place: string, more?: Json): Json;
  say(person: TeamsPersonName, text: string, more?: Json): Promise<Delivered>;
  mention(person: TeamsPersonName, text: string, place?: string, more?: Json): Promise<Delivered>;
  click(
    person: TeamsPersonName,
    message: PostedMessage,
    label: string,
    options?: ClickOptions,
  ): Promise<Delivered>;
  /** What this person sees of a message: their own view, where the card offers one. */
  view(person: TeamsPersonName, message: PostedMessage): Promise<Json | undefined>;
  /** The answer to the client's own asking for a view. */
  refresh(person: TeamsPersonName, message: PostedMessage, more?: Json): Promise<Delivered>;
  search(
    person: TeamsPersonName,
    message: PostedMessage,
    input: string,
    typed: string,
  ): Promise<Delivered>;
  install(person: TeamsPersonName, place: string, action?: string): Promise<Delivered>;
  /** The bot is taken out: it hears so, and can say nothing there any more. */
  uninstall(person: TeamsPersonName, place: string): Promise<Delivered>;
  read(place: string): readonly PostedMessage[];
}

export async function openTestTeams(): Promise<TestTeams> {
  const connector = await openTeamsConnector({ appId, appPassword, judgeCard });
  const views = new Map<string, Json>();
  let botUrl = '';
  let counter = 0;

  async function deliver(activity: Json, token: TokenOptions | string | null = {}) {
    const shown = typeof token === 'object' && token !== null ? connector.sign(token) : token;
    const authorization: Record<string, string> =
      shown === null ? {} : { authorization: `Bearer ${shown}` };
    const response = await fetch(botUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify(activity),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    const body = text.startsWith('{') ? (JSON.parse(text) as Json) : undefined;
    return { status: response.status, body };
  }

  function toActivity(person: TeamsPersonName, place: string, more: Json = {}): Json {
    counter += 1;
    const { id, name, ...known }: Json = teamsPeople[person];
    const kind = connector.conversations.get(place.split(';')[0] ?? '')?.kind ?? 'personal';
    return {
      id: String(1_700_000_000_000 + counter),
      timestamp: new Date().toISOString(),
      channelId: 'msteams',
      serviceUrl: connector.url,
      from: { id, name, ...('aadObjectId' in known ? { aadObjectId: known.aadObjectId } : {}) },
      recipient: { id: botId, name: botName },
      conversation: {
        ...{ id: place, conversationType: kind, tenantId },
        ...(kind === 'personal' ? {} : { isGroup: true }),
      },
      channelData: {
        tenant: { id: tenantId },
        ...(kind === 'channel' ? { team: { id: teamId }, channel: { id: channel } } : {}),
      },
      ...more,
    };
  }

  const invoke = (
    person: TeamsPersonName,
    { id, place }: PostedMessage,
    name: string,
    value: Json,
    more: Json = {},
  ) => deliver(toActivity(person, place, { type: 'invoke', name, value, replyToId: id, ...more }));

  async function refresh(person: TeamsPersonName, message: PostedMessage, more: Json = {}) {
    const { action } = message.card?.refresh ?? {};
    if (!action) throw new Error('the card offers no view of one’s own');
    const value = { action, trigger: 'automatic', ...more };
    return invoke(person, message, 'adaptiveCard/action', value);
  }

  async function view(person: TeamsPersonName, message: PostedMessage) {
    const { refresh: offered } = message.card ?? {};
    const isMine = offered && (offered.userIds?.includes(teamsPeople[person].id) ?? true);
    if (!isMine) return message.card;
    const { body } = await refresh(person, message);
    if (body?.type !== 'application/vnd.microsoft.card.adaptive') return message.card;
    views.set(`${person} ${message.id}`, body.value);
    return body.value as Json;
  }

  const shownTo = (person: TeamsPersonName, message: PostedMessage) =>
    views.get(`${person} ${message.id}`) ?? message.card;

  return {
    ...{ connector, deliver, toActivity, refresh, view },
    config: (more = {}) => TeamsConfig.parse({ ...toConfig(connector), ...more }),
    connect: (url) => {
      botUrl = url;
    },
    say: (person, text, more = {}) =>
      deliver(toActivity(person, toPersonalChat(person), { type: 'message', text, ...more })),
    mention(person, text, place = groupChat, more = {}) {
      const tag = `<at>${botName}</at>`;
      const entities = [{ type: 'mention', mentioned: { id: botId, name: botName }, text: tag }];
      const said = { type: 'message', text: `${tag} ${text}`, entities, ...more };
      return deliver(toActivity(person, place, said));
    },
    click(person, message, label, { inputs = {}, asSubmit = false, more = {} } = {}) {
      const action = findAction(shownTo(person, message), label);
      const data = { ...action.data, ...inputs };
      if (asSubmit) {
        const value = { ...action.fallback.data, ...inputs };
        const clicked = { type: 'message', value, replyToId: message.id, ...more };
        return deliver(toActivity(person, message.place, clicked));
      }
      const value = { action: { type: action.type, verb: action.verb, data }, trigger: 'manual' };
      return invoke(person, message, 'adaptiveCard/action', value, more);
    },
    search(person, message, input, typed) {
      const element = findInput(shownTo(person, message), input);
      const { dataset } = element['choices.data'];
      const queryOptions = { skip: 0, top: 15 };
      const value = { kind: 'search', queryText: typed, queryOptions, dataset };
      return invoke(person, message, 'application/search', value);
    },
    install: (person, place, action = 'add') =>
      deliver(toActivity(person, place, { type: 'installationUpdate', action })),
    uninstall(person, place) {
      const conversation = connector.conversations.get(place);
      if (conversation) conversation.hasBot = false;
      return deliver(toActivity(person, place, { type: 'installationUpdate', action: 'remove' }));
    },
    read: (place) =>
      (connector.conversations.get(place.split(';')[0] ?? '')?.messages ?? [])
        .filter((message) => place === message.place || !place.includes(';'))
        .filter(({ isDeleted }) => !isDeleted)
        .map(toPosted),
    async [Symbol.asyncDispose]() {
      await connector.close();
      const unused = connector.faults.findUnused();
      if (unused.length > 0)
        throw new Error(`faults that struck nothing: ${JSON.stringify(unused)}`);
    },
  };
}

function toConfig({ openIdUrl, loginUrl, url: serviceUrl }: TeamsConnector): Json {
  const local = { openIdUrl, loginUrl, serviceUrl };
  return { appId, tenantId, appPassword, publicUrl: 'https://drover.example', port: 0, local };
}

function toPosted({ id, place, text, summary, attachments }: Json): PostedMessage {
  return { id, place, text, summary, card: attachments?.[0]?.content };
}

/** Every object of a card, outer ones first. */
export function* walkCard(json: unknown): Generator<Json> {
  if (typeof json !== 'object' || json === null) return;
  if (!Array.isArray(json)) yield json as Json;
  for (const inner of Object.values(json)) yield* walkCard(inner);
}

/** The button with this label, or the one behind its question. */
function findAction(card: Json | undefined, label: string): Json {
  const shown = [...walkCard(card)].find(
    ({ type, title }) => /^Action\.(?:Execute|ShowCard)$/.test(type) && title === label,
  );
  const action = shown?.type === 'Action.ShowCard' ? shown.card.actions[0] : shown;
  if (!action) throw new Error(`no button says ${label}`);
  return action as Json;
}

function findInput(card: Json | undefined, name: string): Json {
  const found = [...walkCard(card)].find(
    ({ type, id }) => String(type).startsWith('Input.') && id === name,
  );
  if (!found) throw new Error(`the card has no field ${name}`);
  return found;
}

/** What can be clicked on a card. */
export function listButtons(card: Json | undefined): readonly string[] {
  return [...walkCard(card)]
    .filter(({ type }) => /^Action\.(?:Execute|ShowCard)$/.test(type))
    .map(({ title }) => title as string | undefined)
    .filter((title) => title !== undefined);
}

/** Waits for what comes by itself; what does not come ends it, and nothing is measured by that. */
export async function eventually(what: string, isSo: () => unknown, withinMs = 60_000) {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it did not come: ${what}`);
    await sleep(10);
  }
}
