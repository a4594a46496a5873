import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const furtherPorts = 20;

/** Listens on 127.0.0.1, on `preferred` or, unless that was chosen, the next free port after it; answers which. */
export async function listenOnLoopback(
  server: Server,
  preferred: number,
  isChosen = false,
): Promise<number> {
  const last = preferred === 0 || isChosen ? preferred : Math.min(preferred + furtherPorts, 65_535);
  for (let port = preferred; ; port++) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if (port >= last || !isPortTaken(error)) throw error;
    }
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
