import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections (32768 on Linux), which would take such a port at any moment. */
export const FIRST = 20_000;
export const COUNT = 12_000;

const given = new Set<number>();

/**
 * Finds a port that was free a moment ago, for a server that cannot choose one itself.
 *
 * `addresses` are those that it will listen on: what is free on one of 127/8 may be taken on another.
 */
export async function findFreePort(...addresses: readonly string[]): Promise<number> {
  const wanted = addresses.length === 0 ? ['127.0.0.1'] : addresses;
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (given.has(port)) continue;
    const free = await Promise.all(wanted.map((address) => isFree(port, address)));
    if (free.includes(false)) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no port is free between ${FIRST} and ${FIRST + COUNT}`);
}

async function isFree(port: number, address: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, address);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
