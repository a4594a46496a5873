import express, { type Response, Router } from 'express';
import type { z } from 'zod';
import type { PersonRef } from '#core/ports/directory.ts';
import type { ConversationPort, Incoming } from '../conversation/conversation-port.ts';
import { readSubmitData } from '../renderers/adaptive-card.ts';
import { ConsoleRefusal } from './console-refusal.ts';
import { newestShown, type StreamOptions, streamMessages } from './message-stream.ts';
import { SentAction, SentText } from './schema.ts';
import { toWireMessage } from './wire-message.ts';

export interface MessageRoutesOptions extends StreamOptions {
  readonly examples?: readonly string[];
  readonly now?: () => Date;
}

export function createMessageRoutes(options: MessageRoutesOptions): Router {
  const { conversation, toAdaptiveCard, examples = [] } = options;
  const routes = Router();
  const choosePerson = async (as: unknown) => await findPerson(conversation, as);
  routes.get('/people', async (_request, response) => {
    const people = await conversation.listPeople();
    response.json({
      people: people.map(({ id, name, login }) => ({ id, name, login })),
      examples,
    });
  });
  routes.get('/messages', async (request, response) => {
    const person = await choosePerson(request.query.as);
    const views = await conversation.list(person.id, newestShown);
    response.json({ messages: views.map((view) => toWireMessage(view, toAdaptiveCard)) });
  });
  routes.get('/stream', async (request, response) => {
    await streamMessages(response, await choosePerson(request.query.as), options);
  });
  addWrites(routes, options);
  return routes;
}

function addWrites(routes: Router, { conversation, now = () => new Date() }: MessageRoutesOptions) {
  const receive = async (
    sent: { as: string; id: string },
    body: Incoming['body'],
    response: Response,
  ) => {
    const { id: personId } = await findPerson(conversation, sent.as);
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
    await receive(sent, { kind: 'text', text: sent.text }, response);
  });
  routes.post('/actions', readBody, async (request, response) => {
    const sent = parseBody(SentAction, request.body);
    const submitted = readSubmitData({ ...sent.inputs, actionId: sent.actionId });
    if (!submitted) throw new ConsoleRefusal(400, 'body_invalid');
    await receive(sent, { kind: 'action', ...submitted }, response);
  });
}

/** Only who can be switched to: the key is the proof, the choice is free among lab people. */
async function findPerson(conversation: ConversationPort, as: unknown): Promise<PersonRef> {
  const people = await conversation.listPeople();
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
