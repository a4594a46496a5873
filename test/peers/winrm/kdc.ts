/** A Kerberos realm of its own for a test: MIT's KDC on 127.0.0.1, two principals, a keytab for each. */
import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';
import { startOwnProcess } from '#test/helpers/peers/own-process.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const execute = promisify(execFile);
const realm = 'LAB.EXAMPLE';
export const kerberosUser = `svc-drover@${realm}`;

export interface Kdc extends AsyncDisposable {
  /** What a process of the realm needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Of HTTP/localhost. */
  readonly serviceKeytab: string;
  /** Of the user: who has it needs no password. */
  readonly userKeytab: string;
  readonly cache: string;
}

export async function startKdc(): Promise<Kdc> {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(createTemporaryFolder('kdc'));
  chmodSync(folder, 0o755); // Apache's workers read the service's keytab
  const port = await findFreePort();
  const [config, profile] = [join(folder, 'krb5.conf'), join(folder, 'kdc.conf')];
  writeFileSync(config, toClientConfig(port));
  writeFileSync(profile, toKdcConfig(folder, port));
  const env = { KRB5_CONFIG: config, KRB5_KDC_PROFILE: profile };
  const run = (program: string, ...args: string[]) =>
    execute(`/usr/sbin/${program}`, args, { env: { ...process.env, ...env } });
  const administer = (query: string) => run('kadmin.local', '-r', realm, '-q', query);

  await run('kdb5_util', 'create', '-s', '-W', '-r', realm, '-P', 'master-key');
  const serviceKeytab = join(folder, 'service.keytab');
  const userKeytab = join(folder, 'user.keytab');
  for (const [principal, keytab] of [
    ['HTTP/localhost', serviceKeytab],
    [kerberosUser, userKeytab],
  ]) {
    await administer(`addprinc -randkey ${principal}`);
    await administer(`ktadd -k ${keytab} ${principal}`);
  }
  chmodSync(serviceKeytab, 0o644);
  const args = ['--pdeathsig=SIGTERM', '--', '/usr/sbin/krb5kdc', '-n', '-r', realm];
  stack.use(
    await startOwnProcess({ command: 'setpriv', args, env, ready: /commencing operation/ }),
  );
  const opened = stack.move();
  return {
    env,
    serviceKeytab,
    userKeytab,
    cache: join(folder, 'cache'),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function toClientConfig(port: number): string {
  return `[libdefaults]
  default_realm = ${realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  ${realm} = {
    kdc = 127.0.0.1:${port}
  }
[domain_realm]
  localhost = ${realm}
`;
}

function toKdcConfig(folder: string, port: number): string {
  return `[kdcdefaults]
  kdc_listen = 127.0.0.1:${port}
  kdc_tcp_listen = 127.0.0.1:${port}
[realms]
  ${realm} = {
    database_name = ${folder}/principal
    key_stash_file = ${folder}/stash
    acl_file = ${folder}/acl
    supported_enctypes = aes256-cts-hmac-sha1-96:normal
  }
[logging]
  kdc = STDERR
  default = STDERR
`;
}
