/**
 * Slack's requests over HTTP: Bolt's receiver reads and verifies them.
 *
 * Bolt's App is left out: it tells Slack that an event arrived before anything was stored. Bolt refuses requests that are
 * too old, and this door those from the future too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type App, HTTPReceiver, type ReceiverEvent } from '@slack/bolt';
import type { RefusalCode, TellRefused } from '../conversation/refusal.ts';
import type { AnswerBody } from './answer-body.ts';
import type { Door } from './door.ts';
import { createQuietLogger } from './slack-api.ts';

export interface HttpDoorOptions {
  readonly signingSecret: string;
  readonly host: string;
  readonly port: number;
  readonly answerBody: AnswerBody;
  readonly tellRefused: TellRefused;
  readonly now: () => Date;
  readonly onFault: (error: unknown) => void;
}

export const slackPath = '/slack/events';

/** Slack's own bodies are far smaller; a view of 250 KB is the largest thing there is. */
const bodyLimitBytes = 512 * 1024;
/** On both sides of now. */
const signedWithinMs = 5 * 60_000;

export async function openHttpDoor(options: HttpDoorOptions): Promise<Door> {
  const { signingSecret, host, port, answerBody, now, onFault } = options;
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: slackPath,
    bodyLimit: bodyLimitBytes,
    logger: createQuietLogger(),
    customPropertiesExtractor: ({ headers }) => ({
      signedAtMs: Number(headers['x-slack-request-timestamp']) * 1000,
    }),
    dispatchErrorHandler: ({ response }) => void response.writeHead(404).end(),
    async processEventErrorHandler({ error, response }) {
      onFault(error);
      if (!response.headersSent)
        response.writeHead(error instanceof FromTheFuture ? 401 : 503).end();
      return false;
    },
    unhandledRequestHandler({ response }) {
      if (!response.headersSent) response.writeHead(503).end();
    },
  });
  const processEvent = async ({ body, ack, customProperties }: ReceiverEvent) => {
    const isPresent = customProperties?.signedAtMs <= now().getTime() + signedWithinMs;
    if (!isPresent) throw new FromTheFuture();
    await ack(await answerBody(body));
  };
  receiver.init({ processEvent } as App);
  const server = await receiver.start({ host, port });
  server.on('request', (request, response) => {
    // Bolt says to nobody what it refused, except by its answer.
    response.once('close', () => {
      const code = findRefusal(request, response, now());
      if (code) options.tellRefused({ code });
    });
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}${slackPath}`,
    isOpen: () => server.listening,
    async close() {
      const closed = receiver.stop();
      server.closeIdleConnections();
      await closed;
    },
  };
}

/** Nothing else of such a request is believed. Undefined for what was taken, and for what is not this door's. */
function findRefusal(
  { headers }: IncomingMessage,
  { statusCode, headersSent }: ServerResponse,
  now: Date,
): RefusalCode | undefined {
  if (!headersSent) return undefined; // it was cut before it could be refused
  const isSigned = headers['x-slack-signature'] !== undefined;
  if (statusCode === 413) return 'too_large';
  if (statusCode === 400) return 'malformed';
  // Of all that is not signed, Bolt answers only the probe so.
  if (statusCode === 200) return isSigned ? undefined : 'ssl_check';
  if (statusCode !== 401) return undefined;
  const apartMs = now.getTime() - Number(headers['x-slack-request-timestamp']) * 1000;
  return isSigned && Math.abs(apartMs) > signedWithinMs ? 'replayed' : 'unsigned';
}

class FromTheFuture extends Error {
  override readonly name = 'FromTheFuture';
}
