/** Whether a host is reached at all, layer by layer: its name, its port, its certificate. Not a byte of HTTP is sent. */
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { isUntrusted, VERIFIED } from '../../trust.ts';
import type { WinrmConfig } from '../winrm/config.ts';
import type { CertificateExamination, Reach, TrustFault } from './examination.ts';

export interface Look {
  readonly reach: Reach;
  readonly certificate?: CertificateExamination;
}

export async function lookAtHost(config: WinrmConfig, now: Date): Promise<Look> {
  const unknown = await findNameFault(config);
  if (unknown) return { reach: { state: 'name_unknown', reason: unknown } };
  const opened = await open(config);
  if ('state' in opened) return { reach: opened };
  const { socket } = opened;
  try {
    if (config.protocol === 'http') return { reach: { state: 'reached' } };
    return judge(socket as TLSSocket, config, now);
  } finally {
    socket.destroy();
  }
}

async function findNameFault({ host, connectTimeoutMs }: WinrmConfig): Promise<string | undefined> {
  if (isIP(host)) return undefined;
  const { promise, resolve } = Promise.withResolvers<string>();
  // The resolver cannot be stopped; Drover does not wait for it longer.
  const timer = setTimeout(() => resolve('ETIMEDOUT'), connectTimeoutMs);
  const found = lookup(host).then(() => undefined, toCode);
  const fault = await Promise.race([promise, found]);
  clearTimeout(timer);
  return fault;
}

function toCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

type Unreached = Extract<Reach, { readonly reason: string }>;

async function open(config: WinrmConfig): Promise<{ readonly socket: Socket } | Unreached> {
  const { promise, resolve } = Promise.withResolvers<{ readonly socket: Socket } | Unreached>();
  const socket = start(config);
  let isConnected = false;
  const end = (state: Unreached['state'], reason: string) => {
    socket.destroy();
    resolve({ state, reason });
  };
  const timer = setTimeout(
    () => end(isConnected ? 'no_tls' : 'silent', `no answer within ${config.connectTimeoutMs} ms`),
    config.connectTimeoutMs,
  );
  socket.once('connect', () => {
    isConnected = true;
  });
  socket.on('error', (error) => {
    const code = toCode(error);
    if (isConnected) end('no_tls', code);
    else end(code === 'ECONNREFUSED' ? 'closed' : 'silent', code);
  });
  socket.once(config.protocol === 'https' ? 'secureConnect' : 'connect', () => resolve({ socket }));
  const opened = await promise;
  clearTimeout(timer);
  return opened;
}

/** Trusts nobody and tells nothing: it only looks. */
function start({ host, port, protocol, ca }: WinrmConfig): Socket {
  if (protocol === 'http') return connectTcp({ host, port });
  return connectTls({
    ...{ host, port, ...VERIFIED, rejectUnauthorized: false },
    ...(isIP(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca }),
  });
}

const OF_DATES: Readonly<Record<string, TrustFault>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not_yet_valid',
};

function judge(socket: TLSSocket, { host, thumbprint }: WinrmConfig, now: Date): Look {
  const shown = socket.getPeerX509Certificate();
  if (!shown) return { reach: { state: 'no_tls', reason: 'no certificate' } };
  const certificate: CertificateExamination = {
    subject: shown.subject.replaceAll('\n', ', '),
    names: listNames(shown.subjectAltName),
    expiresAt: new Date(shown.validTo),
    thumbprint: shown.fingerprint256.replaceAll(':', ''),
  };
  if (thumbprint !== undefined) {
    // A pin takes the place of authorities, names and dates.
    if (thumbprint === certificate.thumbprint) return { reach: { state: 'reached' }, certificate };
    return { reach: { state: 'not_trusted', faults: ['other_thumbprint'] }, certificate };
  }
  const faults = new Set<TrustFault>();
  // Node's types say Error; it is the code of one.
  const code = String(socket.authorizationError ?? '');
  if (!(isIP(host) ? shown.checkIP(host) : shown.checkHost(host))) faults.add('other_name');
  if (certificate.expiresAt < now) faults.add('expired');
  if (new Date(shown.validFrom) > now) faults.add('not_yet_valid');
  const ofDate = OF_DATES[code];
  if (ofDate) faults.add(ofDate);
  else if (isUntrusted(code) && code !== 'ERR_TLS_CERT_ALTNAME_INVALID')
    faults.add('unknown_authority');
  const reach: Reach =
    faults.size === 0 ? { state: 'reached' } : { state: 'not_trusted', faults: [...faults] };
  return { reach, certificate };
}

/** `DNS:hv01, IP Address:10.0.0.1` */
function listNames(text: string | undefined): string[] {
  return (text ?? '')
    .split(', ')
    .flatMap((one) => /^(?:DNS|IP Address):(.+)$/.exec(one)?.[1] ?? []);
}
