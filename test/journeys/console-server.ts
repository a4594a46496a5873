/** The real `drover start` in a process of its own, as an operator runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { zone } from './console-window.ts';

const program = fileURLToPath(new URL('../../bot/start.mjs', import.meta.url));

export interface ConsoleServer {
  readonly url: string;
  /** From the spawn to the line with the address. */
  readonly startedInMs: number;
  /** All of standard output until now. */
  output(): string;
  /** All of standard error until now. */
  log(): string;
  /** Resolves with exit code and duration. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<{ code: number | null; tookMs: number }>;
}

export interface ConsoleBed extends AsyncDisposable {
  readonly dataFolder: string;
  /** Starts Drover on the folder, always on the same port; not while another one runs there. */
  start(): Promise<ConsoleServer>;
}

/** A data folder and a port for the Drovers that follow each other in one test; the lab is as it ships, if nothing is said. */
export async function openConsoleBed(configFile?: string): Promise<ConsoleBed> {
  const folder = createTemporaryFolder('console');
  const dataFolder = `${folder.path}/data`;
  const port = await findFreePort();
  let running: ConsoleServer | undefined;
  return {
    dataFolder,
    async start() {
      const config = configFile === undefined ? [] : ['--config', configFile];
      const args = ['start', '--data', dataFolder, '--port', String(port), ...config];
      running = await startServer(args);
      return running;
    },
    async [Symbol.asyncDispose]() {
      await running?.end('SIGKILL');
      folder[Symbol.dispose]();
    },
  };
}

async function startServer(args: readonly string[]): Promise<ConsoleServer> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TZ: zone },
  });
  const output = collect(child.stdout);
  const log = collect(child.stderr);
  const ended = once(child, 'close');
  const url = await Promise.race([findUrl(child, output), ended.then(() => undefined)]);
  if (url === undefined) throw new Error(`Drover did not start:\n${log()}`);
  const startedInMs = performance.now() - startedAt;
  return { url, startedInMs, output, log, end: (signal) => endChild(child, ended, signal) };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

async function findUrl(child: ChildProcess, output: () => string): Promise<string> {
  for (;;) {
    const [url] = /http:\/\/\S+(?=\n)/.exec(output()) ?? [];
    if (url !== undefined) return url;
    await once(child.stdout as NodeJS.ReadableStream, 'data');
  }
}

async function endChild(
  child: ChildProcess,
  ended: Promise<unknown>,
  signal: NodeJS.Signals,
): Promise<{ code: number | null; tookMs: number }> {
  const startedAt = performance.now();
  child.kill(signal);
  await ended;
  return { code: child.exitCode, tookMs: performance.now() - startedAt };
}
