/**
 * The window's side of the terminal transport.
 *
 * Guarantees: a message that was sent is stored once, over any number of broken connections, or said to be not stored.
 * Not covered: starting Drover.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Incoming, MessageView } from '../conversation/conversation-port.ts';
import {
  lineLimitBytes,
  protocolVersion,
  type Refusal,
  ServerLine,
  type WindowLine,
} from '../terminal/protocol.ts';
import { readLines } from '../terminal/read-lines.ts';
import { toSocketPath } from '../terminal/socket-path.ts';
import type { Speaker } from './speaker.ts';

/** The calls come one at a time and in the order in which things happened. */
export interface TerminalListener {
  /** A message, or its next version. `isPast`: it stood there when this window opened. */
  onMessage(message: MessageView, isPast: boolean): void;
  /** All that stood there has been told; once. */
  onCaughtUp?(): void;
  onSettled(key: string, isStored: boolean): void;
  onDropped(count: number): void;
  onLost(): void;
  onBack(): void;
  /** The last call: the server sent this window away, or did not come back. */
  onEnd(reason: Refusal | 'gave_up'): void;
}

export interface TerminalClientOptions {
  readonly dataFolder: string;
  readonly speaker: Speaker;
  readonly listener: TerminalListener;
  /** How long a lost server is waited for. */
  readonly patience?: { readonly everyMs: number; readonly forMs: number } | undefined;
}

export interface TerminalClient {
  readonly person: { readonly id: string; readonly name: string; readonly login: string };
  /** Returns the message's key; `undefined` when it is too long to be sent. */
  send(body: Incoming['body']): string | undefined;
  close(): void;
}

export class NoConversation extends Error {
  override readonly name = 'NoConversation';
  readonly reason: Refusal | 'no_server';

  constructor(reason: NoConversation['reason'], options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

interface Link {
  readonly socket: Socket;
  readonly lines: AsyncGenerator<string>;
  readonly person: TerminalClient['person'];
}

interface State {
  readonly options: TerminalClientOptions;
  /** Sent and not yet acknowledged: key and line, oldest first. */
  readonly unsettled: Map<string, string>;
  /** Newest version of each message that was told. */
  readonly told: Map<string, number>;
  readonly closed: AbortController;
  socket: Socket | undefined;
  isCaughtUp: boolean;
}

/** A Drover that takes the call and then says nothing is as good as none. */
const greetingMs = 10_000;
const defaultPatience = { everyMs: 250, forMs: 30_000 };

/** @throws NoConversation when no Drover runs on the folder, or it refuses this person. */
export async function openTerminalClient(options: TerminalClientOptions): Promise<TerminalClient> {
  const link = await openLink(options);
  const state: State = {
    options,
    unsettled: new Map(),
    told: new Map(),
    closed: new AbortController(),
    socket: link.socket,
    isCaughtUp: false,
  };
  void keepTalking(link, state);
  return {
    person: link.person,
    send: (body) => send(body, state),
    close() {
      state.closed.abort();
      state.socket?.destroy();
    },
  };
}

async function openLink({ dataFolder, speaker }: TerminalClientOptions): Promise<Link> {
  const socket = connect(toSocketPath(dataFolder));
  try {
    socket.setTimeout(greetingMs, () => socket.destroy());
    await once(socket, 'connect');
    socket.on('error', () => socket.destroy()); // ends the reading, which says that it is lost
    socket.write(toBytes({ type: 'hello', protocol: protocolVersion, ...speaker }));
    const lines = readLines(socket);
    const first = await lines.next();
    const line = ServerLine.parse(JSON.parse(first.value ?? 'null'));
    if (line.type !== 'welcome') {
      throw new NoConversation(line.type === 'refused' ? line.code : 'protocol_unknown');
    }
    socket.setTimeout(0);
    return { socket, lines, person: line.person };
  } catch (cause) {
    socket.destroy();
    throw cause instanceof NoConversation ? cause : new NoConversation('no_server', { cause });
  }
}

async function keepTalking(first: Link, state: State): Promise<void> {
  const { listener } = state.options;
  let link: Link | undefined = first;
  while (link !== undefined) {
    const refusal = await listen(link, state);
    state.socket = undefined;
    link.socket.destroy();
    if (state.closed.signal.aborted) return;
    if (refusal !== undefined) return listener.onEnd(refusal);
    listener.onLost();
    link = await reopenLink(state);
    if (link === undefined)
      return state.closed.signal.aborted ? undefined : listener.onEnd('gave_up');
    state.socket = link.socket;
    listener.onBack();
    // The same keys again: what was stored before the connection broke changes nothing.
    for (const line of state.unsettled.values()) link.socket.write(line);
  }
}

async function reopenLink({ options, closed }: State): Promise<Link | undefined> {
  const { everyMs, forMs } = options.patience ?? defaultPatience;
  for (let waitedMs = 0; waitedMs < forMs && !closed.signal.aborted; waitedMs += everyMs) {
    await delay(everyMs, undefined, { signal: closed.signal }).catch(() => {});
    const link = await openLink(options).catch(() => undefined);
    if (link !== undefined && !closed.signal.aborted) return link;
    link?.socket.destroy();
  }
  return undefined;
}

/** Resolves when the connection is gone, with the reason where the server gave one. */
async function listen(link: Link, state: State): Promise<Refusal | undefined> {
  try {
    for await (const text of link.lines) {
      const line = ServerLine.safeParse(JSON.parse(text));
      if (!line.success) return 'protocol_unknown';
      if (line.data.type === 'refused') return line.data.code;
      take(line.data, state);
    }
  } catch (error) {
    if (!isBrokenOff(error)) throw error;
  }
  return undefined;
}

/** Torn in the middle of a line by a server that was killed. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^E|ERR_STREAM/.test(String(error.code));
}

function take(line: ServerLine, state: State): void {
  const { listener } = state.options;
  if (line.type === 'message') takeMessage(line.message, line.isPast && !state.isCaughtUp, state);
  if (line.type === 'dropped') listener.onDropped(line.count);
  if (line.type === 'caught_up' && !state.isCaughtUp) {
    state.isCaughtUp = true;
    listener.onCaughtUp?.();
  }
  if (line.type !== 'ack' && line.type !== 'not_stored') return;
  if (state.unsettled.delete(line.key)) listener.onSettled(line.key, line.type === 'ack');
}

/** An edit that was overtaken by a newer one is old news. */
function takeMessage(message: MessageView, isPast: boolean, state: State): void {
  if ((state.told.get(message.id) ?? Number.NEGATIVE_INFINITY) >= message.version) return;
  state.told.set(message.id, message.version);
  state.options.listener.onMessage({ ...message, sentAt: new Date(message.sentAt) }, isPast);
}

function send(body: Incoming['body'], state: State): string | undefined {
  const key = randomUUID();
  const head = { key, sentAt: new Date() };
  const line = toBytes(
    body.kind === 'text'
      ? { type: 'say', ...head, text: body.text }
      : { type: 'press', ...head, actionId: body.actionId, inputs: { ...body.inputs } },
  );
  if (Buffer.byteLength(line) > lineLimitBytes) return undefined;
  state.unsettled.set(key, line);
  state.socket?.write(line);
  return key;
}

function toBytes(line: WindowLine): string {
  return `${JSON.stringify(line)}\n`;
}
