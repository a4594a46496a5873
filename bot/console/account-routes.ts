/** Sign in, sign out, a code that links a chat, and a token for the terminal. */
import express, { Router } from 'express';
import { ConsoleRefusal } from './console-refusal.ts';
import { SignInForm } from './schema.ts';
import {
  dropSession,
  keepSession,
  readToken,
  requireCsrf,
  requirePerson,
  type SessionOptions,
  toCsrf,
} from './session.ts';

export function createAccountRoutes({ accounts, isBehindTls }: SessionOptions): Router {
  const { tokens } = accounts;
  const routes = Router();
  routes.get('/session', async (request, response) => {
    const { id, name, login } = await requirePerson(request, accounts);
    const terminalUntil = await tokens.findExpiry(id);
    response.json({ name, login, csrf: toCsrf(readToken(request)), terminalUntil });
  });
  routes.post('/sign-in', express.json({ limit: '4kb' }), async (request, response) => {
    const form = SignInForm.safeParse(request.body);
    if (!form.success) throw new ConsoleRefusal(400, 'not_accepted');
    const { login, password } = form.data;
    const address = request.ip ?? '';
    const answer = await accounts.signIn(login, password, address);
    if (!answer.isSignedIn) throw new ConsoleRefusal(403, answer.refusal);
    keepSession(request, response, answer.token, isBehindTls);
    const { id, name } = answer.account;
    const terminalUntil = await tokens.findExpiry(id);
    response.json({ name, csrf: toCsrf(answer.token), terminalUntil });
  });
  routes.post('/sign-out', async (request, response) => {
    requireCsrf(request);
    await accounts.signOut(readToken(request));
    dropSession(request, response);
    response.json({});
  });
  routes.post('/link-code', async (request, response) => {
    requireCsrf(request);
    const code = await accounts.makeLinkCode(await requirePerson(request, accounts));
    if (!code) throw new ConsoleRefusal(429, 'limited');
    response.json(code);
  });
  routes.post('/terminal-token', async (request, response) => {
    requireCsrf(request);
    const { id } = await requirePerson(request, accounts);
    response.json(await tokens.make(id));
  });
  routes.post('/terminal-token/revoke', async (request, response) => {
    requireCsrf(request);
    const { id } = await requirePerson(request, accounts);
    await tokens.revoke(id);
    response.json({});
  });
  return routes;
}
