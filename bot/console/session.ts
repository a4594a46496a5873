/** A signed-in browser: a random token in a cookie that no script and no other site can use. */
import type { Request, Response } from 'express';
import type { Account } from '#core/ports/directory.ts';
import type { Accounts } from '../links/accounts.ts';
import { digestOf } from '../links/link-code.ts';
import { readCookie } from './access.ts';
import { ConsoleRefusal } from './console-refusal.ts';

export interface SessionOptions {
  readonly accounts: Accounts;
  /** The cookie travels over TLS alone: people come through a proxy that ends it. */
  readonly isBehindTls: boolean;
}

export function keepSession(
  request: Request,
  response: Response,
  token: string,
  isSecure: boolean,
) {
  const cookie = { httpOnly: true, sameSite: 'strict', secure: isSecure, path: '/' } as const;
  response.cookie(cookieName(request), token, cookie);
}

export function dropSession(request: Request, response: Response): void {
  response.clearCookie(cookieName(request), { path: '/' });
}

export function readToken(request: Request): string {
  return readCookie(request, cookieName(request));
}

/** Asked of the directory at each request: whoever was disabled is out at once. @throws ConsoleRefusal 401 */
export async function requirePerson(request: Request, accounts: Accounts): Promise<Account> {
  const token = readToken(request);
  const person = token === '' ? undefined : await accounts.findPerson(token);
  if (!person) throw new ConsoleRefusal(401, 'sign_in_needed');
  return person;
}

/** What the page sends along with each change: another site can make a browser send its cookie, and cannot read this. */
export function toCsrf(token: string): string {
  return digestOf(`csrf ${token}`);
}

/** @throws ConsoleRefusal 403 */
export function requireCsrf(request: Request): void {
  const token = readToken(request);
  if (token === '' || request.headers['x-drover-csrf'] !== toCsrf(token))
    throw new ConsoleRefusal(403, 'csrf_refused');
}

function cookieName(request: Request): string {
  return `drover_session_${request.socket.localPort}`;
}
