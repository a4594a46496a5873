/**
 * The three messages of an NTLM login, with NTLMv2 alone.
 *
 * @see MS-NLMP 2.2.1 and 3.1.5.1.2
 */
import { AV, type AvPairs, readAvPairs, toAvPairs, withMicFlag } from './av-pairs.ts';
import { hmacMd5, toBlob, toProof, toResponseKey, toSessionBaseKey, toUtf16 } from './keys.ts';
import { createRc4 } from './rc4.ts';

/** MS-NLMP 2.2.2.5. */
export const FLAG = {
  unicode: 0x1,
  requestTarget: 0x4,
  sign: 0x10,
  seal: 0x20,
  ntlm: 0x200,
  alwaysSign: 0x8000,
  extendedSessionSecurity: 0x80000,
  targetInfo: 0x800000,
  version: 0x2000000,
  key128: 0x20000000,
  keyExchange: 0x40000000,
  key56: 0x80000000,
} as const;

const OFFERED = Object.values(FLAG).reduce((all, flag) => (all | flag) >>> 0, 0);
/** Without these a login is no NTLMv2, or its keys are weak. */
const NEEDED = FLAG.unicode | FLAG.extendedSessionSecurity | FLAG.key128 | FLAG.targetInfo;

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
/** Windows 10, NTLM revision 15: informative only (MS-NLMP 2.2.2.10). */
const VERSION = Buffer.from([10, 0, 0x61, 0x4a, 0, 0, 0, 15]);
const MIC_AT = 72;

export function toNegotiateMessage(): Buffer {
  const message = toHead(1, 40);
  message.writeUInt32LE((OFFERED & ~FLAG.targetInfo) >>> 0, 12);
  VERSION.copy(message, 32);
  return message;
}

export interface Challenge {
  readonly flags: number;
  readonly serverChallenge: Buffer;
  readonly pairs: AvPairs;
}

/** `undefined`: no challenge, a broken one, or one that would make a weak login. */
export function readChallenge(message: Buffer): Challenge | undefined {
  if (message.length < 48 || !message.subarray(0, 8).equals(SIGNATURE)) return undefined;
  if (message.readUInt32LE(8) !== 2) return undefined;
  const flags = message.readUInt32LE(20);
  if ((flags & NEEDED) !== NEEDED) return undefined;
  const start = message.readUInt32LE(44);
  const end = start + message.readUInt16LE(40);
  const pairs = end <= message.length ? readAvPairs(message.subarray(start, end)) : undefined;
  return pairs && { flags, serverChallenge: message.subarray(24, 32), pairs };
}

export interface Account {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
}

export interface Answer {
  readonly account: Account;
  readonly negotiateMessage: Buffer;
  readonly challengeMessage: Buffer;
  readonly challenge: Challenge;
  /** 16 bytes of channel binding; zeros where there is no channel to bind to. */
  readonly channelBinding: Buffer;
  /** `HTTP/host`: whom the answer is meant for. */
  readonly servicePrincipal: string;
  /** 8 and 16 bytes, never used twice. */
  readonly random: { readonly clientChallenge: Buffer; readonly sessionKey: Buffer };
  readonly nowMs: number;
}

export interface Authenticated {
  readonly message: Buffer;
  readonly sessionKey: Buffer;
}

export function toAuthenticateMessage(answer: Answer): Authenticated {
  const { account, challenge, random } = answer;
  const { serverChallenge } = challenge;
  // A server that says the time wants the messages themselves protected, and no LM response.
  const time = challenge.pairs.get(AV.timestamp);
  const pairs = new Map(challenge.pairs);
  if (time) pairs.set(AV.flags, withMicFlag(pairs));
  pairs.set(AV.channelBindings, answer.channelBinding);
  pairs.set(AV.targetName, toUtf16(answer.servicePrincipal));

  const responseKey = toResponseKey(account.user, account.password, account.domain);
  const blob = toBlob(time ?? toFileTime(answer.nowMs), random.clientChallenge, toAvPairs(pairs));
  const proof = toProof(responseKey, serverChallenge, blob);
  const baseKey = toSessionBaseKey(responseKey, proof);
  const exchanges = (challenge.flags & FLAG.keyExchange) !== 0;
  const sessionKey = exchanges ? random.sessionKey : baseKey;
  const message = layOut((challenge.flags & OFFERED) >>> 0, {
    lmResponse: time ? Buffer.alloc(24) : toLmResponse(responseKey, serverChallenge, random),
    ntResponse: Buffer.concat([proof, blob]),
    domain: toUtf16(account.domain),
    user: toUtf16(account.user),
    encryptedKey: exchanges ? createRc4(baseKey).update(sessionKey) : Buffer.alloc(0),
  });
  // Over all three messages, this one with its own place still zero.
  if (time)
    hmacMd5(sessionKey, answer.negotiateMessage, answer.challengeMessage, message).copy(
      message,
      MIC_AT,
    );
  return { message, sessionKey };
}

function toLmResponse(
  responseKey: Buffer,
  serverChallenge: Buffer,
  { clientChallenge }: Answer['random'],
): Buffer {
  return Buffer.concat([hmacMd5(responseKey, serverChallenge, clientChallenge), clientChallenge]);
}

/** 100 ns steps since 1601. */
function toFileTime(nowMs: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Math.trunc(nowMs)) + 11_644_473_600_000n) * 10_000n);
  return time;
}

function toHead(type: number, bytes: number): Buffer {
  const head = Buffer.alloc(bytes);
  SIGNATURE.copy(head);
  head.writeUInt32LE(type, 8);
  return head;
}

interface Fields {
  readonly lmResponse: Buffer;
  readonly ntResponse: Buffer;
  readonly domain: Buffer;
  readonly user: Buffer;
  readonly encryptedKey: Buffer;
}

function layOut(flags: number, fields: Fields): Buffer {
  const head = toHead(3, MIC_AT + 16);
  const places: readonly [at: number, value: Buffer][] = [
    [12, fields.lmResponse],
    [20, fields.ntResponse],
    [28, fields.domain],
    [36, fields.user],
    [44, Buffer.alloc(0)], // the workstation's name: nobody's business
    [52, fields.encryptedKey],
  ];
  let offset = head.length;
  for (const [at, value] of places) {
    head.writeUInt16LE(value.length, at);
    head.writeUInt16LE(value.length, at + 2);
    head.writeUInt32LE(offset, at + 4);
    offset += value.length;
  }
  head.writeUInt32LE(flags, 60);
  VERSION.copy(head, 64);
  return Buffer.concat([head, ...places.map(([, value]) => value)]);
}
