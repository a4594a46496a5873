/**
 * The terminal transport: windows on this machine, through a socket in the data folder.
 *
 * Speaks to: `drover` on the command line, run by the same user of this machine.
 * Guarantees: a message is acknowledged only once it is committed; a window gets the news of its person only. Where people
 * sign in, a window speaks for who made its token, for as long as that is valid.
 */
import { createServer, type Socket } from 'node:net';
import { claimSocket } from './claim-socket.ts';
import { toSocketPath } from './socket-path.ts';
import { serveWindow, type WindowOptions } from './terminal-window.ts';

export interface TerminalServerOptions extends WindowOptions {
  readonly dataFolder: string;
}

export interface TerminalServer {
  /** Closes all windows at once and waits for what they had begun to store. */
  close(): Promise<void>;
}

const mostWindows = 64;

/** @throws OperationError `storage_in_use`, `storage_unfit` as `claimSocket` says. */
export async function startTerminalServer(options: TerminalServerOptions): Promise<TerminalServer> {
  const windows = new Map<Socket, Promise<void>>();
  const server = createServer((socket) => {
    const served = serveWindow(socket, options).finally(() => windows.delete(socket));
    windows.set(socket, served);
  });
  server.maxConnections = mostWindows;
  await claimSocket(server, toSocketPath(options.dataFolder));
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of windows.keys()) socket.destroy();
      await Promise.all([closed, ...windows.values()]);
    },
  };
}
