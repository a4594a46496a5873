import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface ThrowAwayCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Makes a key and a self-signed certificate for 127.0.0.1 and localhost. */
export async function makeThrowAwayCertificate(days = 2): Promise<ThrowAwayCertificate> {
  const { stdout } = await promisify(execFile)('openssl', [
    ...['req', '-x509', '-nodes', '-days', String(days), '-subj', '/CN=127.0.0.1'],
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
    ...['-keyout', '-', '-out', '-'],
  ]);
  const split = stdout.indexOf('-----BEGIN CERTIFICATE');
  return { key: stdout.slice(0, split), cert: stdout.slice(split) };
}
