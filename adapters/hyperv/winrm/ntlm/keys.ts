/**
 * What NTLMv2 computes from a password and two challenges.
 *
 * @see MS-NLMP 3.3.2 and 3.4.5
 */
import { createHash, createHmac } from 'node:crypto';
import { md4 } from './md4.ts';

export function hmacMd5(key: Buffer, ...parts: readonly Buffer[]): Buffer {
  return createHmac('md5', key).update(Buffer.concat(parts)).digest();
}

export function md5(...parts: readonly Buffer[]): Buffer {
  return createHash('md5').update(Buffer.concat(parts)).digest();
}

export function toUtf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

/** NTOWFv2. The domain keeps its case. */
export function toResponseKey(user: string, password: string, domain: string): Buffer {
  return hmacMd5(md4(toUtf16(password)), toUtf16(toUpper(user) + domain));
}

/** Windows turns letters one by one; JavaScript would make "SS" of "ß". */
function toUpper(user: string): string {
  return Array.from(user, (letter) => {
    const upper = letter.toUpperCase();
    return upper.length === letter.length ? upper : letter;
  }).join('');
}

/** What the proof is made over, and what follows it in the response. `time` is a FILETIME. */
export function toBlob(time: Buffer, clientChallenge: Buffer, targetInfo: Buffer): Buffer {
  const head = Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, time, clientChallenge, Buffer.alloc(4), targetInfo, Buffer.alloc(4)]);
}

export function toProof(responseKey: Buffer, serverChallenge: Buffer, blob: Buffer): Buffer {
  return hmacMd5(responseKey, serverChallenge, blob);
}

export function toSessionBaseKey(responseKey: Buffer, proof: Buffer): Buffer {
  return hmacMd5(responseKey, proof);
}

export type Direction = 'client-to-server' | 'server-to-client';

/** SIGNKEY and SEALKEY with extended session security and 128 bits. */
export function toDirectionKey(
  sessionKey: Buffer,
  direction: Direction,
  use: 'signing' | 'sealing',
): Buffer {
  const magic = `session key to ${direction} ${use} key magic constant\0`;
  return md5(sessionKey, Buffer.from(magic, 'latin1'));
}
