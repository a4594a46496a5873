/**
 * Slack's requests over HTTP: Bolt's receiver reads and verifies them.
 *
 * Bolt's App is left out: it tells Slack that an event arrived before anything was stored. Bolt refuses requests that are
 * too old, and this door those from the future too.
 */
import type { AddressInfo } from 'node:net';
import { type App, HTTPReceiver, type ReceiverEvent } from '@slack/bolt';
import type { AnswerBody } from './answer-body.ts';
import type { Door } from './door.ts';
import { createQuietLogger } from './slack-api.ts';

export interface HttpDoorOptions {
  readonly signingSecret: string;
  readonly host: string;
  readonly port: number;
  readonly answerBody: AnswerBody;
  readonly now: () => Date;
  readonly onFault: (error: unknown) => void;
}

export const slackPath = '/slack/events';

/** Slack's own bodies are far smaller; a view of 250 KB is the largest thing there is. */
const bodyLimitBytes = 512 * 1024;
const futureMs = 5 * 60_000;

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
    const isPresent = customProperties?.signedAtMs <= now().getTime() + futureMs;
    if (!isPresent) throw new FromTheFuture();
    await ack(await answerBody(body));
  };
  receiver.init({ processEvent } as App);
  const server = await receiver.start({ host, port });
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

class FromTheFuture extends Error {
  override readonly name = 'FromTheFuture';
}
