/**
 * How a connection proves who asks. A login goes by requests without a body, so that no command is ever part of one.
 */
import { randomBytes } from 'node:crypto';
import { RemoteError } from '../remote-scripts.ts';
import type { Channel, Reply } from './channel.ts';
import { NO_CHANNEL_BINDING, toChannelBinding } from './channel-binding.ts';
import {
  type Account,
  FLAG,
  readChallenge,
  toAuthenticateMessage,
  toNegotiateMessage,
} from './ntlm/messages.ts';
import { createSealing, type Sealing } from './ntlm/sealing.ts';

export interface LoginCall {
  readonly answerTimeoutMs: number;
  readonly signal: AbortSignal;
}

export interface LoggedIn {
  /** What every later request on the channel carries. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of an NTLM login. */
  readonly sealing?: Sealing;
}

/** @throws RemoteError `login_refused` on the host's word alone. */
export type LogIn = (channel: Channel, call: LoginCall) => Promise<LoggedIn>;

export function createNtlmLogin(account: Account, host: string): LogIn {
  return async (channel, call) => {
    const negotiateMessage = toNegotiateMessage();
    const first = await knock(channel, call, `Negotiate ${negotiateMessage.toString('base64')}`);
    const challengeMessage = findToken(first);
    const challenge = challengeMessage && readChallenge(challengeMessage);
    if (!challenge) throw notOffered(first, 'NTLM');
    const { message, sessionKey } = toAuthenticateMessage({
      account,
      negotiateMessage,
      challengeMessage,
      challenge,
      channelBinding: channel.certificate
        ? toChannelBinding(channel.certificate)
        : NO_CHANNEL_BINDING,
      servicePrincipal: `HTTP/${host}`,
      random: { clientChallenge: randomBytes(8), sessionKey: randomBytes(16) },
      nowMs: Date.now(),
    });
    const last = await knock(channel, call, `Negotiate ${message.toString('base64')}`);
    requireAccepted(last);
    const canSeal = (challenge.flags & SEALS) === SEALS;
    return { headers: {}, ...(canSeal && { sealing: createSealing(sessionKey) }) };
  };
}

const SEALS = FLAG.sign | FLAG.seal | FLAG.keyExchange;

/** Over TLS alone: who carries the request reads the password. */
export function createBasicLogin({ user, password }: Omit<Account, 'domain'>): LogIn {
  return async (channel, call) => {
    if (!channel.certificate) throw new Error('Basic over plain HTTP');
    const Authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    requireAccepted(await knock(channel, call, Authorization));
    return { headers: { Authorization } };
  };
}

/** Asks without a body. */
export function knock(channel: Channel, call: LoginCall, authorization: string): Promise<Reply> {
  return channel.post({
    ...call,
    body: Buffer.alloc(0),
    headers: { Authorization: authorization, 'Content-Type': 'application/soap+xml;charset=UTF-8' },
  });
}

/** @throws RemoteError unless the host let us in. */
export function requireAccepted({ status }: Reply): void {
  if (status === 401)
    throw new RemoteError('login_refused', 'not_started', 'the host refuses the login');
  if (status !== 200)
    throw new RemoteError('odd_answer', 'not_started', `HTTP status ${status} to the login`);
}

/** The token that the host hands back under Negotiate. */
export function findToken({ authenticate }: Reply): Buffer | undefined {
  for (const value of authenticate) {
    const token = /^Negotiate\s+([A-Za-z0-9+/]+={0,2})$/i.exec(value)?.[1];
    if (token !== undefined) return Buffer.from(token, 'base64');
  }
  return undefined;
}

/** Names the schemes that the host offers instead. */
export function notOffered({ status, authenticate }: Reply, wanted: string): RemoteError {
  const offered = authenticate.flatMap((value) => /^[A-Za-z]{1,20}/.exec(value)?.[0] ?? []);
  const reason = `HTTP status ${status}; the host offers ${offered.join(', ') || 'no login'}, not ${wanted}`;
  return new RemoteError('odd_answer', 'not_started', reason);
}
