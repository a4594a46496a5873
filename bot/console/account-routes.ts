/** Sign in, sign out, and a code that links a chat. */
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
  const routes = Router();
  routes.get('/session', async (request, response) => {
    const { name, login } = await requirePerson(request, accounts);
    response.json({ name, login, csrf: toCsrf(readToken(request)) });
  });
  routes.post('/sign-in', express.json({ limit: '4kb' }), async (request, response) => {
    const form = SignInForm.safeParse(request.body);
    if (!form.success) throw new ConsoleRefusal(400, 'not_accepted');
    const { login, password } = form.data;
    const address = request.ip ?? '';
    const answer = await accounts.signIn(login, password, address);
    if (!answer.isSignedIn) throw new ConsoleRefusal(403, answer.refusal);
    keepSession(request, response, answer.token, isBehindTls);
    response.json({ name: answer.account.name, csrf: toCsrf(answer.token) });
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
  return routes;
}
