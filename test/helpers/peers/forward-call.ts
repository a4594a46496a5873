import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from './fault-rules.ts';

export interface Head {
  readonly bytes: Buffer;
  /** False: more of the request is still to come. */
  readonly isWhole: boolean;
}

export interface ForwardedCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: Head;
  readonly fault: Fault | undefined;
  readonly upstream: URL;
  readonly agent: https.Agent;
}

/** Carries one call to the server and its answer back, as far as its fault lets it. */
export function forwardCall(call: ForwardedCall): void {
  const { request, response, fault } = call;
  switch (fault?.kind) {
    case 'drop_request':
      request.socket.destroy();
      break;
    case 'answer_status':
      request.resume();
      response
        .writeHead(fault.status, { 'content-type': 'text/plain' })
        .end('set by the fault proxy');
      break;
    case 'black_hole':
      request.resume();
      if (fault.reachesServer) void send(call).then((answer) => answer?.resume());
      break;
    default:
      exchange(call).catch(() => request.socket.destroy()); // the server broke off in its answer
  }
}

async function exchange(call: ForwardedCall): Promise<void> {
  const { request, response, fault } = call;
  if (fault?.kind === 'delay_request' && !(await waitUnlessClosed(response, fault.ms))) return;
  const answer = await send(call);
  if (!answer) {
    request.socket.destroy();
    return;
  }
  if (fault?.kind === 'delay_answer' && !(await waitUnlessClosed(response, fault.ms))) {
    answer.destroy();
    return;
  }
  if (fault?.kind === 'drop_answer') {
    answer.resume();
    await once(answer, 'close'); // read to its end: the server did all that it had to do
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer));
  if (fault?.kind === 'cut_answer') {
    await cut(answer, response, fault.afterBytes);
    return;
  }
  answer.on('error', () => request.socket.destroy());
  answer.pipe(response);
}

/** Sends the call; undefined when the server, or the client before it, broke off. */
async function send(call: ForwardedCall): Promise<IncomingMessage | undefined> {
  const { request, response, head, upstream, agent, fault } = call;
  const { port, hostname } = upstream;
  const { method, url: path } = request;
  const headers = endToEnd(request);
  const outgoing = https.request({ hostname, port, path, method, headers, agent });
  // Whoever waits for nothing any more is not asked for: as without a proxy, the server sees the client go.
  const mayOutliveClient = fault?.kind === 'black_hole';
  if (!mayOutliveClient) response.once('close', () => outgoing.destroy());
  outgoing.write(head.bytes);
  if (head.isWhole) outgoing.end();
  else request.pipe(outgoing);
  try {
    const [answer] = await once(outgoing, 'response');
    outgoing.on('error', () => {});
    return answer;
  } catch {
    return undefined;
  }
}

/** The headers as they came, without those that belong to one connection. */
function endToEnd({ rawHeaders }: IncomingMessage): string[] {
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (!/^(connection|keep-alive)$/i.test(name)) kept.push(name, value);
  }
  return kept;
}

async function cut(
  answer: IncomingMessage,
  response: ServerResponse,
  afterBytes: number | undefined,
): Promise<void> {
  const length = Number(answer.headers['content-length']);
  let left = afterBytes ?? (Number.isNaN(length) ? undefined : Math.floor(length / 2));
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    left ??= Math.floor(chunk.length / 2); // an answer of unknown length is cut in its first part
    response.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) break;
  }
  response.socket?.end(() => response.destroy()); // what was written goes out first
}

/** Waits; false when the client went away meanwhile. */
async function waitUnlessClosed(response: ServerResponse, ms: number): Promise<boolean> {
  const stop = new AbortController();
  const onClose = () => stop.abort();
  response.once('close', onClose);
  try {
    await wait(ms, undefined, { signal: stop.signal });
    return true;
  } catch {
    return false;
  } finally {
    response.off('close', onClose);
  }
}
