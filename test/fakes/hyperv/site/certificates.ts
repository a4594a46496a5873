/**
 * One throw-away authority for a site, and a certificate of it for each host's address.
 *
 * Each is made once a process: a test file opens many sites, and openssl is slow to start on a busy machine.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import type { ThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';

const execute = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

const made = new Map<string, Promise<ThrowAwayCertificate>>();

function makeOnce(key: string, make: () => Promise<ThrowAwayCertificate>) {
  const certificate = made.get(key) ?? make();
  made.set(key, certificate);
  return certificate;
}

export function makeSiteAuthority(): Promise<ThrowAwayCertificate> {
  return makeOnce('authority', makeAuthority);
}

async function makeAuthority(): Promise<ThrowAwayCertificate> {
  using folder = createTemporaryFolder('site-authority');
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder.path, name)) as Pair;
  await execute('openssl', [
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Hyper-V test site'],
    ...['-keyout', key, '-out', cert, '-addext', 'basicConstraints=critical,CA:TRUE'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ]);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

/** One certificate for all these addresses, and its authority. */
export async function makeManyNames(addresses: readonly string[]) {
  const authority = await makeSiteAuthority();
  const names = addresses.map((address) => `IP:${address}`).join();
  return { authority, certificate: await makeCertificate(authority, 'many', names) };
}

export function makeHostCertificate(
  authority: ThrowAwayCertificate,
  { name, address }: { readonly name: string; readonly address: string },
): Promise<ThrowAwayCertificate> {
  const names = `DNS:${name},IP:${address}`;
  return makeOnce(`${names} ${authority.cert}`, () => makeCertificate(authority, name, names));
}

async function makeCertificate(
  authority: ThrowAwayCertificate,
  name: string,
  names: string,
): Promise<ThrowAwayCertificate> {
  using folder = createTemporaryFolder('site-host');
  const at = (name: string) => join(folder.path, name);
  writeFileSync(at('ca-key.pem'), authority.key, { mode: 0o600 });
  writeFileSync(at('ca.pem'), authority.cert);
  await execute('openssl', [
    ...['req', ...newKey, '-keyout', at('key.pem'), '-out', at('request.pem')],
    ...['-subj', `/CN=${name}`],
  ]);
  writeFileSync(
    at('extensions.cnf'),
    `subjectAltName=${names}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`,
  );
  await execute('openssl', [
    ...['x509', '-req', '-in', at('request.pem'), '-out', at('cert.pem'), '-days', '2'],
    ...['-CA', at('ca.pem'), '-CAkey', at('ca-key.pem'), '-CAcreateserial'],
    ...['-extfile', at('extensions.cnf')],
  ]);
  return { key: readFileSync(at('key.pem'), 'utf8'), cert: readFileSync(at('cert.pem'), 'utf8') };
}

type Pair = [string, string];
