import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { createFaultRules, type Fault, type FaultRule, readSoapMethod } from './fault-rules.ts';
import { forwardCall, type Head } from './forward-call.ts';
import { makeThrowAwayCertificate } from './throw-away-certificate.ts';

export interface FaultProxyOptions {
  /** The server behind it: `https://127.0.0.1:PORT/sdk`. */
  readonly upstream: string;
  readonly upstreamCaPem: string;
}

export interface ProxiedCall {
  readonly method: string;
  /** The request's text, up to 64 KiB of it. */
  readonly head: string;
  readonly fault?: Fault['kind'];
}

export interface FaultProxy extends AsyncDisposable {
  /** Stands for the upstream's URL. */
  readonly url: string;
  readonly caPem: string;
  /** Every call seen, in order. */
  readonly calls: readonly ProxiedCall[];
  /** The methods of the calls, in order. */
  readonly methods: readonly string[];
  add(rule: FaultRule): void;
  /** Drops the rules; what is recorded stays. */
  clear(): void;
  findUnused(): readonly FaultRule[];
  /** Resets all connections and refuses new ones, as a server that is down. */
  refuseConnections(): Promise<void>;
  acceptConnections(): Promise<void>;
}

const headBytes = 65_536;

/**
 * Starts a TLS proxy on 127.0.0.1 that makes the network fail where a test says so.
 *
 * Calls and answers stream through, headers and cookies as they are. One connection to the server
 * serves one call, so that a fault never strikes another call.
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const certificate = await makeThrowAwayCertificate();
  const rules = createFaultRules();
  const calls: ProxiedCall[] = [];
  const upstream = new URL(options.upstream);
  const agent = new https.Agent({ keepAlive: false, ca: options.upstreamCaPem });

  const server = https.createServer(certificate, (request, response) => {
    void readHead(request).then((head) => {
      if (!head) return;
      const text = head.bytes.toString();
      const method = readSoapMethod(text) ?? `${request.method} ${request.url}`;
      const fault = rules.take(method, text);
      calls.push({ method, head: text, ...(fault && { fault: fault.kind }) });
      forwardCall({ request, response, head, fault, upstream, agent });
    });
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const refuse = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const port = await listen(0);
  return {
    url: `https://127.0.0.1:${port}${upstream.pathname}`,
    caPem: certificate.cert,
    calls,
    get methods() {
      return calls.map(({ method }) => method);
    },
    add: rules.add,
    clear: rules.clear,
    findUnused: rules.findUnused,
    refuseConnections: refuse,
    acceptConnections: async () => {
      await listen(port);
    },
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await refuse();
      agent.destroy();
    },
  };
}

/** Reads the whole request if it is small, else its beginning; undefined when the client went away. */
async function readHead(request: IncomingMessage): Promise<Head | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const { promise, resolve } = Promise.withResolvers<boolean | undefined>();
  const take = (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= headBytes) resolve(false);
  };
  request.on('data', take);
  request.once('end', () => resolve(true));
  request.once('error', () => resolve(undefined));
  request.once('close', () => resolve(undefined));
  const isWhole = await promise;
  request.off('data', take);
  request.pause();
  return isWhole === undefined ? undefined : { bytes: Buffer.concat(chunks), isWhole };
}
