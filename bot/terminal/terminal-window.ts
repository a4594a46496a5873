/** One terminal window: who it speaks for, what it sends, and what is told to it until it goes. */
import type { Socket } from 'node:net';
import { OperationError } from '#core/errors.ts';
import type { Account } from '#core/ports/directory.ts';
import type { ConversationPort } from '../conversation/conversation-port.ts';
import type { TerminalTokens } from '../links/terminal-tokens.ts';
import { createLineWriter, type LineWriter } from './line-writer.ts';
import { lineLimitBytes, protocolVersion, type Refusal, WindowLine } from './protocol.ts';
import { LineFault, readLines } from './read-lines.ts';

export interface WindowOptions {
  readonly conversation: ConversationPort;
  /** What people speak with where they sign in. Absent: lab people, whom a window names. */
  readonly tokens?: TerminalTokens | undefined;
  /** How often it is looked whether the person of an open window may still read along, in milliseconds; a minute. */
  readonly lookAgainMs?: number | undefined;
  /** Told what went wrong inside Drover while it served a window; the window only learns that it did. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

interface Window extends WindowOptions {
  readonly out: LineWriter;
  readonly gone: AbortSignal;
}

/** How many of the newest messages a window is shown first. */
const pastMessages = 50;
const LOOK_AGAIN_MS = 60_000;
const farewellMs = 2_000;

class WindowRefused extends Error {
  override readonly name = 'WindowRefused';
  readonly code: Refusal;

  constructor(code: Refusal, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** Resolves when the window is gone; a window that breaks off or misbehaves hurts nobody but itself. */
export async function serveWindow(socket: Socket, options: WindowOptions): Promise<void> {
  const gone = new AbortController();
  socket.on('error', () => gone.abort()); // a reader that went away; `close` follows
  socket.on('close', () => gone.abort());
  let catchUp = (_dropped: number) => {};
  const out = createLineWriter(socket, gone.signal, (dropped) => catchUp(dropped));
  const window: Window = { ...options, out, gone: gone.signal };
  try {
    const lines = readLines(socket, lineLimitBytes);
    const speaker = await greet(await lines.next(), window);
    const { person } = speaker;
    catchUp = (dropped) => void tellDropped(person, dropped, window).catch(() => socket.destroy());
    await showPast(person, window);
    lookAgain(socket, speaker, window);
    for await (const line of lines) await take(toLine(line), speaker, window);
    socket.end();
  } catch (error) {
    sendAway(socket, error, window);
  } finally {
    gone.abort();
  }
}

interface Speaker {
  readonly person: Account;
  readonly token?: string | undefined;
}

async function greet(first: IteratorResult<string>, window: Window): Promise<Speaker> {
  if (first.done) throw new WindowRefused('hello_missing');
  const hello = toLine(first.value);
  if (hello.type !== 'hello') throw new WindowRefused('hello_missing');
  if (hello.protocol !== protocolVersion) throw new WindowRefused('protocol_unknown');
  const { token } = hello;
  const person = window.tokens
    ? await findByToken(token, window.tokens)
    : await findLabPerson(hello.as, window);
  const { id, name, login } = person;
  await window.out.reply({ type: 'welcome', person: { id, name, login } });
  return { person, token };
}

async function findLabPerson(as: string | undefined, { conversation }: Window): Promise<Account> {
  if (as === undefined) throw new WindowRefused('lab_people');
  const person = await conversation.findPerson(as).catch(throwNotReachable);
  if (person === undefined) throw new WindowRefused('person_unknown');
  return person;
}

async function findByToken(token: string | undefined, tokens: TerminalTokens): Promise<Account> {
  if (token === undefined) throw new WindowRefused('people_sign_in');
  const person = await tokens.findPerson(token).catch(throwNotReachable);
  if (person) return person;
  await tokens.noteRefused();
  throw new WindowRefused('token_not_accepted');
}

function throwNotReachable(cause: unknown): never {
  if (isNotReachable(cause)) throw new WindowRefused('directory_not_reachable', { cause });
  throw cause;
}

function isNotReachable(error: unknown): boolean {
  return error instanceof OperationError && error.code === 'directory_not_reachable';
}

/** Who was disabled, or ended the token, gets no more news, also where nothing is typed. */
function lookAgain(socket: Socket, { token }: Speaker, window: Window): void {
  const { tokens, gone, lookAgainMs = LOOK_AGAIN_MS } = window;
  if (!tokens || token === undefined) return;
  const look = async () => {
    const isAllowed = (await tokens.findPerson(token)) !== undefined;
    if (!isAllowed) sendAway(socket, new WindowRefused('token_not_accepted'), window);
  };
  // A directory that does not answer says nothing against anybody; a command is refused meanwhile.
  const tell = (error: unknown) => isNotReachable(error) || window.onFault?.(error);
  const timer = setInterval(() => void look().catch(tell), lookAgainMs).unref();
  gone.addEventListener('abort', () => clearInterval(timer));
}

/** News is watched before the past is read: a message may come twice, but none is missed. */
async function showPast(person: Account, window: Window): Promise<void> {
  window.conversation.watch(
    person.id,
    (message) => window.out.push({ type: 'message', isPast: false, message }),
    window.gone,
  );
  await tellPast(person, window);
}

async function tellPast(person: Account, { conversation, out }: Window): Promise<void> {
  for (const message of await conversation.list(person.id, pastMessages)) {
    await out.reply({ type: 'message', isPast: true, message });
  }
  await out.reply({ type: 'caught_up' });
}

async function tellDropped(person: Account, count: number, window: Window): Promise<void> {
  await window.out.reply({ type: 'dropped', count });
  await tellPast(person, window);
}

async function take(line: WindowLine, speaker: Speaker, window: Window): Promise<void> {
  if (line.type === 'hello') throw new WindowRefused('line_not_understood');
  const { person, token } = speaker;
  if (window.tokens && !(await window.tokens.isValid(token ?? '')))
    throw new WindowRefused('token_not_accepted');
  const { key } = line;
  let isNew: boolean;
  try {
    isNew = await window.conversation.receive({
      transport: 'terminal',
      dedupeKey: key,
      personId: person.id,
      place: person.id,
      sentAt: line.sentAt,
      body:
        line.type === 'say'
          ? { kind: 'text', text: line.text }
          : { kind: 'action', actionId: line.actionId, inputs: line.inputs },
    });
  } catch (error) {
    window.onFault?.(error);
    return await window.out.reply({ type: 'not_stored', key });
  }
  await window.out.reply({ type: 'ack', key, isNew });
}

function toLine(line: string): WindowLine {
  try {
    return WindowLine.parse(JSON.parse(line));
  } catch (cause) {
    throw new WindowRefused('line_not_understood', { cause });
  }
}

/** Says why, where the window did something wrong, and closes. */
function sendAway(socket: Socket, error: unknown, window: Window): void {
  const isOwnFault = error instanceof WindowRefused || error instanceof LineFault;
  if (!isOwnFault) {
    if (!window.gone.aborted) window.onFault?.(error);
    socket.destroy();
    return;
  }
  socket.end(`${JSON.stringify({ type: 'refused', code: error.code })}\n`);
  // What it still sends is read and dropped: closing on unread bytes could lose the answer.
  socket.resume();
  socket.setTimeout(farewellMs, () => socket.destroy());
}
