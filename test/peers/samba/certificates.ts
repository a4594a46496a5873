/** An authority of the test domain, and server certificates of it: Samba's own have no name that can be verified. */
import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dnsName, netbiosName, serverName } from './domain.ts';

const execute = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export async function makeAuthority(folder: string): Promise<void> {
  await execute('openssl', [
    ...['req', '-x509', ...newKey, '-days', '3650', '-subj', `/O=Test/CN=${netbiosName} test CA`],
    ...['-keyout', join(folder, 'ca-key.pem'), '-out', join(folder, 'ca.pem')],
    ...['-addext', 'basicConstraints=critical,CA:TRUE'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ]);
}

export interface ServerCertificate {
  readonly folder: string;
  readonly address: string;
  /** It ended yesterday; else it is good for two years. */
  readonly isExpired?: boolean;
}

/** Writes key.pem and cert.pem, made out to the server's name, the domain's and the address. */
export async function makeServerCertificate(wish: ServerCertificate): Promise<void> {
  const [key, request, extensions] = ['key.pem', 'req.pem', 'ext.cnf'].map((name) =>
    join(wish.folder, name),
  ) as [string, string, string];
  await execute('openssl', [
    ...['req', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${serverName}`],
  ]);
  const names = `DNS:${serverName},DNS:${dnsName},IP:${wish.address}`;
  const usage = 'extendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n';
  writeFileSync(extensions, `subjectAltName=${names}\n${usage}`);
  const days = wish.isExpired ? '-1' : '730';
  await execute('openssl', [
    ...['x509', '-req', '-in', request, '-out', join(wish.folder, 'cert.pem'), '-days', days],
    ...['-CA', join(wish.folder, 'ca.pem'), '-CAkey', join(wish.folder, 'ca-key.pem')],
    ...['-CAcreateserial', '-extfile', extensions],
  ]);
  chmodSync(key, 0o600); // Samba refuses a key that others can read
}
