/**
 * A FAKE of a Windows host's WinRM service, true on the wire: TLS, NTLM with channel binding, Basic, sealed messages over
 * HTTP, shells, quotas, operation time-outs. What its commands do is the test's business.
 *
 * Drover's client and foreign ones drive it; with `CommandRunner` real PowerShell can stand behind it.
 */
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';
import { createNtlmVerifier } from './ntlm-verifier.ts';
import { CONFIG_URI, toConfigXml, type WsManSettings } from './ws-man-config.ts';
import { createWireOrders, type WireFault, type WireOrder } from './ws-man-faults.ts';
import { createLogins, type LoginRecord, type Logins } from './ws-man-logins.ts';
import { closeBody, openBody, SEALED } from './ws-man-seals.ts';
import { type CommandRunner, createWsManShells, type WsManShells } from './ws-man-shells.ts';
import {
  FAULTS,
  IDENTIFY,
  readRequest,
  SOAP,
  toAnswer,
  toFault,
  type WsManAnswer,
  type WsManRequest,
} from './ws-man-text.ts';

export interface WsManServerOptions {
  readonly run: CommandRunner;
  readonly protocol?: 'https' | 'http';
  /** Passwords by name. */
  readonly users?: Readonly<Record<string, string>>;
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** CbtHardeningLevel=Strict. */
  readonly requiresBinding?: boolean;
  readonly trustsProxy?: boolean;
  readonly maxShells?: number;
  readonly maxOperations?: number;
  readonly pieceBytes?: number;
  /** What it is called, and to which names it answers: see `VerifierOptions`. */
  readonly computer?: string;
  readonly principals?: readonly string[];
  readonly clockAheadMs?: number;
  /** Settings that Get tells; `denied` to whoever is no administrator. */
  readonly settings?: Partial<WsManSettings> | 'denied';
  /** On loopback; its certificate is made out to it. */
  readonly address?: string;
  readonly port?: number;
}

export interface WsManServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly caPem: string;
  readonly shells: WsManShells;
  readonly logins: Logins;
  /** What was asked, in order, over all connections. */
  readonly verbs: readonly string[];
  /** The texts of the requests. */
  readonly requests: readonly string[];
  /** Bodies as they came over the wire. */
  readonly bodies: readonly Buffer[];
  readonly connections: number;
  order(order: WireOrder): void;
  /** As a host that is down: what runs is ended, every connection cut, none taken. */
  goAway(): Promise<void>;
  /** At the same address and port. */
  comeBack(): Promise<void>;
}

export type { LoginRecord };

export const USERS = {
  'svc-drover': 'S3cret-é"<&>',
  administrator: 'P@ssw0rd!é',
  // Clients disagree on the letters of Basic.
  ascii: 'Basic-1234',
} as const;

