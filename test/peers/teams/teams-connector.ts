/**
 * A Bot Connector on this machine: the calls by which a bot speaks in Teams, its sign-in, and the keys by which Teams signs.
 *
 * Keeps conversations with their people and messages, refuses what Teams would refuse, and takes faults. Listens on
 * 127.0.0.1 alone, on a port of the system's choice.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from './json.ts';
import {
  createTeamsFaults,
  type TeamsCallKind,
  type TeamsFault,
  type TeamsFaults,
} from './teams-faults.ts';
import { createTeamsTokens, issuer, type TokenOptions } from './teams-tokens.ts';
import { createConversations, type TeamsConversation, teamsPeople } from './teams-world.ts';

export interface TeamsCall {
  readonly kind: TeamsCallKind;
  readonly path: string;
  readonly body: Json;
  readonly status: number;
  /** Monotonic, in milliseconds. */
  readonly at: number;
}

export interface ConnectorOptions {
  readonly appId: string;
  readonly appPassword: string;
  /** Why Teams would refuse this card; nothing is good. */
  readonly judgeCard: (card: Json) => readonly string[];
}

export interface TeamsConnector {
  /** The activities' `serviceUrl`. */
  readonly url: string;
  readonly openIdUrl: string;
  readonly loginUrl: string;
  readonly calls: readonly TeamsCall[];
  readonly faults: TeamsFaults;
  readonly conversations: Map<string, TeamsConversation>;
  sign(options?: TokenOptions): string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers?: Record<string, string>;
}

/** Of a message; Teams' documents give 28 KB for what a connector sends. */
const messageBytes = 28 * 1024;

