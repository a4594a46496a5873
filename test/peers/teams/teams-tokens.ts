/** Signs what Teams sends, and says by which keys: the OpenID document and key set of the Bot Connector. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Json } from './json.ts';

export const issuer = 'https://api.botframework.com';

export interface TokenOptions {
  readonly audience?: string;
  readonly issuer?: string;
  readonly serviceUrl?: string;
  /** In seconds of Unix time. */
  readonly expiresAt?: number;
  readonly notBefore?: number;
  readonly keyId?: string;
  /** Signed by somebody else under the right key's name. */
  readonly isForged?: boolean;
  readonly algorithm?: 'RS256' | 'HS256' | 'none';
  readonly claims?: Json;
}

export interface TeamsTokens {
  readonly keys: readonly Json[];
  make(options: TokenOptions & { readonly audience: string; readonly serviceUrl: string }): string;
}

const keyId = 'key-1';
/** Endorsed for another channel than Teams. */
export const otherChannelKeyId = 'key-2';

export function createTeamsTokens(): TeamsTokens {
  const good = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const evil = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = good.publicKey.export({ format: 'jwk' });
  return {
    keys: [
      { ...jwk, kid: keyId, use: 'sig', endorsements: ['msteams'] },
      { ...jwk, kid: otherChannelKeyId, use: 'sig', endorsements: ['webchat'] },
    ],
    make({ isForged = false, ...options }) {
      return makeToken(isForged ? evil.privateKey : good.privateKey, jwk.n ?? '', options);
    },
  };
}

function makeToken(
  key: KeyObject,
  publicText: string,
  options: Omit<TokenOptions, 'isForged'>,
): string {
  const now = Math.floor(Date.now() / 1000);
  const { algorithm = 'RS256' } = options;
  const head = { typ: 'JWT', alg: algorithm, kid: options.keyId ?? keyId };
  const claims = {
    iss: options.issuer ?? issuer,
    aud: options.audience,
    serviceurl: options.serviceUrl,
    nbf: options.notBefore ?? now - 5,
    iat: now - 5,
    exp: options.expiresAt ?? now + 3_600,
    ...options.claims,
  };
  const text = [head, claims].map(encode).join('.');
  return `${text}.${seal(algorithm, text, key, publicText)}`;
}

function seal(
  algorithm: NonNullable<TokenOptions['algorithm']>,
  text: string,
  key: KeyObject,
  publicText: string,
): string {
  if (algorithm === 'none') return '';
  // The old trick: the public key as the secret of a symmetric signature.
  if (algorithm === 'HS256') {
    return createHmac('sha256', publicText).update(text).digest('base64url');
  }
  return sign('sha256', Buffer.from(text), key).toString('base64url');
}

function encode(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}
