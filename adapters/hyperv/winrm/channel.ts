/**
 * HTTP over one socket, one request at a time: NTLM and Kerberos vouch for a connection, not for a request.
 *
 * The socket is never replaced in silence. What comes after its end is an error, and nothing was sent.
 */
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { RemoteError } from '../remote-scripts.ts';
import type { HostSocket } from './open-socket.ts';

export interface Question {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Until the whole answer is there. */
  readonly answerTimeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly contentType: string | undefined;
  /** What the host offers or hands back for the login, as it came. */
  readonly authenticate: readonly string[];
  /** The host's clock, to the second, as HTTP says it. */
  readonly date?: string | undefined;
  readonly body: Buffer;
}

export interface Channel {
  readonly certificate: Buffer | undefined;
  isOpen(): boolean;
  /** @throws RemoteError: `unknown` once a byte may have left. The channel is closed then. */
  post(question: Question): Promise<Reply>;
  close(): void;
}

/** Envelopes are asked for with 150 KiB at most; beyond this it is no WinRM that answers. */
const LARGEST_REPLY_BYTES = 2 ** 20;

export function createChannel({ socket, certificate }: HostSocket, hostHeader: string): Channel {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let isTaken = false;
  agent.createConnection = (_options, handOver) => {
    if (!isTaken) {
      isTaken = true;
      return socket;
    }
    // Thrown, it would end the process: the agent also asks from within an event of the old socket.
    handOver?.(new RemoteError('cut', 'not_started', 'the connection has ended'), socket);
    return undefined;
  };
  let isBusy = false;
  const close = () => {
    socket.destroy();
    agent.destroy();
  };
  return {
    certificate,
    isOpen: () => !socket.destroyed && socket.writable,
    close,
    post: async (question) => {
      if (isBusy) throw new Error('one request at a time');
      isBusy = true;
      try {
        return await send(question, agent, hostHeader);
      } catch (error) {
        // Half a request or half an answer: nobody knows where the next one would begin.
        close();
        throw error;
      } finally {
        isBusy = false;
      }
    },
  };
}

async function send(question: Question, agent: Agent, hostHeader: string): Promise<Reply> {
  const { body, headers, signal, answerTimeoutMs } = question;
  if (signal.aborted) throw new RemoteError('aborted', 'not_started', 'aborted');
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const call = request({
    method: 'POST',
    path: '/wsman',
    agent,
    headers: { Host: hostHeader, ...headers, 'Content-Length': body.length },
  });
  const giveUp = (error: RemoteError) => {
    failed.reject(error);
    call.destroy();
  };
  const abort = () => giveUp(new RemoteError('aborted', 'unknown', 'aborted'));
  const timer = setTimeout(() => {
    giveUp(new RemoteError('no_answer', 'unknown', `no answer within ${answerTimeoutMs} ms`));
  }, answerTimeoutMs);
  signal.addEventListener('abort', abort);
  call.on('error', (error) => failed.reject(toSendError(error)));
  try {
    return await Promise.race([failed.promise, exchange(call, body)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

async function exchange(call: ClientRequest, body: Buffer): Promise<Reply> {
  const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
  call.once('response', resolve);
  call.end(body);
  const response = await promise;
  const chunks = await readAll(response);
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'],
    authenticate: response.headersDistinct['www-authenticate'] ?? [],
    date: response.headers.date,
    body: chunks,
  };
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LARGEST_REPLY_BYTES) break;
    }
  } catch {
    throw new RemoteError('cut', 'unknown', 'the answer ends in the middle');
  }
  if (size > LARGEST_REPLY_BYTES)
    throw new RemoteError('odd_answer', 'unknown', 'the answer is larger than any of WinRM');
  return Buffer.concat(chunks);
}

function toSendError(error: Error): RemoteError {
  if (error instanceof RemoteError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return new RemoteError('cut', 'unknown', `the connection ended before the answer (${code})`);
}
