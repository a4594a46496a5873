/**
 * Slack's bodies over connections that Drover opens (Socket Mode): Bolt's receiver holds the connection.
 *
 * The connection is renewed here and not by Bolt, which waits five seconds before it does, and ends the process when
 * Slack's API does not answer meanwhile. Bolt's App is left out: it acknowledges before anything was stored.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import { within } from '../delivery/within.ts';
import type { AnswerBody } from './answer-body.ts';
import type { Door } from './door.ts';
import { createQuietLogger } from './slack-api.ts';
import { toSlackFault } from './slack-faults.ts';

export interface SocketDoorOptions {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly connections: number;
  readonly answerBody: AnswerBody;
  readonly onFault: (error: unknown) => void;
}

const connectWithinMs = 15_000;
const closeWithinMs = 2_000;
const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** After a try that succeeded: Slack is there, and people wait. */
const shortPauseMs = 1_000;
/** A connection that held so long was a good one: the next try need not wait. */
const goodMs = 10_000;

interface Line {
  isOpen(): boolean;
  close(): Promise<void>;
}

/** Resolves once the first connection stands. @throws OperationError when it cannot be made. */
export async function openSocketDoor(options: SocketDoorOptions): Promise<Door> {
  const lines: Line[] = [];
  const close = async () => {
    await Promise.all(lines.map((line) => line.close()));
  };
  try {
    for (let count = 0; count < options.connections; count += 1) {
      lines.push(await openLine(options));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { isOpen: () => lines.some((line) => line.isOpen()), close };
}

async function openLine(options: SocketDoorOptions): Promise<Line> {
  const { client } = createReceiver(options);
  const ending = new AbortController();
  const { signal } = ending;
  const ended = once(signal);
  let isOpen = false;
  let down = Promise.withResolvers<void>();

  const connect = async () => {
    down = Promise.withResolvers<void>();
    try {
      await within(connectWithinMs, client.start(), signal);
      isOpen = true;
    } catch (error) {
      await hangUp();
      throw toSlackFault(error);
    }
  };
  const hangUp = () => within(closeWithinMs, client.disconnect()).catch(() => undefined);
  client.on('disconnected', () => {
    isOpen = false;
    down.resolve();
  });

  async function tryConnect(): Promise<boolean> {
    try {
      await connect();
      return true;
    } catch (error) {
      if (!signal.aborted) options.onFault(error);
      down.resolve();
      return false;
    }
  }

  async function keep(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      const since = performance.now();
      await Promise.race([down.promise, ended]);
      if (performance.now() - since > goodMs) pauseMs = firstPauseMs;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      if (signal.aborted) return;
      const hasConnected = await tryConnect();
      if (hasConnected) pauseMs = Math.min(pauseMs, shortPauseMs);
    }
  }

  await connect();
  const kept = keep();
  return {
    isOpen: () => isOpen,
    async close() {
      ending.abort();
      await hangUp();
      await kept;
    },
  };
}

function once(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}

function createReceiver({
  appToken,
  apiUrl,
  answerBody,
  onFault,
}: SocketDoorOptions): SocketModeReceiver {
  const logger = createQuietLogger();
  const clientOptions = {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 10_000,
    logger,
  };
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions },
    logger,
    async processEventErrorHandler({ error }) {
      onFault(error);
      return false; // not acknowledged: Slack delivers it again
    },
  });
  const processEvent = async ({ body, ack }: ReceiverEvent) => {
    await ack(await answerBody(body));
  };
  receiver.init({ processEvent } as App);
  return receiver;
}
