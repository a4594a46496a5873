/**
 * Teams' requests over HTTP: read with a limit, proven, checked, and answered.
 *
 * Nothing of a request is believed before its token is: who it is from, where it was said and where an answer would go
 * stand in the body, and only the token vouches for that.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OperationError } from '#core/errors.ts';
import type { RefusalCode, TellRefused } from '../conversation/refusal.ts';
import type { AnswerActivity } from './answer-activity.ts';
import { isKnownService, type TeamsConfig } from './config.ts';
import type { HttpAnswer } from './invoke-answers.ts';
import { readTenants } from './read-activity.ts';
import { TeamsActivity } from './schema.ts';
import type { TeamsAuth } from './teams-auth.ts';

export interface HttpDoorOptions {
  readonly config: TeamsConfig;
  readonly auth: TeamsAuth;
  readonly answerActivity: AnswerActivity;
  readonly tellRefused: TellRefused;
  readonly onFault: (error: unknown) => void;
}

export interface Door {
  /** Where it listens; Teams reaches it by `publicUrl`. */
  readonly url: string;
  isOpen(): boolean;
  close(): Promise<void>;
}

/** A message has 100 KB at most. */
const bodyLimitBytes = 256 * 1024;
const requestWithinMs = 10_000;

export async function openHttpDoor(options: HttpDoorOptions): Promise<Door> {
  const { host, port, path } = options.config;
  const server = createServer({ requestTimeout: requestWithinMs }, (request, response) => {
    void serve(options, request, response);
  });
  await listen(server, port, host);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}${path}`,
    isOpen: () => server.listening,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeIdleConnections();
      await closed.promise;
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  const started = Promise.withResolvers<void>();
  server.once('error', started.reject);
  server.listen(port, host, started.resolve);
  await started.promise;
  server.off('error', started.reject);
}

async function serve(
  options: HttpDoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let answer: HttpAnswer;
  try {
    answer = await answerRequest(options, request);
  } catch (error) {
    // Anybody can send what is refused: the log would be theirs to fill (lesson S20).
    const isRefused = error instanceof OperationError && error.end === 'refused';
    if (isRefused) options.tellRefused({ code: 'token_refused' });
    else options.onFault(error);
    answer = { status: isRefused ? 401 : 503 };
  }
  const { status, body } = answer;
  // What was not read is not waited for.
  const headers = request.complete ? {} : { connection: 'close' };
  const type = body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...headers, ...type });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function answerRequest(
  { config, auth, answerActivity, tellRefused }: HttpDoorOptions,
  request: IncomingMessage,
): Promise<HttpAnswer> {
  if (request.url?.split('?')[0] !== config.path) return { status: 404 };
  if (request.method !== 'POST') return { status: 405 };
  const refuse = (status: number, code: RefusalCode, tenant?: string): HttpAnswer => {
    tellRefused(tenant === undefined ? { code } : { code, tenant });
    return { status };
  };
  const { authorization } = request.headers;
  if (!authorization) return refuse(401, 'unsigned');
  const text = await readBody(request);
  if (text === undefined) return refuse(413, 'too_large');
  const activity = readActivityJson(text);
  if (!activity) return refuse(400, 'malformed');
  const { channelId, serviceUrl } = activity;
  if (channelId !== 'msteams') return refuse(403, 'wrong_channel');
  if (!isKnownService(config, serviceUrl)) return refuse(403, 'wrong_service');
  await auth.verify(authorization, { channelId, serviceUrl });
  const tenants = readTenants(activity);
  const isHome =
    tenants.length > 0 && tenants.every((one) => one === config.tenantId.toLowerCase());
  return isHome ? answerActivity(activity) : refuse(403, 'wrong_tenant', tenants[0]);
}

/** Undefined when it is longer than anything that Teams sends. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > bodyLimitBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function readActivityJson(text: string): TeamsActivity | undefined {
  try {
    return TeamsActivity.parse(JSON.parse(text));
  } catch {
    return undefined; // answered as what it is: a bad request
  }
}
