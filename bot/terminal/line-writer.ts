/** Writes JSON lines to a window and holds no more for a slow reader than a bound. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { ServerLine } from './protocol.ts';

const heldLimitBytes = 1024 * 1024;

export interface LineWriter {
  /** An answer: waits for a slow reader. Rejects when the window is gone. */
  reply(line: ServerLine): Promise<void>;
  /** News: left out for a slow reader, who is told once there is room. */
  push(line: ServerLine): void;
}

/** `onRoom` is called when the reader has taken all, after news was left out. */
export function createLineWriter(
  socket: Socket,
  signal: AbortSignal,
  onRoom: (dropped: number) => void,
): LineWriter {
  let dropped = 0;
  socket.on('drain', () => {
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    onRoom(count);
  });
  return {
    async reply(line) {
      if (!socket.write(toBytes(line))) await once(socket, 'drain', { signal });
    },
    push(line) {
      if (socket.writableLength > heldLimitBytes) dropped += 1;
      else socket.write(toBytes(line));
    },
  };
}

function toBytes(line: ServerLine): string {
  return `${JSON.stringify(line)}\n`;
}
