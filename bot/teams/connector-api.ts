/**
 * Calls of the Bot Connector: one try each, with a deadline; faults come as codes.
 *
 * An answer that comes after the deadline is not thrown away: it may name a message that nobody else knows.
 *
 * @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
 */
import type { z } from 'zod';
import { OperationError } from '#core/errors.ts';
import { within } from '../delivery/within.ts';
import { isKnownService, type TeamsConfig } from './config.ts';
import { ErrorAnswer } from './schema.ts';
import type { TeamsAuth } from './teams-auth.ts';
import { toConnectorFault, toSilence } from './teams-faults.ts';

export interface ConnectorCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly serviceUrl: string;
  /** Parts of the path below `v3`; each is encoded. */
  readonly path: readonly string[];
  readonly body?: object;
}

export interface ConnectorApi {
  /**
   * @throws OperationError `not_reachable` (not started), `no_answer` (unknown), or the connector's own refusal (refused);
   * with `facts.retryAfterMs` when it asks for patience (not started).
   */
  call<Answer>(
    call: ConnectorCall,
    answer: z.ZodType<Answer>,
    options?: CallOptions<Answer>,
  ): Promise<Answer>;
  /** Nothing is waited for any more. */
  close(): void;
}

export interface CallOptions<Answer> {
  readonly timeoutMs?: number;
  /** What came although nobody waits for it any more. */
  readonly onLate?: (answer: Answer) => void;
}

export interface ConnectorOptions {
  readonly config: TeamsConfig;
  readonly auth: TeamsAuth;
  readonly timeoutMs: number;
}

/** How long a late answer may still come. */
const lateMs = 60_000;

export function createConnectorApi({ config, auth, timeoutMs }: ConnectorOptions): ConnectorApi {
  const closing = new AbortController();

  async function send<Answer>(call: ConnectorCall, schema: z.ZodType<Answer>, token: string) {
    const { method, body } = call;
    const response = await fetch(toUrl(call), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The token is for this host alone.
      redirect: 'error',
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(lateMs)]),
    });
    const text = await response.text();
    if (!response.ok) throw toConnectorFault(toRefusal(call, response, text));
    return read(text, schema, call);
  }

  return {
    async call(call, schema, options = {}) {
      if (!isKnownService(config, call.serviceUrl)) throw toStranger(call.serviceUrl);
      const token = await auth.getToken();
      const sent = send(call, schema, token);
      let isLate = false;
      sent.then((answer) => isLate && options.onLate?.(answer)).catch(() => undefined);
      try {
        return await within(options.timeoutMs ?? timeoutMs, sent);
      } catch (error) {
        isLate = true;
        throw toSilence(isTimeout(error) ? new Error('no answer in time') : error);
      }
    },
    close: () => closing.abort(),
  };
}

function isTimeout(error: unknown): boolean {
  return error instanceof OperationError && error.code === 'time_limit_reached';
}

function toUrl({ serviceUrl, path }: ConnectorCall): URL {
  const base = serviceUrl.endsWith('/') ? serviceUrl : `${serviceUrl}/`;
  return new URL(`v3/${path.map(encodeURIComponent).join('/')}`, base);
}

function toStranger(serviceUrl: string): OperationError {
  const facts = { connection: 'Teams', words: URL.canParse(serviceUrl) ? serviceUrl : '' };
  return new OperationError('not_permitted_on_platform', 'refused', facts);
}

function toRefusal({ method }: ConnectorCall, { status, headers }: Response, text: string) {
  const word = readJson(text, ErrorAnswer)?.error.code ?? '';
  return { status, word, retryAfter: headers.get('retry-after'), isEdit: method === 'PUT' };
}

function read<Answer>(text: string, schema: z.ZodType<Answer>, { path }: ConnectorCall): Answer {
  const answer = readJson(text === '' ? '{}' : text, schema);
  if (answer !== undefined) return answer;
  const facts = { connection: 'Teams', words: path[0] ?? '' };
  throw new OperationError('answer_not_understood', 'unknown', facts);
}

function readJson<Answer>(text: string, schema: z.ZodType<Answer>): Answer | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined; // told by the caller, as what it means there
  }
}
