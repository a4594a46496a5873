/**
 * Somebody else's judge of logins for a test: Apache over TLS with mod_auth_gssapi, NTLM by gss-ntlmssp and Kerberos by MIT,
 * in front of a WinRM service that trusts it.
 *
 * It checks the NTLMv2 proof, the MIC and the ticket. mod_auth_gssapi does not check channel bindings.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';
import { startOwnProcess } from '#test/helpers/peers/own-process.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';

const modules = '/usr/lib/apache2/modules';

export interface Apache extends AsyncDisposable {
  readonly port: number;
  readonly caPem: string;
}

export interface ApacheOptions {
  /** The WinRM service behind it, over plain HTTP; the user comes to it as `X-User`. */
  readonly upstreamPort: number;
  /** `DOMAIN:user:password` of NTLM. */
  readonly ntlmUser: string;
  readonly kerberos?: {
    readonly env: Readonly<Record<string, string>>;
    readonly serviceKeytab: string;
  };
}

export async function startApache(options: ApacheOptions): Promise<Apache> {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(createTemporaryFolder('apache'));
  chmodSync(folder, 0o755); // its workers are another user's
  const certificate = await makeThrowAwayCertificate();
  writeFileSync(join(folder, 'cert.pem'), certificate.cert);
  writeFileSync(join(folder, 'key.pem'), certificate.key, { mode: 0o600 });
  const userFile = join(folder, 'ntlm-users');
  writeFileSync(userFile, `${options.ntlmUser}\n`, { mode: 0o644 });
  const port = await findFreePort();
  const configFile = join(folder, 'httpd.conf');
  writeFileSync(configFile, toConfig(folder, port, options));
  stack.use(
    await startOwnProcess({
      // At its end Apache ends its whole process group: it needs one of its own.
      command: 'setsid',
      args: [
        ...['setpriv', '--pdeathsig=SIGTERM', '--', '/usr/sbin/apache2'],
        ...['-f', configFile, '-DFOREGROUND', '-k', 'start'],
      ],
      env: {
        NTLM_USER_FILE: userFile,
        ...options.kerberos?.env,
        ...(options.kerberos && { KRB5_KTNAME: options.kerberos.serviceKeytab }),
      },
      ready: /resuming normal operations/,
    }),
  );
  const opened = stack.move();
  return { port, caPem: certificate.cert, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** No GssapiCredStore: it would hide the file of NTLM's users. */
function toConfig(folder: string, port: number, options: ApacheOptions): string {
  const loaded = [
    ...['mpm_prefork', 'authz_core', 'authz_user', 'authn_core', 'auth_gssapi'],
    ...['socache_shmcb', 'ssl', 'proxy', 'proxy_http', 'headers'],
  ].map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`);
  const mechanisms = options.kerberos ? ['ntlmssp', 'krb5'] : ['ntlmssp'];
  return `ServerRoot ${folder}
ServerName localhost
PidFile ${folder}/httpd.pid
ErrorLog "|/bin/cat"
LogLevel notice
Mutex file:${folder}
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
${loaded.join('\n')}
Listen 127.0.0.1:${port}
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 60
StartServers 2
<VirtualHost 127.0.0.1:${port}>
  SSLEngine on
  SSLCertificateFile ${folder}/cert.pem
  SSLCertificateKeyFile ${folder}/key.pem
  ProxyPass /wsman http://127.0.0.1:${options.upstreamPort}/wsman timeout=300
  <Location /wsman>
    AuthType GSSAPI
    AuthName WSMAN
    ${mechanisms.map((name) => `GssapiAllowedMech ${name}`).join('\n    ')}
    GssapiConnectionBound On
    Require valid-user
    RequestHeader set X-User "expr=%{REMOTE_USER}"
  </Location>
</VirtualHost>
`;
}
