/** A window that speaks the bare protocol, rightly or wrongly. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { readLines } from '#bot/terminal/read-lines.ts';
import { toSocketPath } from '#bot/terminal/socket-path.ts';

export interface RawWindow extends AsyncDisposable {
  readonly socket: Socket;
  send(line: unknown): void;
  /** The next line of this type; those before it are skipped. */
  next(type: string): Promise<Record<string, unknown>>;
  /** Resolves when the server has closed. */
  closed(): Promise<void>;
}

export async function openRawWindow(dataFolder: string): Promise<RawWindow> {
  const socket = connect(toSocketPath(dataFolder));
  await once(socket, 'connect');
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  const lines = readLines(socket);
  return {
    socket,
    send: (line) => void socket.write(`${JSON.stringify(line)}\n`),
    async next(type) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`closed before a line of type ${type}`);
        const line = JSON.parse(value) as Record<string, unknown>;
        if (line.type === type) return line;
      }
    },
    async closed() {
      socket.resume();
      await closed;
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await closed;
    },
  };
}

export async function openWindowAs(dataFolder: string, as: string): Promise<RawWindow> {
  const window = await openRawWindow(dataFolder);
  window.send({ type: 'hello', protocol: 1, as });
  await window.next('caught_up');
  return window;
}

export function toSayLine(key: string, text: string): unknown {
  return { type: 'say', key, sentAt: new Date(), text };
}
