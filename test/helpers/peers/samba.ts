/**
 * A real Active Directory domain for a test: Samba's domain controllers as plain processes on addresses of 127/8.
 *
 * The ports of LDAP are fixed and privileged, hence one address a controller, and root.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { Client } from 'ldapts';
import { makeServerCertificate } from '#test/peers/samba/certificates.ts';
import { administrator, serverName } from '#test/peers/samba/domain.ts';
import { toSmbConf } from '#test/peers/samba/smb-conf.ts';
import { copyDomain, modifyOffline, prepareTemplate, runTool } from '#test/peers/samba/template.ts';
import { type OwnProcess, startOwnProcess } from './own-process.ts';
import { createTemporaryFolder, findFastFolder } from './temporary-folder.ts';

export interface Domain extends AsyncDisposable {
  /** PEM of the authority behind the controllers' certificates. */
  readonly caFile: string;
  readonly controllers: readonly DomainController[];
  /** Works as Administrator on the first controller. */
  change<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** Applies LDIF records on the first controller as the system itself. */
  applyLdif(...records: readonly string[]): Promise<void>;
  /** Adds an access control entry in SDDL in front of an object's others. */
  addAccessEntry(dn: string, sddl: string): Promise<void>;
}

export interface DomainController {
  /** `127.x.y.z:636` */
  readonly server: string;
  readonly pid: number;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops the process where it is: connections stay, and nothing is answered. */
  freeze(): void;
  thaw(): void;
}

export interface DomainOptions {
  /** Copies of one database, each frozen as it was when the domain started: a replica that lags for ever. */
  readonly controllers?: number;
  /** Their certificates ended long ago. */
  readonly isExpired?: boolean;
}

/** Starts the seeded domain (test/peers/samba/seed.ts); it goes when disposed of, and with this process. */
export async function startDomain(options: DomainOptions = {}): Promise<Domain> {
  const template = await prepareTemplate();
  await using stack = new AsyncDisposableStack();
  const controllers: Running[] = [];
  for (let count = options.controllers ?? 1; count > 0; count -= 1) {
    controllers.push(stack.use(await startController(template, options.isExpired ?? false)));
  }
  const [first] = controllers;
  if (!first) throw new Error('a domain needs a controller');
  const opened = stack.move();
  return {
    caFile: join(first.folder, 'tls/ca.pem'),
    controllers,
    change: (work) => workAsAdministrator(first, work),
    applyLdif: async (...records) => {
      const file = join(first.folder, 'change.ldif');
      writeFileSync(file, `${records.join('\n\n')}\n`);
      await modifyOffline(first.folder, file);
    },
    addAccessEntry: (dn, sddl) =>
      runTool([
        ...['dsacl', 'set', '-H', join(first.folder, 'private/sam.ldb')],
        ...['-s', join(first.folder, 'etc/smb.conf'), `--objectdn=${dn}`, `--sddl=${sddl}`],
      ]),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

interface Running extends DomainController, AsyncDisposable {
  readonly folder: string;
  readonly address: string;
}

async function startController(template: string, isExpired: boolean): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(createTemporaryFolder('samba', findFastFolder()));
  const address = await findFreeAddress();
  copyDomain(template, folder);
  writeFileSync(join(folder, 'etc/smb.conf'), toSmbConf(folder, address));
  await makeServerCertificate({ folder: join(folder, 'tls'), address, isExpired });
  let running: OwnProcess | undefined = await runSamba(folder, address);
  const stop = async () => {
    if (running) process.kill(running.pid, 'SIGCONT');
    await running?.stop();
    running = undefined;
  };
  stack.defer(stop);
  const signal = (name: NodeJS.Signals) => {
    if (running) process.kill(running.pid, name);
  };
  const opened = stack.move();
  return {
    folder,
    address,
    server: `${address}:636`,
    get pid() {
      return running?.pid ?? 0;
    },
    stop,
    start: async () => {
      running ??= await runSamba(folder, address);
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** It does within a second of its ready line; a busy machine needs many times that. */
const ANSWERS_WITHIN_MS = 120_000;

/** One process for everything; it ends with its standard input, and with this process even by kill -9. */
async function runSamba(folder: string, address: string): Promise<OwnProcess> {
  const started = await startOwnProcess({
    command: 'setpriv',
    args: [
      ...['--pdeathsig=SIGTERM', '--', 'samba', '--foreground', '--no-process-group'],
      ...['--model=single', '--debug-stdout', '-d', '1', '-s', join(folder, 'etc/smb.conf')],
    ],
    ready: /using 'single' process model/,
  });
  const until = performance.now() + ANSWERS_WITHIN_MS;
  while (!(await answers(address))) {
    if (performance.now() > until) {
      await started.stop();
      throw new Error(`Samba does not answer on ${address}:636`);
    }
    await wait(20);
  }
  return started;
}

function answers(address: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: address, port: 636, rejectUnauthorized: false, timeout: 2_000 });
  for (const [event, isReady] of [
    ['secureConnect', true],
    ['error', false],
    ['timeout', false],
  ] as const)
    socket.once(event, () => {
      socket.destroy();
      resolve(isReady);
    });
  return promise;
}

/** Of 16 million addresses, one on which nothing listens. */
async function findFreeAddress(): Promise<string> {
  for (;;) {
    const part = () => 1 + Math.floor(Math.random() * 254);
    const address = `127.${part()}.${part()}.${part()}`;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(636, address, () => server.close(() => resolve(true)));
    if (await promise) return address;
  }
}

async function workAsAdministrator<T>(
  { folder, address }: Running,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const tlsOptions = { ca: readFileSync(join(folder, 'tls/ca.pem')), servername: serverName };
  const client = new Client({ url: `ldaps://${address}:636`, tlsOptions, timeout: 20_000 });
  try {
    await client.bind(administrator.user, administrator.password);
    return await work(client);
  } finally {
    await client.unbind();
  }
}
