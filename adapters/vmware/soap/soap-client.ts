/**
 * Calls vim25 through node-soap, with our own WSDL, HTTP and reader.
 *
 * node-soap writes the envelope. It keeps no cookies, blocks the event loop while it reads, and puts request and answer
 * into its errors; all three are done here instead, by its `httpClient` option. Its `xmlToObject` is replaced because the
 * answer is already read when it gets it: not a documented way, so a test pins it.
 */
import type https from 'node:https';
import { fileURLToPath } from 'node:url';
import { type Client, createClientAsync, type IHttpClient } from 'soap';
import { z } from 'zod';
import { LocalizedFault, type MoRef } from '../schema.ts';
import { createAnswerReader } from './answer-reader.ts';
import { toEnvelopeShape } from './answer-shapes.ts';
import { PostError, post } from './post.ts';
import type { Shape } from './shape.ts';

const WSDL_FILE = fileURLToPath(new URL('vim.wsdl', import.meta.url));

/** A fault of vim25, in the platform's own words. */
export class VimFault extends Error {
  override readonly name = 'VimFault';
  /** `InvalidPowerState`; empty when the answer names none. */
  readonly type: string;
  readonly words: string;
  /** The object that it speaks of. */
  readonly object: MoRef | undefined;

  constructor(type: string, words: string, object?: MoRef) {
    super(`${type}: ${words}`);
    this.type = type;
    this.words = words;
    this.object = object;
  }
}

export interface SoapOptions {
  readonly url: string;
  readonly agent: https.Agent;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
}

export interface SoapCall {
  readonly operation: string;
  readonly args: object;
  /** Of what the operation returns; absent when nothing is read of it. */
  readonly returns?: Shape | undefined;
  readonly signal: AbortSignal;
  /** Silence that the operation is meant to keep: a wait for updates. */
  readonly extraSilenceMs?: number | undefined;
}

export interface SoapClient {
  /** @throws VimFault, PostError */
  call(call: SoapCall): Promise<unknown>;
  /** Forgets the session's cookie. */
  forgetCookie(): void;
}

const Envelope = z.object({
  Body: z.record(z.string(), z.unknown()).and(
    z.object({
      Fault: z
        .object({
          faultstring: z.string().optional(),
          detail: z.object({ fault: LocalizedFault.shape.fault }).optional(),
        })
        .optional(),
    }),
  ),
});

export function createSoapClient(options: SoapOptions): SoapClient {
  let cookie: string | undefined;
  let loading: Promise<Client> | undefined;

  const request = async (body: string, headers: object, call: SoapCall): Promise<unknown> => {
    const reader = createAnswerReader(toEnvelopeShape(call.operation, call.returns));
    const answer = await post({
      url: options.url,
      body,
      headers: { ...headers, ...(cookie !== undefined && { Cookie: cookie }) },
      agent: options.agent,
      connectTimeoutMs: options.connectTimeoutMs,
      answerTimeoutMs: options.answerTimeoutMs + (call.extraSilenceMs ?? 0),
      signal: call.signal,
      onText: reader.write,
    });
    // A login sets a new one at any time, so every answer is looked at.
    cookie = findCookie(answer.headers['set-cookie']) ?? cookie;
    return readEnvelope(reader.end);
  };

  const send = async (call: SoapCall): Promise<unknown> => {
    loading ??= loadClient(request);
    const client = await loading;
    const method = client[`${call.operation}Async`] as SoapMethod;
    try {
      const [result] = await method(call.args, { call });
      return (result as { returnval?: unknown } | undefined)?.returnval;
    } finally {
      // It keeps the last request for debugging; a login's holds the password.
      client.lastRequest = '';
      client.lastMessage = '';
    }
  };

  return {
    call: async (call) => {
      try {
        return await send(call);
      } catch (error) {
        if (!isStale(error) || !REPEATABLE.has(call.operation)) throw error;
        return await send(call);
      }
    },
    forgetCookie: () => {
      cookie = undefined;
    },
  };
}

/** What does no harm a second time. A change is never sent twice; the look before it has tried the connection. */
const REPEATABLE = new Set([
  ...['RetrieveServiceContent', 'Login', 'RetrievePropertiesEx', 'WaitForUpdatesEx'],
  ...['CreateContainerView', 'CreatePropertyCollector', 'QueryEvents'],
  'FindAllByUuid',
]);

/** A kept connection that the server had closed before the call came. */
function isStale(error: unknown): boolean {
  return error instanceof PostError && error.failure === 'no_answer' && error.wasKept;
}

type SoapMethod = (args: object, options: { call: SoapCall }) => Promise<readonly unknown[]>;
type Request = (body: string, headers: object, call: SoapCall) => Promise<unknown>;

async function loadClient(request: Request): Promise<Client> {
  const httpClient: Pick<IHttpClient, 'request'> = {
    request: (_url, body, callback, headers, options) => {
      const { call } = options as unknown as { call: SoapCall };
      const sent = request(body, headers ?? {}, call).then(
        (envelope) => callback(null, { status: 200, headers: {} }, envelope),
        (error) => callback(error),
      );
      return sent as never;
    },
  };
  const client = await createClientAsync(WSDL_FILE, { disableCache: true, httpClient });
  const { wsdl } = client as unknown as { wsdl: { xmlToObject: (read: unknown) => unknown } };
  wsdl.xmlToObject = (read) => read;
  return client;
}

/** @throws VimFault, PostError */
function readEnvelope(end: () => unknown): z.infer<typeof Envelope> {
  const envelope = Envelope.safeParse(tryEnd(end));
  if (!envelope.success) throw new PostError('odd_answer', true, 'the answer is no SOAP envelope');
  const { Fault: said } = envelope.data.Body;
  if (said) {
    const fault = said.detail?.fault;
    throw new VimFault(fault?._type ?? '', said.faultstring ?? '', fault?.obj);
  }
  return envelope.data;
}

function tryEnd(end: () => unknown): unknown {
  try {
    return end();
  } catch {
    throw new PostError('cut_answer', true, 'the answer ends in the middle');
  }
}

/** The name and value alone; path and flags are for browsers. */
function findCookie(headers: readonly string[] | undefined): string | undefined {
  return headers?.find((header) => header.startsWith('vmware_soap_session='))?.split(';')[0];
}