export async function openTeamsConnector(options: ConnectorOptions): Promise<TeamsConnector> {
  const calls: TeamsCall[] = [];
  const faults = createTeamsFaults();
  const tokens = createTeamsTokens();
  const conversations = createConversations();
  const given = new Set<string>();
  const closing = new AbortController();
  let counter = 0;
  const server = createServer((request, response) => {
    // A fault of this connector shows as a broken answer, never as one of Teams'.
    void serve(request, response).catch(() => response.destroy());
  });
  const started = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', started.resolve);
  await started.promise;
  const { address, port } = server.address() as AddressInfo;
  if (!isIPv4(address)) throw new Error('the connector must listen on 127.0.0.1');
  const url = `http://127.0.0.1:${port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? '');
    const text = await readText(request);
    const kind = readKind(request.method ?? '', path);
    if (!kind) return send(response, toError(404, 'NotFound'));
    const fault = faults.take(kind);
    const spoiled = fault && spoil(fault);
    const isDone = !spoiled || spoiled.reaches;
    const answer = isDone ? carryOut(kind, path, text, request) : toError(0, 'dropped');
    if (isDone) {
      const body = kind === 'post' || kind === 'edit' ? (JSON.parse(text) as Json) : {};
      calls.push({ kind, path, body, status: answer.status, at: performance.now() });
    }
    if (fault?.kind === 'delay_answer') {
      await sleep(fault.ms, undefined, { signal: closing.signal });
    }
    if (fault?.kind === 'delay_body') {
      writeHead(response, answer);
      response.flushHeaders();
      await sleep(fault.ms, undefined, { signal: closing.signal });
      return void response.end(JSON.stringify(answer.body));
    }
    if (fault?.kind === 'cut_body') {
      writeHead(response, answer);
      response.write('{', () => response.destroy());
      return;
    }
    if (!spoiled) return send(response, answer);
    if (spoiled.answer) return send(response, spoiled.answer);
    if (spoiled.isCut) response.destroy();
  }

  function carryOut(kind: TeamsCallKind, path: string, text: string, request: IncomingMessage) {
    if (kind === 'keys') return readKeys(path);
    if (kind === 'login') return signIn(new URLSearchParams(text));
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (!given.has(token)) return toError(401, 'Unauthorized');
    const [, , , place = '', , id] = path.split('/');
    const conversation = conversations.get(place.split(';')[0] ?? '');
    if (!conversation) return toError(404, 'ConversationNotFound');
    if (!conversation.hasBot) return toError(403, 'BotNotInConversationRoster');
    if (kind === 'member') return findMember(id ?? '');
    const body = JSON.parse(text) as Json;
    const refusal = judge(body, text);
    if (refusal) return refusal;
    return kind === 'post' ? post(conversation, place, body) : edit(conversation, id ?? '', body);
  }

  function readKeys(path: string): Answer {
    if (path === '/keys') return { status: 200, body: { keys: tokens.keys } };
    return { status: 200, body: { issuer, jwks_uri: `${url}/keys` } };
  }

  function signIn(form: URLSearchParams): Answer {
    const isApp =
      form.get('client_id') === options.appId && form.get('client_secret') === options.appPassword;
    if (!isApp) return { status: 401, body: { error: 'invalid_client' } };
    const token = `out-${randomUUID()}`;
    given.add(token);
    return { status: 200, body: { access_token: token, expires_in: 3_600, token_type: 'Bearer' } };
  }

  function judge(body: Json, text: string): Answer | undefined {
    if (Buffer.byteLength(text) > messageBytes) return toError(413, 'MessageSizeTooBig');
    const cards = (body.attachments ?? []).map(({ content }: Json) => content as Json);
    const bad = cards.flatMap((card: Json) => options.judgeCard(card));
    return bad.length > 0 ? toError(400, 'BadSyntax', bad.join('; ')) : undefined;
  }

  function post(conversation: TeamsConversation, place: string, body: Json): Answer {
    counter += 1;
    const id = String(1_800_000_000_000 + counter);
    conversation.messages.push({ ...body, id, place });
    return { status: 201, body: { id } };
  }

  function edit({ messages }: TeamsConversation, id: string, body: Json): Answer {
    const at = messages.findIndex((message) => message.id === id);
    const old = messages[at];
    if (!old) return toError(404, 'ActivityNotFoundInConversation');
    // A person deleted it.
    if (old.isDeleted) return toError(403, 'ServiceError', 'Unknown');
    messages[at] = { ...body, id, place: old.place, edits: (old.edits ?? 0) + 1 };
    return { status: 200, body: { id } };
  }

  return {
    ...{ url, calls, faults, conversations },
    openIdUrl: `${url}/openid`,
    loginUrl: `${url}/login`,
    sign: (more = {}) => tokens.make({ audience: options.appId, serviceUrl: url, ...more }),
    async close() {
      closing.abort();
      server.closeAllConnections();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

function readKind(method: string, path: string): TeamsCallKind | undefined {
  if (path === '/openid' || path === '/keys') return 'keys';
  if (path === '/login') return 'login';
  if (!path.startsWith('/v3/conversations/')) return undefined;
  if (method === 'GET' && path.includes('/members/')) return 'member';
  if (method === 'PUT') return 'edit';
  return method === 'POST' && path.endsWith('/activities') ? 'post' : undefined;
}

function findMember(id: string): Answer {
  const people = Object.values(teamsPeople) as readonly Json[];
  const found = people.find((person) => person.id === id || person.aadObjectId === id);
  return found ? { status: 200, body: found } : toError(404, 'MemberNotFoundInConversation');
}

function toError(status: number, code: string, message = code): Answer {
  return { status, body: { error: { code, message } } };
}

interface Spoiled {
  /** Teams carries the call out all the same. */
  readonly reaches: boolean;
  readonly answer?: Answer;
  /** Else nothing ever comes. */
  readonly isCut?: boolean;
}

function spoil(fault: TeamsFault): Spoiled | undefined {
  switch (fault.kind) {
    case 'drop_request':
      return { reaches: false, isCut: true };
    case 'drop_answer':
      return { reaches: true, isCut: true };
    case 'hang':
      return { reaches: fault.reachesTeams ?? false };
    case 'redirect':
      return { reaches: false, answer: { status: 307, body: {}, headers: { location: fault.to } } };
    case 'answer_status': {
      const { status, code = 'ServiceError', retryAfterSeconds: after } = fault;
      const headers: Record<string, string> =
        after === undefined ? {} : { 'retry-after': `${after}` };
      return {
        reaches: fault.reachesTeams ?? false,
        answer: { ...toError(status, code), headers },
      };
    }
    case 'delay_answer':
    case 'delay_body':
    case 'cut_body':
      return undefined;
  }
}

function send(response: ServerResponse, answer: Answer): void {
  writeHead(response, answer);
  response.end(JSON.stringify(answer.body));
}

function writeHead(response: ServerResponse, { status, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
