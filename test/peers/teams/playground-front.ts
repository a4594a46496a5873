/**
 * Stands between the Agents Playground and a bot that checks who speaks: it signs what the Playground sends as Teams does,
 * gives its own address as the service, and adds what the Playground does not say of a person.
 *
 * Listens on 127.0.0.1 alone.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from './json.ts';
import { createTeamsTokens, issuer } from './teams-tokens.ts';
import { tenantId } from './teams-world.ts';

export interface PlaygroundFront {
  readonly url: string;
  readonly openIdUrl: string;
  readonly loginUrl: string;
  /** What went through, for looking at. */
  readonly seen: readonly { readonly to: string; readonly status: number; readonly body: Json }[];
  connect(botUrl: string): void;
  /** Where a Playground of that name sends to, and where its own connector is. */
  add(name: string, playgroundUrl: string): void;
  close(): Promise<void>;
}

export async function openPlaygroundFront(appId: string): Promise<PlaygroundFront> {
  const tokens = createTeamsTokens();
  const playgrounds = new Map<string, string>();
  /** In which Playground a conversation is. */
  const homes = new Map<string, string>();
  const seen: { to: string; status: number; body: Json }[] = [];
  let botUrl = '';
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });
  const started = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', started.resolve);
  await started.promise;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? '');
    const text = await readText(request);
    if (path === '/openid') return send(response, { issuer, jwks_uri: `${url}/keys` });
    if (path === '/keys') return send(response, { keys: tokens.keys });
    if (path === '/login') {
      return send(response, { access_token: `out-${randomUUID()}`, expires_in: 3_600 });
    }
    if (path.startsWith('/api/messages/')) {
      // The Playground first looks whether somebody is there.
      if (request.method !== 'POST') return void response.writeHead(405).end();
      return passIn(path.slice('/api/messages/'.length), JSON.parse(text) as Json, response);
    }
    return passOut(request, path, text, response);
  }

  async function passIn(name: string, activity: Json, response: ServerResponse): Promise<void> {
    homes.set(activity.conversation.id.split(';')[0], name);
    const token = tokens.make({ audience: appId, serviceUrl: url });
    const answered = await fetch(botUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ ...activity, serviceUrl: url }),
    });
    await answer(response, answered, `bot: ${activity.type} ${activity.name ?? ''}`);
  }

  async function passOut(
    request: IncomingMessage,
    path: string,
    text: string,
    response: ServerResponse,
  ): Promise<void> {
    const conversation = path.split('/')[3]?.split(';')[0] ?? '';
    const home = playgrounds.get(homes.get(conversation) ?? '');
    if (home === undefined) throw new Error(`no Playground has the conversation ${conversation}`);
    const { method = 'GET' } = request;
    const answered = await fetch(`${home}/_connector${request.url}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(text === '' ? {} : { body: text }),
    });
    const more = path.includes('/members/') ? { tenantId, userRole: 'user' } : {};
    await answer(response, answered, `playground: ${method} ${path}`, more);
  }

  async function answer(response: ServerResponse, from: Response, to: string, more: Json = {}) {
    const text = await from.text();
    const body: Json = text.startsWith('{') ? { ...JSON.parse(text), ...more } : {};
    seen.push({ to, status: from.status, body });
    response.writeHead(from.status, { 'content-type': 'application/json' });
    response.end(text.startsWith('{') ? JSON.stringify(body) : text);
  }

  return {
    ...{ url, seen, openIdUrl: `${url}/openid`, loginUrl: `${url}/login` },
    connect: (to) => {
      botUrl = to;
    },
    add: (name, playgroundUrl) => void playgrounds.set(name, playgroundUrl),
    async close() {
      server.closeAllConnections();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

function send(response: ServerResponse, body: Json): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
