import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { ConsoleRefusal } from './console-refusal.ts';

export interface AccessKey {
  readonly text: string;
  /** Takes the same time whatever is wrong with it. */
  isSame(given: string): boolean;
}

export function createAccessKey(text: string): AccessKey {
  const expected = hash(text);
  return { text, isSame: (given) => timingSafeEqual(hash(given), expected) };
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Refuses what no page of this console sends: another Host (a foreign name that was made to point here) and calls
 * from other sites. Cookies do not tell ports apart, so another server on this machine counts as another site.
 */
export function refuseStrangers(publicUrl: string | undefined): RequestHandler {
  const known = publicUrl === undefined ? undefined : new URL(publicUrl);
  return (request, _response, next) => {
    const isPublic = known !== undefined && request.headers.host === known.host;
    if (!isPublic && !isOwnHost(request)) throw new ConsoleRefusal(403, 'host_refused');
    const own = isPublic ? known.origin : `http://${request.headers.host}`;
    if (isForeignSite(request, own)) throw new ConsoleRefusal(403, 'site_refused');
    next();
  };
}

function isOwnHost({ headers: { host }, socket: { localPort } }: Request): boolean {
  return host === `127.0.0.1:${localPort}` || host === `localhost:${localPort}`;
}

function isForeignSite({ method, path, headers }: Request, own: string): boolean {
  if (headers.origin !== undefined && headers.origin !== own) return true;
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  // A link in a chat or a terminal's web page may open the console; it still needs the key.
  const opensPage =
    method === 'GET' &&
    (path === '/' || path === '/account.html') &&
    headers['sec-fetch-mode'] === 'navigate';
  return !opensPage;
}

/** Lets pass who has the key in the address, once, or in the cookie that this leaves behind. */
export function requireKey(key: AccessKey): RequestHandler {
  return (request, response, next) => {
    const name = `drover_console_${request.socket.localPort}`;
    const { key: inAddress } = request.query;
    if (typeof inAddress === 'string' && key.isSame(inAddress)) {
      response.cookie(name, key.text, { httpOnly: true, sameSite: 'strict', path: '/' });
    } else if (!key.isSame(readCookie(request, name))) {
      throw new ConsoleRefusal(401, 'key_refused', 'Open the address that Drover printed.');
    }
    next();
  };
}

export function readCookie(request: Request, name: string): string {
  const cookies = request.headers.cookie?.split('; ') ?? [];
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}
