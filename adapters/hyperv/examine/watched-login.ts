/** A login that also tells what the host says of itself beside it: its clock, what it offers, its own name. */
import { isIP } from 'node:net';
import { RemoteError } from '../remote-scripts.ts';
import type { Channel, Reply } from '../winrm/channel.ts';
import type { WinrmConfig } from '../winrm/config.ts';
import type { LoadKerberos } from '../winrm/kerberos.ts';
import { findToken, type LogIn } from '../winrm/login.ts';
import { AV } from '../winrm/ntlm/av-pairs.ts';
import { readChallenge } from '../winrm/ntlm/messages.ts';
import { createLogIn } from '../winrm/winrm.ts';
import type { KerberosCause, LoginExamination, Suspect } from './examination.ts';

export interface Seen {
  clockAheadMs?: number;
  /** Schemes. */
  offers: readonly string[];
  /** To a question without a login; WinRM says 401. */
  status?: number;
  ownName?: string;
  isAccepted: boolean;
}

export interface WatchedLogin {
  readonly logIn: LogIn;
  readonly seen: Seen;
}

export interface WatchDeps {
  readonly now: () => Date;
  readonly loadKerberos?: LoadKerberos | undefined;
}

export function watchLogin(config: WinrmConfig, { now, loadKerberos }: WatchDeps): WatchedLogin {
  const seen: Seen = { offers: [], isAccepted: false };
  const real = createLogIn(config, loadKerberos ? { loadKerberos } : {});
  const logIn: LogIn = async (channel, call) => {
    const headers = { 'Content-Type': 'application/soap+xml;charset=UTF-8' };
    const first = await channel.post({ ...call, body: Buffer.alloc(0), headers });
    seen.status = first.status;
    seen.offers = first.authenticate.flatMap((value) => /^[A-Za-z]{1,20}/.exec(value)?.[0] ?? []);
    const date = Date.parse(first.date ?? '');
    if (!Number.isNaN(date)) seen.clockAheadMs = date - now().getTime();
    if (first.status !== 401)
      throw new RemoteError('odd_answer', 'not_started', `HTTP status ${first.status}`);
    const loggedIn = await real(watch(channel, seen), call);
    seen.isAccepted = true;
    return loggedIn;
  };
  return { logIn, seen };
}

function watch(channel: Channel, seen: Seen): Channel {
  return {
    ...channel,
    post: async (question) => {
      const reply = await channel.post(question);
      const name = readOwnName(reply);
      if (name !== undefined) seen.ownName = name;
      return reply;
    },
  };
}

/** Of NTLM's challenge, before anything of the account was shown. */
function readOwnName(reply: Reply): string | undefined {
  const token = findToken(reply);
  const pairs = token && readChallenge(token)?.pairs;
  const name = pairs?.get(AV.dnsComputerName) ?? pairs?.get(AV.computerName);
  const text = name?.toString('utf16le').toLowerCase() ?? '';
  // It comes from whoever answers there, and is shown.
  return /^[a-z0-9._-]{1,255}$/.test(text) ? text : undefined;
}

/** Kerberos' own tolerance, by default (MaxClockSkew). */
export const MOST_CLOCK_SKEW_MS = 300_000;

export interface Attempt {
  readonly config: Pick<WinrmConfig, 'host' | 'authentication' | 'user'>;
  readonly seen: Seen;
  /** Another host let the same account in. */
  readonly isAcceptedElsewhere: boolean;
}

/** What a failed attempt was, as far as it shows. */
export function toLoginExamination(error: RemoteError, attempt: Attempt): LoginExamination {
  const { seen, config } = attempt;
  const { failure, message: reason } = error;
  if (seen.status !== undefined && seen.status !== 401)
    return { state: 'not_winrm', status: seen.status };
  if (failure === 'login_refused') return { state: 'refused', suspects: listSuspects(attempt) };
  if (failure === 'login_not_possible')
    return { state: 'not_possible', cause: findKerberosCause(reason), reason };
  const wanted = config.authentication === 'basic' ? 'basic' : 'negotiate';
  if (seen.status === 401 && !seen.offers.some((scheme) => scheme.toLowerCase() === wanted))
    return { state: 'not_offered', offers: seen.offers };
  return { state: 'failed', reason };
}

function listSuspects({ config, seen, isAcceptedElsewhere }: Attempt): Suspect[] {
  const suspects: Suspect[] = [];
  if (Math.abs(seen.clockAheadMs ?? 0) > MOST_CLOCK_SKEW_MS) suspects.push('clock');
  // An account of one machine may have another password on each.
  const isProven = isAcceptedElsewhere && isOfDomain(config.user);
  const isNamedOtherwise =
    seen.ownName !== undefined && !isSameName(config.host.toLowerCase(), seen.ownName);
  // No host calls itself by its address, and most let an account in by it: then the password is likelier.
  const nameFirst = isNamedOtherwise && isIP(config.host) === 0;
  if (nameFirst) suspects.push('name');
  if (!isProven) suspects.push('password');
  if (isNamedOtherwise && !nameFirst) suspects.push('name');
  if (isProven) suspects.push('rights');
  return suspects;
}

/** `.\user` is another account on each machine; a ticket is of a domain. */
function isOfDomain(user: string | undefined): boolean {
  return user === undefined || user.includes('@') || !/^\.?\\/.test(user);
}

/** HOST/hv01 and HOST/hv01.corp.example are registered together. */
function isSameName(asked: string, own: string): boolean {
  return asked === own || asked === own.split('.')[0];
}

const KERBEROS_CAUSES: readonly (readonly [RegExp, KerberosCause])[] = [
  [/package kerberos/i, 'no_package'],
  [/clock skew/i, 'clock'],
  [/preauthentication failed|password incorrect|integrity check failed/i, 'password'],
  [/client .*not found in kerberos database/i, 'account'],
  [/not found in kerberos database/i, 'spn'],
  [/cannot (?:contact|find|resolve)|no answer within/i, 'no_kdc'],
  [/no credentials|no kerberos credentials|credentials? cache|keytab|expired/i, 'no_ticket'],
];

/** By MIT's words in English; in another language the cause is `other`, and the words are shown. */
export function findKerberosCause(reason: string): KerberosCause {
  return KERBEROS_CAUSES.find(([words]) => words.test(reason))?.[1] ?? 'other';
}
