import https from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { VERIFIED } from '../../trust.ts';

export interface TlsTrust {
  /** PEM; only what it vouches for is trusted. */
  readonly ca?: string | undefined;
  /** SHA-256 in upper-case hexadecimal digits; only this certificate is trusted. */
  readonly thumbprint?: string | undefined;
  readonly maxConnections: number;
}

/** The server showed another certificate than the one that was pinned. Nothing was sent. */
export class WrongCertificate extends Error {
  override readonly name = 'WrongCertificate';
  readonly code = 'WRONG_CERTIFICATE';
  readonly shown: string;

  constructor(shown: string) {
    super(`the server shows the certificate ${shown}`);
    this.shown = shown;
  }
}

/** An agent that keeps connections and never sends a byte over one whose certificate it does not trust. */
export function createTlsAgent({ ca, thumbprint, maxConnections }: TlsTrust): https.Agent {
  const agent = new https.Agent({
    keepAlive: true,
    maxSockets: maxConnections,
    ...VERIFIED,
    ...(ca === undefined ? {} : { ca }),
  });
  if (thumbprint !== undefined) pinCertificate(agent, thumbprint);
  return agent;
}

/** The pin takes the place of the authorities: the connection is handed over only once the certificate is the pinned one. */
function pinCertificate(agent: https.Agent, thumbprint: string): void {
  agent.createConnection = (options, handOver) => {
    const socket = connect({ ...(options as object), rejectUnauthorized: false });
    const fail = (error: Error) => handOver?.(error, socket);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.off('error', fail);
      const shown = findThumbprint(socket);
      if (shown === thumbprint) {
        handOver?.(null, socket);
        return;
      }
      socket.destroy();
      fail(new WrongCertificate(shown));
    });
    return undefined;
  };
}

function findThumbprint(socket: TLSSocket): string {
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '') ?? '';
}
