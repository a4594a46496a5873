import { connect, type TLSSocket } from 'node:tls';
import { isUntrusted, VERIFIED } from '../trust.ts';
import { type ServerAddress, toServerName } from './config.ts';
import { LdapError } from './faults.ts';

export interface Trust {
  /** PEM; only what it vouches for is trusted. */
  readonly ca: string;
  readonly servername: string | undefined;
}

/**
 * Opens a connection whose certificate was verified: authority, name and dates. Before that not a byte is sent.
 *
 * @throws LdapError `not_connected` within `timeoutMs`, `not_trusted`
 */
export function openTlsSocket(
  server: ServerAddress,
  { ca, servername }: Trust,
  timeoutMs: number,
): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const socket = connect({
    ...server,
    ca,
    ...(servername === undefined ? {} : { servername }),
    ...VERIFIED,
  });
  const timer = setTimeout(() => {
    socket.destroy();
    reject(new LdapError('not_connected', `no connection within ${timeoutMs} ms`));
  }, timeoutMs);
  // It stays on until the socket is handed over: an error nobody listens to would end the process.
  socket.on('error', (error) => {
    clearTimeout(timer);
    socket.destroy();
    reject(toConnectError(error, toServerName(server)));
  });
  socket.once('secureConnect', () => {
    clearTimeout(timer);
    // Small questions in a row must not wait for one another; a peer that vanished is to be noticed.
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    resolve(socket);
  });
  return promise;
}

function toConnectError(error: Error, server: string): LdapError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (isUntrusted(code)) return new LdapError('not_trusted', `${code}: ${toLine(error)}`);
  return new LdapError('not_connected', `${code} at ${server}`);
}

function toLine({ message }: Error): string {
  return message.replace(/\s+/g, ' ').slice(0, 200);
}
