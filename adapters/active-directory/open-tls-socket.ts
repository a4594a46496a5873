import { X509Certificate } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { type ServerAddress, toServerName } from './config.ts';
import { LdapError } from './faults.ts';

export interface Trust {
  /** PEM; only what it vouches for is trusted. */
  readonly ca: string;
  readonly servername: string | undefined;
}

/**
 * Checks that a PEM file holds certificates. Node takes an empty list of authorities for "the system's", so that a file
 * without any would trust the whole world.
 *
 * @throws Error naming the file.
 */
export function readAuthorities(pem: string, file: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Error(`${file} holds no certificate in PEM`);
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch (cause) {
      throw new Error(`${file} holds a certificate that cannot be read`, { cause });
    }
  }
  return blocks.join('\n');
}

const UNTRUSTED =
  /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;

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
    minVersion: 'TLSv1.2',
    // Said here so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
    rejectUnauthorized: true,
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
  if (UNTRUSTED.test(code)) return new LdapError('not_trusted', `${code}: ${toLine(error)}`);
  return new LdapError('not_connected', `${code} at ${server}`);
}

function toLine({ message }: Error): string {
  return message.replace(/\s+/g, ' ').slice(0, 200);
}
