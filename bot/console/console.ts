/**
 * The web console: a conversation on one page, served to this machine only.
 *
 * Speaks to: a browser, by fetch and server-sent events, on 127.0.0.1.
 * Guarantees: nothing but the two probes is answered without the key. A message or click goes on with the id that the
 * page gave it, so that a double click or a retry counts once.
 * With a directory people sign in, and each page is its person's alone. Without one whoever has the key is whichever lab
 * person they choose; so lab people are never beside anything real.
 */
import { createServer, type Server } from 'node:http';
import express, { type Express } from 'express';
import type { Card } from '../cards/card.ts';
import type { ConversationPort } from '../conversation/conversation-port.ts';
import type { Accounts } from '../links/accounts.ts';
import { type AccessKey, createAccessKey, refuseStrangers, requireKey } from './access.ts';
import { createAccountRoutes } from './account-routes.ts';
import { answerError, type ConsoleLog, ConsoleRefusal } from './console-refusal.ts';
import { keepKey, makeKey } from './key-file.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';
import { createMessageRoutes } from './message-routes.ts';
import { createPageRoutes } from './page-routes.ts';
import { createProbeRoutes, type Probes } from './probe-routes.ts';
import { setSecurityHeaders } from './security-headers.ts';

export interface ConsoleOptions extends Probes {
  readonly conversation: ConversationPort;
  /** How people sign in. Absent: lab people, between whom whoever has the key may switch. */
  readonly accounts?: Accounts | undefined;
  /** Where people come from elsewhere, through a proxy that ends TLS. */
  readonly publicUrl?: string | undefined;
  /** Draws a card as Adaptive Card 1.5. */
  readonly toAdaptiveCard: (card: Card) => object;
  /** Tried first, then the 20 after it unless it was chosen; 0 takes any free one. */
  readonly port: number;
  readonly isPortChosen?: boolean;
  /** Where the key is kept from one start to the next; left out: each start has its own. */
  readonly keyFile?: string;
  /** Commands that an empty conversation offers to click. */
  readonly examples?: readonly string[];
  readonly log?: ConsoleLog;
  readonly now?: () => Date;
}

export interface Console {
  /** With the key, where there is one: whoever has it may act as any lab person. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the console. @throws Error `EADDRINUSE` when the chosen port is taken, or all 21 are. */
export async function createConsole(options: ConsoleOptions): Promise<Console> {
  const { keyFile } = options;
  const key = createAccessKey(keyFile === undefined ? makeKey() : keepKey(keyFile));
  const closing = new AbortController();
  const app = await createApp(options, key, closing.signal);
  const server = createServer(app);
  const port = await listenOnLoopback(server, options.port, options.isPortChosen);
  return {
    url: `http://127.0.0.1:${port}/${options.accounts ? '' : `?key=${key.text}`}`,
    close: async () => {
      closing.abort();
      await closeServer(server);
    },
  };
}

async function createApp(
  options: ConsoleOptions,
  key: AccessKey,
  closing: AbortSignal,
): Promise<Express> {
  const app = express();
  app.disable('x-powered-by');
  const { accounts, publicUrl } = options;
  // The proxy that ends TLS is on this machine, since nothing else reaches the console.
  if (publicUrl !== undefined) app.set('trust proxy', 'loopback');
  app.use(setSecurityHeaders, refuseStrangers(publicUrl));
  app.use(createProbeRoutes(options));
  const session = accounts && { accounts, isBehindTls: publicUrl !== undefined };
  if (session) app.use('/api', createAccountRoutes(session));
  else app.use(requireKey(key)).get('/api/session', (_, response) => void response.json({}));
  app.use('/api', createMessageRoutes({ ...options, closing }));
  // Nothing in them is anybody's.
  app.use(await createPageRoutes());
  app.use(() => {
    throw new ConsoleRefusal(404, 'not_found');
  });
  app.use(answerError(options.log));
  return app;
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.close((error) => (error ? reject(error) : resolve()));
  server.closeAllConnections();
  await promise;
}
