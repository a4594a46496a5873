import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Console, type ConsoleOptions, createConsole } from '#bot/console/console.ts';
import { toConsoleCard } from '#bot/renderers/adaptive-card.ts';
import { createEchoConversation, type EchoConversation } from './echo-conversation.ts';

export interface TestConsole extends AsyncDisposable {
  readonly console: Console;
  readonly conversation: EchoConversation;
  readonly url: URL;
  readonly key: string;
  /** What was logged as an error. */
  readonly logged: object[];
  send(call: Call): Promise<Answer>;
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  /** `undefined` takes a header away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | object;
}

export interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export async function openTestConsole(options: Partial<ConsoleOptions> = {}): Promise<TestConsole> {
  const conversation = createEchoConversation();
  const logged: object[] = [];
  const log = { error: (facts: object) => logged.push(facts) };
  const console = await createConsole({
    ...{ conversation, toAdaptiveCard: toConsoleCard, port: 0, log },
    ...options,
  });
  const url = new URL(console.url);
  return {
    console,
    conversation,
    url,
    key: url.searchParams.get('key') ?? '',
    logged,
    send: (call) => send(url, call),
    [Symbol.asyncDispose]: () => console.close(),
  };
}

/** By Node's own client, which lets a test write any Host, Cookie and path. */
async function send(url: URL, { method = 'GET', path, headers = {}, body }: Call): Promise<Answer> {
  const content = typeof body === 'object' ? JSON.stringify(body) : body;
  const cookie = `drover_console_${url.port}=${url.searchParams.get('key')}`;
  const type = content === undefined ? {} : { 'content-type': 'application/json' };
  const all = Object.entries({ host: url.host, cookie, ...type, ...headers });
  const given = Object.fromEntries(all.filter(([, value]) => value !== undefined));
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const call = request({ host: url.hostname, port: url.port, method, path, headers: given });
  call.on('error', reject);
  call.on('response', (response) => {
    const { statusCode: status, headers } = response;
    text(response).then((text) => resolve({ status, headers, text }), reject);
  });
  call.end(content);
  return await promise;
}
