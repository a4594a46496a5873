/**
 * Opens the socket to a host. Over TLS not a byte of HTTP is sent before its certificate was verified: by authorities, or
 * as the pinned one.
 */
import { X509Certificate } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
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
    ...(ca === undefined ? {} : { ca: requireCertificates(ca) }),
    minVersion: 'TLSv1.2',
    // A pin takes the place of the authorities; else NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
    rejectUnauthorized: thumbprint === undefined,
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

/** Node takes an empty list of authorities for "the system's": a text without any would trust the whole world. */
function requireCertificates(pem: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  for (const block of blocks) new X509Certificate(block);
  if (blocks.length === 0) throw new Error('ca holds no certificate in PEM');
  return blocks.join('\n');
}

const UNTRUSTED =
  /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;

function toConnectError(error: Error, target: Target): RemoteError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const isUntrusted = UNTRUSTED.test(code);
  const words = isUntrusted ? `: ${error.message.replace(/\s+/g, ' ').slice(0, 200)}` : '';
  const reason = `${code} at ${toName(target)}${words}`;
  return new RemoteError(isUntrusted ? 'not_trusted' : 'not_connected', 'not_started', reason);
}

function toName({ host, port }: Target): string {
  return `${host}:${port}`;
}
