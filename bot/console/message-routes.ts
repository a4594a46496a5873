import express, { type Request, type Response, Router } from 'express';
import type { z } from 'zod';
import type { Account } from '#core/ports/directory.ts';
import type { Incoming } from '../conversation/conversation-port.ts';
import type { Accounts } from '../links/accounts.ts';
import { readSubmitData } from '../renderers/adaptive-card.ts';
import { ConsoleRefusal } from './console-refusal.ts';
import { newestShown, type StreamOptions, streamMessages } from './message-stream.ts';
import { SentAction, SentText } from './schema.ts';
import { requireCsrf, requirePerson } from './session.ts';
import { toWireMessage } from './wire-message.ts';

export interface MessageRoutesOptions extends StreamOptions {
  readonly examples?: readonly string[];
  /** Absent: lab people. */
  readonly accounts?: Accounts | undefined;
  readonly now?: () => Date;
}

const STREAM_LASTS_MS = 5 * 60_000;

export function createMessageRoutes(options: MessageRoutesOptions): Router {
  const { conversation, toAdaptiveCard, examples = [] } = options;
  const routes = Router();
  const choosePerson = (request: Request) => findPerson(options, request, request.query.as);
  routes.get('/people', async (request, response) => {
    const people = await listPeople(options, request);
    response.json({
      people: people.map(({ id, name, login }) => ({ id, name, login })),
      examples,
    });
  });
  routes.get('/messages', async (request, response) => {
    const person = await choosePerson(request);
    const views = await conversation.list(person.id, newestShown);
    response.json({ messages: views.map((view) => toWireMessage(view, toAdaptiveCard)) });
  });
  routes.get('/stream', async (request, response) => {
    const person = await choosePerson(request);
    // The page comes back by itself, and has to be somebody who still may.
    const closing = options.accounts
      ? AbortSignal.any([options.closing, AbortSignal.timeout(STREAM_LASTS_MS)])
      : options.closing;
    await streamMessages(response, person, { ...options, closing });
  });
  addWrites(routes, options);
  return routes;
}

function addWrites(routes: Router, options: MessageRoutesOptions) {
  const { conversation, accounts, now = () => new Date() } = options;
  const receive = async (
    request: Request,
    sent: { as: string; id: string },
    body: Incoming['body'],
    response: Response,
  ) => {
    if (accounts) requireCsrf(request);
    const { id: personId } = await findPerson(options, request, sent.as);
    const isNew = await conversation.receive({
      transport: 'console',
      dedupeKey: sent.id,
      personId,
      place: personId,
      sentAt: now(),
      body,
    });
    response.json({ isNew });
  };
  const readBody = express.json({ limit: '64kb', type: 'application/json' });
  routes.post('/messages', readBody, async (request, response) => {
    const sent = parseBody(SentText, request.body);
    await receive(request, sent, { kind: 'text', text: sent.text }, response);
  });
  routes.post('/actions', readBody, async (request, response) => {
    const sent = parseBody(SentAction, request.body);
    const submitted = readSubmitData({ ...sent.inputs, actionId: sent.actionId });
    if (!submitted) throw new ConsoleRefusal(400, 'body_invalid');
    await receive(request, sent, { kind: 'action', ...submitted }, response);
  });
}

/** Whoever signed in; or lab people, among whom the choice is free: the key is the proof. */
async function listPeople(
  { accounts, conversation }: MessageRoutesOptions,
  request: Request,
): Promise<readonly Account[]> {
  return accounts ? [await requirePerson(request, accounts)] : conversation.listPeople();
}

async function findPerson(
  options: MessageRoutesOptions,
  request: Request,
  as: unknown,
): Promise<Account> {
  const people = await listPeople(options, request);
  const person = people.find(({ id }) => id === as);
  if (!person) throw new ConsoleRefusal(404, 'person_unknown');
  return person;
}

function parseBody<Body>(schema: z.ZodType<Body>, body: unknown): Body {
  // Express leaves the body undefined when its content type is not JSON.
  if (body === undefined) throw new ConsoleRefusal(415, 'body_not_json');
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ConsoleRefusal(400, 'body_invalid');
  return parsed.data;
}
