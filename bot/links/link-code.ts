/** A code that proves one sign-in to a chat: shown once on the web page, typed once in a direct message. */
import { createHash, randomInt } from 'node:crypto';

/** Without letters that look alike; 50 bits in ten of them. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 10;
export const CODE_LASTS_MS = 10 * 60_000;

/** `K7QP2-M9XTR` */
export function makeCode(): string {
  const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}

/** As people type it: small letters, blanks and a missing hyphen are the same code. Undefined: it cannot be one. */
export function readCode(typed: string): string | undefined {
  const letters = typed.toUpperCase().replace(/[\s\u2010-\u2015-]/g, '');
  if (letters.length !== LENGTH || [...letters].some((one) => !LETTERS.includes(one)))
    return undefined;
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}

/**
 * What is stored and looked up: how long the comparison takes tells about the digest, and nothing about the code.
 */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
