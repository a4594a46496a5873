import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from './find-free-port.ts';
import { type OwnProcess, startOwnProcess } from './own-process.ts';
import { createTemporaryFolder, findFastFolder } from './temporary-folder.ts';
import type { ThrowAwayCertificate } from './throw-away-certificate.ts';

export interface PostgresOptions {
  /** Off is faster and proves nothing about a power cut. Default: on. */
  readonly fsync?: boolean;
  /** With it the server speaks TLS too. */
  readonly certificate?: ThrowAwayCertificate;
  /** Settings for the server, by name: `{ max_connections: '20' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where its data lies; default: in memory, if there is room. A kill spares both; for a real disk's pace give `tmpdir()`. */
  readonly parentFolder?: string;
}

/** `fast` rolls back and ends in order; `immediate` ends as a crash would, and recovers at the next start. */
export type StopMode = 'fast' | 'immediate';

export interface Postgres extends AsyncDisposable {
  /** Of the database `postgres`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Creates an empty database under a name of its own and gives its URL. */
  createDatabase(): Promise<string>;
  /** Runs one statement with psql, a client that is not ours; a line a row, fields parted by `|`. */
  query(statement: string, url?: string): Promise<readonly string[]>;
  /** Ends the server if it runs and starts it again on the same port and data. */
  restart(mode?: StopMode): Promise<void>;
  stop(mode?: StopMode): Promise<void>;
}

const user = 'drover';
const signals = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

export function isPostgresPresent(): boolean {
  return findBinaries() !== undefined;
}

/** Starts a PostgreSQL cluster of its own for a test, on 127.0.0.1; its data goes when disposed of. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const binaries = findBinaries();
  if (binaries === undefined)
    throw new Error('PostgreSQL is not installed: npm run peers -- install');
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(
    createTemporaryFolder('postgres', options.parentFolder ?? findFastFolder()),
  );
  const password = randomBytes(9).toString('base64url');
  const dataFolder = createCluster(binaries, folder.path, password);
  if (options.certificate) putCertificate(dataFolder, options.certificate);
  const port = await findFreePort();
  const start = () => startServer({ binaries, dataFolder, port, options });
  let server = await start();
  const stop = (mode: StopMode = 'fast') => server.stop(signals[mode]);
  stack.defer(() => stop('immediate'));
  const opened = stack.move();
  return {
    ...createClient(binaries, (name) => toUrl(port, password, name)),
    port,
    get pid() {
      return server.pid;
    },
    restart: async (mode) => {
      await stop(mode);
      server = await start();
    },
    stop,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function toUrl(port: number, password: string, database: string): string {
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
}

function createClient(
  binaries: string,
  urlOf: (database: string) => string,
): Pick<Postgres, 'url' | 'createDatabase' | 'query'> {
  let databases = 0;
  const url = urlOf('postgres');
  return {
    url,
    createDatabase: async () => {
      databases += 1;
      const name = `test_${process.pid}_${databases}`;
      const args = ['--maintenance-db', url, name];
      await promisify(execFile)(join(binaries, 'createdb'), args);
      return urlOf(name);
    },
    query: (statement, of = url) => runStatement(binaries, of, statement),
  };
}

/** The newest installed version; Debian keeps several side by side and none on PATH. */
function findBinaries(): string | undefined {
  const versions = globSync('/usr/lib/postgresql/*/bin').filter((path) =>
    existsSync(join(path, 'initdb')),
  );
  return versions.sort((a, b) => versionOf(b) - versionOf(a))[0];
}

function versionOf(path: string): number {
  return Number(path.split('/')[4]);
}

/** PostgreSQL refuses to run as root; and it should end with this process, even by kill -9. */
function asPostgres(command: string, args: readonly string[]): [string, string[]] {
  const asUser = isRoot() ? ['--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
  return ['setpriv', [...asUser, '--pdeathsig=SIGQUIT', '--', command, ...args]];
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function createCluster(binaries: string, folder: string, password: string): string {
  const dataFolder = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  mkdirSync(dataFolder, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (isRoot()) giveToPostgres([folder, dataFolder, passwordFile]);
  const options = ['--username', user, '--auth=scram-sha-256', '--pwfile', passwordFile];
  const text = ['--encoding=UTF8', '--locale=C.UTF-8'];
  const [command, args] = asPostgres(join(binaries, 'initdb'), [
    ...['--pgdata', dataFolder, '--no-sync', '--no-instructions', ...options, ...text],
  ]);
  execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  return dataFolder;
}

/** Under the names that the server looks for in its data folder. */
function putCertificate(dataFolder: string, { cert, key }: ThrowAwayCertificate): void {
  const [certFile, keyFile] = [join(dataFolder, 'server.crt'), join(dataFolder, 'server.key')];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
  if (isRoot()) giveToPostgres([certFile, keyFile]);
}

function giveToPostgres(paths: readonly string[]): void {
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })),
  );
  for (const path of paths) chownSync(path, uid ?? 0, gid ?? 0);
}

interface StartServer {
  readonly binaries: string;
  readonly dataFolder: string;
  readonly port: number;
  readonly options: PostgresOptions;
}

function startServer({ binaries, dataFolder, port, options }: StartServer): Promise<OwnProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: options.fsync === false ? 'off' : 'on',
    ssl: options.certificate ? 'on' : 'off',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = asPostgres(join(binaries, 'postgres'), ['-D', dataFolder, ...flags]);
  const ready = /database system is ready to accept connections/;
  return startOwnProcess({ command, args, cwd: dataFolder, ready, stopSignal: signals.fast });
}

async function runStatement(
  binaries: string,
  url: string,
  statement: string,
): Promise<readonly string[]> {
  const args = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1'];
  const { stdout } = await promisify(execFile)(join(binaries, 'psql'), [
    ...args,
    '-c',
    statement,
    url,
  ]);
  return stdout === '' ? [] : stdout.replace(/\n$/, '').split('\n');
}
