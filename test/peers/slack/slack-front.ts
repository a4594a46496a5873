/**
 * A front for the npm package `emulate`, a stateful Slack Web API, that adds what it lacks: Socket Mode, refusal of blocks
 * that Slack would refuse, guests, ephemeral messages as their reader sees them, and faults.
 *
 * Listens on 127.0.0.1 alone.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv4 } from 'node:net';
import { createSlackFaults, type SlackFault, type SlackFaults } from './slack-faults.ts';
import { createSlackFiles, type SlackFiles } from './slack-files.ts';
import { openSlackSockets, type SlackSockets } from './slack-sockets.ts';

// biome-ignore lint/suspicious/noExplicitAny: Slack's JSON of any shape passes through here
export type Json = Record<string, any>;

export interface SlackCall {
  readonly method: string;
  readonly body: Json;
  readonly answer: Json;
  readonly at: number;
}

export interface FrontOptions {
  /** `http://127.0.0.1:4103`. */
  readonly upstream: string;
  readonly appToken: string;
  readonly scopes: readonly string[];
  /** Why Slack would refuse these blocks; nothing is good. */
  readonly judgeMessage: (message: Json) => readonly string[];
  readonly judgeView: (view: Json) => readonly string[];
}

export interface SlackFront {
  /** Ends in `/api/`. */
  readonly apiUrl: string;
  readonly calls: readonly SlackCall[];
  readonly faults: SlackFaults;
  readonly sockets: SlackSockets;
  /** What `users.info` says of a person beside what emulate knows: `is_restricted`, `team_id`. */
  readonly userFlags: Map<string, Json>;
  /** What the app was given; one that is taken out is missing from the next answer on. */
  readonly scopes: Set<string>;
  readonly files: SlackFiles;
  close(): Promise<void>;
}

const messageMethods = new Set(['chat.postMessage', 'chat.update', 'chat.postEphemeral']);
const viewMethods = new Set(['views.open', 'views.update', 'views.push']);

export async function openSlackFront(options: FrontOptions): Promise<SlackFront> {
  const calls: SlackCall[] = [];
  const faults = createSlackFaults();
  const files = createSlackFiles();
  const userFlags = new Map<string, Json>();
  const scopes = new Set(options.scopes);
  const tickets = new Set<string>();
  const server = createServer((request, response) => {
    // A fault of the front shows as a broken answer, never as one of Slack's.
    void serve(request, response).catch(() => response.destroy());
  });
  const sockets = openSlackSockets(server, (ticket) => tickets.delete(ticket));
  const started = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', started.resolve);
  await started.promise;
  const { address, port } = server.address() as AddressInfo;
  if (!isIPv4(address)) throw new Error('the front must listen on 127.0.0.1');

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const upload = /^\/upload\/v1\/(\w+)$/.exec(request.url ?? '')?.[1];
    if (upload !== undefined) return serveUpload(upload, request, response);
    const method = /^\/api\/([\w.]+)/.exec(request.url ?? '')?.[1] ?? '';
    const body = await readBody(request);
    const fault = faults.take(method, body.channel);
    if (fault && (await answerFault(fault, response))) return;
    const answer = await carryOut(method, body, request.headers.authorization ?? '');
    calls.push({ method, body, answer, at: Date.now() });
    files.note(method, body, answer);
    if (fault?.kind === 'drop_answer') return void response.destroy();
    if (fault?.kind === 'hang') return;
    sendJson(response, 200, answer, { 'x-oauth-scopes': [...scopes].join(',') });
  }

  /** Its fault is one of the method `upload`. */
  async function serveUpload(
    id: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const bytes = await readBytes(request);
    const fault = faults.take('upload');
    if (fault && (await answerFault(fault, response))) return;
    const status = files.take(id, bytes);
    const passed = { method: 'POST', body: new Uint8Array(bytes) };
    if (status === 200) await fetch(`${options.upstream}/upload/v1/${id}`, passed);
    if (fault?.kind === 'drop_answer') return void response.destroy();
    response.writeHead(status).end(status === 200 ? `OK - ${bytes.length}` : 'no');
  }

  async function carryOut(method: string, body: Json, authorization: string): Promise<Json> {
    if (method === 'apps.connections.open') return openConnection(authorization);
    if (method.startsWith('files.') && !scopes.has('files:write')) {
      return {
        ok: false,
        error: 'missing_scope',
        needed: 'files:write',
        provided: [...scopes].join(),
      };
    }
    const bad = judge(method, body);
    if (bad.length > 0) {
      return { ok: false, error: 'invalid_blocks', response_metadata: { messages: bad } };
    }
    const answered = await fetch(`${options.upstream}/api/${method}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await answered.json()) as Json;
    // The upload comes by here, too.
    if (answer.upload_url)
      answer.upload_url = `http://127.0.0.1:${port}/upload/v1/${answer.file_id}`;
    const flags = method === 'users.info' ? userFlags.get(body.user) : undefined;
    return flags ? { ...answer, user: { ...answer.user, ...flags } } : answer;
  }

  function openConnection(authorization: string): Json {
    if (authorization !== `Bearer ${options.appToken}`) return { ok: false, error: 'invalid_auth' };
    const ticket = randomUUID();
    tickets.add(ticket);
    return { ok: true, url: `ws://127.0.0.1:${port}${sockets.path}?ticket=${ticket}` };
  }

  function judge(method: string, body: Json): readonly string[] {
    if (viewMethods.has(method)) return options.judgeView(body.view);
    if (!messageMethods.has(method) || body.blocks === undefined) return [];
    const bad = options.judgeMessage({ text: body.text, blocks: body.blocks });
    return bad.length > 0 ? bad : files.judge(body.blocks);
  }

  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    ...{ calls, faults, files, sockets, userFlags, scopes },
    async close() {
      sockets.close();
      server.closeAllConnections();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

/** True when the call ends here. */
async function answerFault(fault: SlackFault, response: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case 'drop_request':
      response.destroy();
      return true;
    case 'hang':
      return !fault.reachesSlack;
    case 'answer_status':
      sendJson(response, fault.status, { ok: false, error: 'internal_error' });
      return true;
    case 'rate_limit': {
      const headers = { 'retry-after': String(fault.retryAfterSeconds) };
      sendJson(response, 429, { ok: false, error: 'ratelimited' }, headers);
      return true;
    }
    case 'answer_error':
      sendJson(response, 200, { ok: false, error: fault.error });
      return true;
    case 'drop_answer':
      return false;
  }
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: Json,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Bolt sends form fields, with everything nested as JSON. */
async function readBody(request: IncomingMessage): Promise<Json> {
  const raw = (await readBytes(request)).toString();
  if ((request.headers['content-type'] ?? '').includes('json')) return JSON.parse(raw || '{}');
  const fields = Object.fromEntries(new URLSearchParams(raw));
  for (const name of ['blocks', 'view', 'metadata', 'files']) {
    const text = fields[name];
    if (text !== undefined) (fields as Json)[name] = JSON.parse(text);
  }
  return fields;
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
