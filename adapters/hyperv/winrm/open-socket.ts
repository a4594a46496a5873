/**
 * Opens the socket to a host. Over TLS not a byte of HTTP is sent before its certificate was verified: by authorities, or
 * as the pinned one.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { isUntrusted, readAuthorities, VERIFIED } from '../../trust.ts';
import { RemoteError } from '../remote-scripts.ts';
import type { WinrmConfig } from './config.ts';

export interface HostSocket {
  readonly socket: Socket;
  /** The host's own certificate in DER; `undefined` without TLS. */
  readonly certificate: Buffer | undefined;
}

type Target = Pick<
  WinrmConfig,
  'host' | 'port' | 'protocol' | 'ca' | 'thumbprint' | 'connectTimeoutMs'
>;

/** @throws RemoteError `not_connected`, `not_trusted`, `aborted`; none of them has sent anything. */
export function openSocket(target: Target, signal: AbortSignal): Promise<HostSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<HostSocket>();
  const socket = start(target);
  const fail = (error: RemoteError) => {
    socket.destroy();
    reject(error);
  };
  const abort = () => fail(new RemoteError('aborted', 'not_started', 'aborted'));
  const timer = setTimeout(() => {
    const reason = `no connection to ${toName(target)} within ${target.connectTimeoutMs} ms`;
    fail(new RemoteError('not_connected', 'not_started', reason));
  }, target.connectTimeoutMs);
  // It stays on for the socket's life: an error that nobody listens to would end the process.
  socket.on('error', (error) => fail(toConnectError(error, target)));
  socket.once(target.protocol === 'https' ? 'secureConnect' : 'connect', () => {
    const verified = verify(socket, target);
    if (verified instanceof RemoteError) fail(verified);
    else resolve(verified);
  });
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  });
}

function start({ host, port, protocol, ca, thumbprint }: Target): Socket {
  if (protocol === 'http') return connectTcp({ host, port, noDelay: true });
  return connectTls({
    host,
    port,
    // An address has no place in SNI (RFC 6066 3).
    ...(/^[0-9.]+$/.test(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca: readAuthorities(ca, 'ca') }),
    ...VERIFIED,
    // A pin takes the place of the authorities.
    ...(thumbprint === undefined ? {} : { rejectUnauthorized: false }),
  });
}

function verify(socket: Socket, target: Target): HostSocket | RemoteError {
  socket.setNoDelay(true); // small questions in a row must not wait for one another
  if (target.protocol === 'http') return { socket, certificate: undefined };
  const shown = (socket as TLSSocket).getPeerX509Certificate();
  if (!shown)
    return new RemoteError('not_trusted', 'not_started', `${toName(target)} shows no certificate`);
  const thumbprint = shown.fingerprint256.replaceAll(':', '');
  if (target.thumbprint !== undefined && target.thumbprint !== thumbprint) {
    const reason = `${toName(target)} shows the certificate ${thumbprint}`;
    return new RemoteError('not_trusted', 'not_started', reason);
  }
  return { socket, certificate: shown.raw };
}

function toConnectError(error: Error, target: Target): RemoteError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const isRefused = isUntrusted(code);
  const words = isRefused ? `: ${error.message.replace(/\s+/g, ' ').slice(0, 200)}` : '';
  const reason = `${code} at ${toName(target)}${words}`;
  return new RemoteError(isRefused ? 'not_trusted' : 'not_connected', 'not_started', reason);
}

function toName({ host, port }: Target): string {
  return `${host}:${port}`;
}
