import type { Response } from 'express';
import type { PersonRef } from '#core/ports/directory.ts';
import type { ConversationPort, MessageView } from '../conversation/conversation-port.ts';
import type { ConsoleLog } from './console-refusal.ts';
import { type ToAdaptiveCard, toWireMessage } from './wire-message.ts';

export interface StreamOptions {
  readonly conversation: ConversationPort;
  readonly toAdaptiveCard: ToAdaptiveCard;
  readonly log?: ConsoleLog;
  /** Ends the streams. */
  readonly closing: AbortSignal;
}

export const newestShown = 100;

const heartbeatEveryMs = 15_000;
/** A page that does not read is cut off; it comes back and reads the list again. */
const mostUnreadBytes = 1_048_576;

/**
 * Sends one person's new and edited messages, and of the others only ids, for their unread counts.
 *
 * It begins with what comes from now on; the page reads the list once it is open and keeps the higher versions.
 */
export async function streamMessages(
  response: Response,
  person: PersonRef,
  options: StreamOptions,
): Promise<void> {
  const { conversation, toAdaptiveCard } = options;
  const signal = endWith(response, options.closing);
  if (signal.aborted) return;
  const send = createSender(response, signal, options);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  beat(response, signal);
  conversation.watch(
    person.id,
    (view) => send('message', () => toWireMessage(view, toAdaptiveCard)),
    signal,
  );
  await tellOfOthers(conversation, person, send, signal);
}

type Send = (event: string, toContent: () => object) => void;

/** `ConversationPort.watch` must not be thrown at: a card that cannot be drawn ends this stream and is logged. */
function createSender(response: Response, signal: AbortSignal, { log }: StreamOptions): Send {
  return (event, toContent) => {
    if (signal.aborted) return;
    try {
      response.write(`event: ${event}\ndata: ${JSON.stringify(toContent())}\n\n`);
      if (response.writableLength > mostUnreadBytes) response.destroy();
    } catch (error) {
      log?.error({ err: error }, 'console stream');
      response.destroy();
    }
  };
}

async function tellOfOthers(
  conversation: ConversationPort,
  person: PersonRef,
  send: Send,
  signal: AbortSignal,
): Promise<void> {
  const people = await conversation.listPeople();
  for (const other of people.filter(({ id }) => id !== person.id)) {
    if (signal.aborted) return;
    const tell = (views: readonly MessageView[]) =>
      send('others', () => ({ personId: other.id, messageIds: views.map(({ id }) => id) }));
    conversation.watch(other.id, (view) => tell([view]), signal);
    tell(await conversation.list(other.id, newestShown));
  }
}

/** A comment now and then keeps the line open and finds out that nobody listens. */
function beat(response: Response, signal: AbortSignal): void {
  const timer = setInterval(() => response.write(': still here\n\n'), heartbeatEveryMs);
  signal.addEventListener('abort', () => clearInterval(timer));
}

function endWith(response: Response, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (response.closed) gone.abort();
  const signal = AbortSignal.any([gone.signal, closing]);
  signal.addEventListener('abort', () => response.end());
  return signal;
}
