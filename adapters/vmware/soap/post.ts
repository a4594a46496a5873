/**
 * One POST over HTTPS, its answer read while it comes.
 *
 * An error says whether the request may have reached the server: only then is an outcome unknown.
 */
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import https from 'node:https';
import { setImmediate } from 'node:timers/promises';
import { isUntrusted } from '../../trust.ts';
import { WrongCertificate } from './tls-agent.ts';

export interface PostRequest {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly agent: https.Agent;
  readonly connectTimeoutMs: number;
  /** How long the connection may stay silent after the request was sent. */
  readonly answerTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Given each piece of the answer's text, unless its status says that it is no SOAP. */
  readonly onText: (chunk: string) => void;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export type PostFailure =
  | 'aborted'
  | 'not_connected'
  | 'not_trusted'
  | 'no_answer'
  | 'cut_answer'
  | 'odd_answer';

/** Carries neither request nor answer: both hold secrets. */
export class PostError extends Error {
  override readonly name = 'PostError';
  readonly failure: PostFailure;
  /** The request may have reached the server. */
  readonly wasSent: boolean;
  /** A connection kept from an earlier call, which the server may have closed meanwhile. */
  readonly wasKept: boolean;

  constructor(failure: PostFailure, wasSent: boolean, reason: string, wasKept = false) {
    super(reason);
    this.failure = failure;
    this.wasSent = wasSent;
    this.wasKept = wasKept;
  }
}

/** Text is read for this long at most before other work has its turn, over all connections: they come in one turn. */
const SLICE_MS = 8;
let sliceBegan = 0;

/** @throws PostError */
export async function post(request: PostRequest): Promise<PostAnswer> {
  if (request.signal.aborted) throw new PostError('aborted', false, 'aborted before it was sent');
  const progress = { wasSent: false };
  const response = await send(request, progress);
  const status = response.statusCode ?? 0;
  // vCenter sends faults with status 500; a proxy before it has no SOAP to say with another.
  if (status !== 200 && status !== 500) {
    response.destroy();
    throw new PostError('odd_answer', true, `HTTP status ${status} `);
  }
  try {
    await readText(response, request.onText);
  } catch (error) {
    response.destroy();
    throw toReadError(error, request.signal);
  }
  return { status, headers: response.headers };
}

function send(request: PostRequest, progress: { wasSent: boolean }): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { url, body, headers, agent, signal } = request;
  const call = https.request(url, {
    method: 'POST',
    agent,
    signal,
    headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
  });
  watchTimes(call, request, progress);
  call.once('response', resolve);
  call.on('error', (error) => {
    reject(toSendError(error, signal, { ...progress, wasKept: call.reusedSocket }));
  });
  call.end(body);
  return promise;
}

/** One clock until the connection stands, another for the silence after the request was sent. */
function watchTimes(
  call: ClientRequest,
  { connectTimeoutMs, answerTimeoutMs }: PostRequest,
  progress: { wasSent: boolean },
): void {
  const giveUp = () => call.destroy(new PostError('not_connected', false, 'no connection in time'));
  const timer = setTimeout(giveUp, connectTimeoutMs);
  const connected = () => {
    clearTimeout(timer);
    progress.wasSent = true;
    call.setTimeout(answerTimeoutMs, () => {
      call.destroy(new PostError('no_answer', true, `no answer within ${answerTimeoutMs} ms`));
    });
  };
  call.once('socket', (socket) => {
    if (socket.connecting) socket.once('secureConnect', connected);
    else connected();
  });
  call.once('close', () => clearTimeout(timer));
}

function toSendError(
  error: Error,
  signal: AbortSignal,
  { wasSent, wasKept }: { readonly wasSent: boolean; readonly wasKept: boolean },
): PostError {
  if (error instanceof PostError) return error;
  if (signal.aborted) return new PostError('aborted', wasSent, 'aborted');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (isUntrusted(code) || error instanceof WrongCertificate)
    return new PostError('not_trusted', false, `${code}: ${error.message}`);
  return new PostError(wasSent ? 'no_answer' : 'not_connected', wasSent, code, wasKept);
}

function toReadError(error: unknown, signal: AbortSignal): PostError {
  if (error instanceof PostError) return error;
  if (signal.aborted) return new PostError('aborted', true, 'aborted');
  // What saxes or Node say may hold a piece of the answer; the kind is enough.
  const isCut = error instanceof Error && 'code' in error;
  return isCut
    ? new PostError('cut_answer', true, 'the answer ends in the middle')
    : new PostError('odd_answer', true, 'the answer is no well-formed XML');
}

async function readText(response: IncomingMessage, onText: (chunk: string) => void): Promise<void> {
  response.setEncoding('utf8');
  for await (const chunk of response) {
    onText(chunk);
    if (performance.now() - sliceBegan < SLICE_MS) continue;
    await setImmediate();
    sliceBegan = performance.now();
  }
}
