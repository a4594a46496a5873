/**
 * A logged-in way to a host, opened when it is needed and again when it has ended, but never in the middle of a request.
 */
import type { Clock } from '#core/ports/clock.ts';
import { RemoteError, withEnd } from '../remote-scripts.ts';
import { type Channel, createChannel, type Reply } from './channel.ts';
import type { WinrmConfig } from './config.ts';
import type { LoggedIn, LogIn } from './login.ts';
import { openSocket } from './open-socket.ts';
import { isSealedType, SEALED_TYPE, sealBody, unsealBody } from './sealed-body.ts';
import type { TurnsInAll } from './turns.ts';

export interface Connection {
  /** Sends one envelope, once. @throws RemoteError */
  send(envelope: string, call: SendCall): Promise<Reply>;
  close(): void;
}

export interface SendCall {
  readonly answerTimeoutMs: number;
  readonly signal: AbortSignal;
}

interface Ready {
  readonly channel: Channel;
  readonly login: LoggedIn;
}

/** HTTP.sys closes a connection after 120 s of silence (netsh http show timeout): ours ends well before that race. */
const LONGEST_REST_MS = 60_000;

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly turnsInAll: Pick<TurnsInAll, 'openings'>;
}

export function createConnection(
  config: WinrmConfig,
  logIn: LogIn,
  { clock, turnsInAll }: ConnectionDeps,
): Connection {
  let ready: Ready | undefined;
  let lastUsedMs = 0;

  const close = () => {
    ready?.channel.close();
    ready = undefined;
  };

  const enter = async (signal: AbortSignal): Promise<Ready> => {
    if (clock.elapsedMs() - lastUsedMs > LONGEST_REST_MS) close();
    if (ready?.channel.isOpen()) return ready;
    close();
    using _turn = await turnsInAll.openings.take(config.queueTimeoutMs, signal);
    const channel = createChannel(
      await openSocket(config, signal),
      `${config.host}:${config.port}`,
    );
    ready = { channel, login: await proveOrClose(channel, signal) };
    return ready;
  };

  const proveOrClose = async (channel: Channel, signal: AbortSignal): Promise<LoggedIn> => {
    try {
      const login = await logIn(channel, { answerTimeoutMs: config.connectTimeoutMs, signal });
      if (config.protocol === 'http' && !login.sealing)
        throw new RemoteError('odd_answer', 'not_started', 'the host does not encrypt messages');
      return login;
    } catch (error) {
      channel.close();
      // However a login ends, the request behind it was not sent.
      throw error instanceof RemoteError ? withEnd(error, 'not_started') : error;
    }
  };

  return {
    close,
    send: async (envelope, call) => {
      const entered = await enter(call.signal);
      const reply = await ask(entered, envelope, call, config);
      lastUsedMs = clock.elapsedMs();
      if (reply.status !== 401) return reply;
      // The host's word that it did nothing with the request: it has forgotten who asks.
      close();
      const again = await ask(await enter(call.signal), envelope, call, config);
      if (again.status !== 401) return again;
      close();
      throw new RemoteError('login_refused', 'not_started', 'the host forgets every login');
    },
  };
}

async function ask(
  { channel, login }: Ready,
  envelope: string,
  call: SendCall,
  { protocol }: WinrmConfig,
): Promise<Reply> {
  const plain = Buffer.from(envelope);
  if (protocol === 'https')
    return await channel.post({
      ...call,
      body: plain,
      headers: { ...login.headers, 'Content-Type': 'application/soap+xml;charset=UTF-8' },
    });
  if (!login.sealing) throw new Error('plain HTTP without encryption');
  const body = sealBody(login.sealing, plain);
  const headers = { ...login.headers, 'Content-Type': SEALED_TYPE };
  const reply = await channel.post({ ...call, body, headers });
  if (reply.status === 401) return reply;
  const opened = isSealedType(reply.contentType)
    ? unsealBody(login.sealing, reply.body)
    : undefined;
  if (opened) return { ...reply, body: opened };
  // Anybody in between may have written it.
  channel.close();
  const reason = `HTTP status ${reply.status}; the answer is not sealed by the host`;
  throw new RemoteError('odd_answer', 'unknown', reason);
}
