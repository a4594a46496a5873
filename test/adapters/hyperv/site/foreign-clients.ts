/** Clients of WinRM that nobody here wrote, each asked to run one thing on a host of a site. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Site, SiteHost } from '#test/fakes/hyperv/site.ts';
import { USERS } from '#test/fakes/hyperv/ws-man-server.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { goWinrmPath } from '#test/peers/winrm/go-client.ts';
import { ansible, curl, python } from '#test/peers/winrm/presence.ts';

export interface Said {
  readonly out?: string;
  readonly err?: string;
  readonly code?: number;
  readonly error?: string;
  /** Of shells. */
  readonly opened?: number;
}

export interface ForeignClients extends Disposable {
  /** `ps` by its `run_ps`, `command` as a line, `shells` only opens so many. */
  pywinrm(ask: {
    readonly ps?: string;
    readonly command?: string;
    readonly shells?: number;
    readonly operationSeconds?: number;
  }): Promise<Said>;
  ansibleRaw(
    script: string,
  ): Promise<{ readonly stdout?: string; readonly rc?: number; readonly msg?: string }>;
  go(login: 'basic' | 'ntlm', command: string, how?: 'powershell'): Promise<Said>;
  /** The HTTP code and the body of an Identify. */
  curlIdentify(): Promise<{ readonly status: string; readonly body: string }>;
}

const driver = fileURLToPath(new URL('../../../peers/winrm/drive-site.py', import.meta.url));
const longestMs = 150_000;

/** Their users: what lies beyond ASCII is one letter for one client and another for the next. */
const administrator = { user: 'LAB\\administrator', password: USERS.administrator };
const ascii = { user: 'ascii', password: USERS.ascii };

export function openForeignClients(
  site: Pick<Site, 'caPem'>,
  { address, port, url }: Pick<SiteHost, 'address' | 'port' | 'url'>,
): ForeignClients {
  const folder = createTemporaryFolder('foreign-clients');
  const at = (name: string) => join(folder.path, name);
  const ca = at('ca.pem');
  writeFileSync(ca, site.caPem);
  return {
    pywinrm: async (ask) => {
      const input = JSON.stringify({ url, ...administrator, ca, ...ask });
      return JSON.parse((await run(python, [driver], { input })).stdout);
    },
    ansibleRaw: async (script) => {
      const inventory = { all: { hosts: { win: toAnsible({ address, port, ca }) } } };
      writeFileSync(at('inventory.json'), JSON.stringify(inventory));
      writeFileSync(at('ansible.cfg'), '');
      const env = {
        ANSIBLE_CONFIG: at('ansible.cfg'),
        ANSIBLE_LOCAL_TEMP: at('tmp'),
        HOME: folder.path,
      };
      const args = ['-i', at('inventory.json'), 'win', '-m', 'raw', '-a', script];
      // Its exit code says whether the host did it; the answer is in the tree.
      await run(ansible, [...args, '-t', at('tree')], { env, mayFail: true });
      return JSON.parse(readFileSync(join(at('tree'), 'win'), 'utf8'));
    },
    go: async (login, command, how) => {
      const args = [login, address, String(port), ca, ascii.user, command, how ?? []].flat();
      const env = { GO_WINRM_PASSWORD: ascii.password };
      return JSON.parse((await run(goWinrmPath, args, { env })).stdout);
    },
    curlIdentify: async () => {
      writeFileSync(at('curl.conf'), `user = "${ascii.user}:${ascii.password}"\n`);
      const { stdout } = await run(curl, [
        ...['-q', '-s', '-K', at('curl.conf'), '--ntlm', '--cacert', ca, '--data', IDENTIFY],
        ...['-H', 'Content-Type: application/soap+xml;charset=UTF-8', '-w', '\n%{http_code}', url],
      ]);
      const end = stdout.lastIndexOf('\n');
      return { status: stdout.slice(end + 1), body: stdout.slice(0, end) };
    },
    [Symbol.dispose]: folder[Symbol.dispose],
  };
}

const IDENTIFY =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>' +
  '<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>';

const toAnsible = (to: {
  readonly address: string;
  readonly port: number;
  readonly ca: string;
}) => ({
  ansible_connection: 'winrm',
  ansible_shell_type: 'powershell',
  ansible_host: to.address,
  ansible_port: to.port,
  ansible_user: administrator.user,
  ansible_password: administrator.password,
  ansible_winrm_transport: 'ntlm',
  ansible_winrm_server_cert_validation: 'validate',
  ansible_winrm_ca_trust_path: to.ca,
});

interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly mayFail?: boolean;
}

async function run(command: string, args: readonly string[], options: RunOptions = {}) {
  const { input = '', env, mayFail = false } = options;
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly stdout: string }>();
  const child = execFile(
    command,
    [...args],
    {
      timeout: longestMs,
      maxBuffer: 8 << 20,
      // requests would take another file of authorities from there
      env: {
        ...process.env,
        REQUESTS_CA_BUNDLE: '',
        CURL_CA_BUNDLE: '',
        LC_ALL: 'C.UTF-8',
        ...env,
      },
    },
    (error, stdout, stderr) => {
      if (error && (!mayFail || typeof error.code !== 'number'))
        reject(new Error(`${command}: ${stderr}${stdout}`, { cause: error }));
      else resolve({ stdout });
    },
  );
  child.stdin?.end(input);
  return await promise;
}