export async function startWsManServer(options: WsManServerOptions): Promise<WsManServer> {
  const isTls = options.protocol !== 'http';
  const certificate = options.certificate ?? (await makeThrowAwayCertificate());
  const passwords = new Map(
    Object.entries(options.users ?? USERS).map(([name, word]) => [name.toLowerCase(), word]),
  );
  const verifier = createNtlmVerifier({
    passwords,
    certificate: isTls ? certificate.cert : undefined,
    requiresBinding: options.requiresBinding ?? false,
    ...{ computer: options.computer, principals: options.principals },
    clockAheadMs: options.clockAheadMs,
  });
  const logins = createLogins({
    verifier,
    passwords,
    isTls,
    trustsProxy: options.trustsProxy ?? false,
  });
  const shells = createWsManShells({
    run: options.run,
    maxShells: options.maxShells ?? 30,
    maxOperations: options.maxOperations ?? 1500,
    pieceBytes: options.pieceBytes ?? 24_000,
  });
  const orders = createWireOrders();
  const seen = { verbs: [] as string[], requests: [] as string[], bodies: [] as Buffer[] };
  const mayBePlain = isTls || options.trustsProxy === true;

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Date', new Date(Date.now() + (options.clockAheadMs ?? 0)).toUTCString());
    const body = Buffer.concat(await request.toArray());
    if (request.method !== 'POST' || request.url?.split('?')[0] !== '/wsman') {
      reply(response, 404, {});
      return;
    }
    const atLogin = body.length === 0 && orders.take('login');
    if (atLogin) return strikeLogin(atLogin, request, response);
    const denied = logins.admit(request);
    if (denied) return reply(response, 401, { 'WWW-Authenticate': [...denied] });
    if (body.length === 0) return reply(response, 200, {});
    seen.bodies.push(body);
    const { user = '', seal } = logins.of(request.socket);
    const isSealed = /^multipart\/(x-multi-)?encrypted/.test(request.headers['content-type'] ?? '');
    // AllowUnencrypted=false
    if (!isSealed && !mayBePlain) return reply(response, 500, {});
    const opened = isSealed && seal ? openBody(seal.open, body) : undefined;
    if (isSealed && !opened) return reply(response, 400, {});
    const xml = (opened ?? body).toString('utf8');
    const answer = await answerXml(xml, user, request);
    if (!answer) return;
    const plain = Buffer.from(answer.xml);
    if (!isSealed || !seal || answer.isPlain)
      return reply(response, answer.status, { 'Content-Type': SOAP }, plain, answer.isCut);
    const sealed = closeBody(seal.close, plain);
    reply(response, answer.status, { 'Content-Type': SEALED }, sealed, answer.isCut);
  };

  const answerXml = async (
    xml: string,
    user: string,
    { socket }: IncomingMessage,
  ): Promise<(WsManAnswer & { isCut: boolean; isPlain?: boolean | undefined }) | undefined> => {
    const read = readRequest(xml);
    seen.verbs.push(read.verb);
    seen.requests.push(xml);
    const fault = orders.take(read.verb);
    if (fault?.kind === 'drop_request') socket.destroy();
    if (fault?.kind === 'lose_shells') shells.lose();
    if (fault?.kind === 'forget_login') logins.of(socket).user = undefined;
    if (fault?.kind === 'forget_login') return { status: 401, xml: '', isCut: false };
    if (fault?.kind === 'drop_request') return undefined;
    if (fault?.kind === 'fault') return { ...toFault(read.messageId, fault.fault), isCut: false };
    if (fault?.kind === 'answer')
      return { status: fault.status, xml: fault.body, isCut: false, isPlain: fault.isPlain };
    const answer =
      read.verb === 'Identify'
        ? IDENTIFY
        : (answerConfig(read, options) ?? (await shells.answer(read, user)));
    if (!answer || fault?.kind === 'drop_answer') socket.destroy();
    if (!answer) return undefined;
    if (fault?.kind === 'drop_answer' || fault?.kind === 'silence') return undefined;
    return { ...answer, isCut: fault?.kind === 'cut_answer' };
  };

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response).catch(() => request.socket.destroy());
  };
  const server = isTls ? https.createServer(certificate, listener) : http.createServer(listener);
  server.keepAliveTimeout = 60_000;
  let connections = 0;
  server.on(isTls ? 'secureConnection' : 'connection', () => {
    connections += 1;
  });
  const address = options.address ?? '127.0.0.1';
  const listen = async (at: number) => {
    server.listen(at, address);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const goAway = async () => {
    shells.lose();
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const port = await listen(options.port ?? 0);
  return {
    port,
    url: `${isTls ? 'https' : 'http'}://${options.address ?? 'localhost'}:${port}/wsman`,
    caPem: certificate.cert,
    shells,
    logins,
    ...seen,
    get connections() {
      return connections;
    },
    order: orders.add,
    goAway,
    comeBack: async () => {
      if (!server.listening) await listen(port);
    },
    [Symbol.asyncDispose]: goAway,
  };
}

function answerConfig(
  { verb, resource, action, messageId }: WsManRequest,
  { settings = {}, requiresBinding, maxShells = 30, maxOperations = 1500 }: WsManServerOptions,
): WsManAnswer | undefined {
  if (verb !== 'Get' || resource !== CONFIG_URI) return undefined;
  if (settings === 'denied') return toFault(messageId, FAULTS.accessDenied);
  const cbtHardeningLevel = requiresBinding ? ('Strict' as const) : ('Relaxed' as const);
  const all = {
    maxEnvelopeKb: 500,
    maxMemoryMb: 1024,
    maxShells,
    maxOperations,
    cbtHardeningLevel,
  };
  return toAnswer(`${action}Response`, messageId, toConfigXml({ ...all, ...settings }));
}

function reply(
  response: ServerResponse,
  status: number,
  headers: http.OutgoingHttpHeaders,
  body: Buffer = Buffer.alloc(0),
  isCut = false,
): void {
  response.writeHead(status, {
    Server: 'Microsoft-HTTPAPI/2.0',
    'Content-Length': body.length,
    ...headers,
  });
  if (!isCut) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
}

function strikeLogin(fault: WireFault, { socket }: IncomingMessage, response: ServerResponse) {
  if (fault.kind === 'answer') reply(response, fault.status, {}, Buffer.from(fault.body));
  else if (fault.kind !== 'silence') socket.destroy();
}
