/** Which certificates are trusted over TLS, the same for every adapter: what a file of authorities holds, what Node refuses. */
import { X509Certificate } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';

/** Said by each connection, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing. */
export const VERIFIED = {
  minVersion: 'TLSv1.2',
  rejectUnauthorized: true,
} as const satisfies ConnectionOptions;

/**
 * Checks that a PEM text holds certificates. Node takes an empty list of authorities for "the system's", so that a text
 * without any would trust whoever those trust.
 *
 * @throws Error with `name`, that of the file or setting.
 */
export function readAuthorities(pem: string, name: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Error(`${name} holds no certificate in PEM`);
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch (cause) {
      throw new Error(`${name} holds a certificate that cannot be read`, { cause });
    }
  }
  return blocks.join('\n');
}

const UNTRUSTED =
  /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;

/**
 * Whether an error's code says that the certificate was refused, and not that the connection failed.
 *
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
export function isUntrusted(code: string): boolean {
  return UNTRUSTED.test(code);
}
