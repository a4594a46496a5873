/** A Drover under torture, as its parent sees it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { HOLDING, WOKEN } from './die-at-seam.ts';

/** Spares each start a second of the first one's work; made for this run. */
const cache = createTemporaryFolder('torture-cache');
process.on('exit', () => cache[Symbol.dispose]());

const program = fileURLToPath(new URL('server.ts', import.meta.url));

export interface DroverOptions {
  readonly configFile: string;
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly seam?: string | undefined;
  readonly control?: string | undefined;
}

export interface Stopped {
  readonly code: number | null;
  readonly tookMs: number;
}

export interface DroverProcess {
  /** Resolves when it listens; rejects when it ends before. */
  readonly runs: Promise<void>;
  /** It stands still at its seam. */
  readonly holds: Promise<void>;
  /** What was frozen in it has ended. */
  readonly woken: Promise<void>;
  /** However it ends. */
  readonly ended: Promise<unknown>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and `kill -9` after 15 seconds. */
  stop(): Promise<Stopped>;
  /** What it logged: warnings and errors, the newest 20. */
  readonly log: readonly string[];
}

const STOP_AT_MOST_MS = 15_000;
const KEPT_LINES = 20;

export function startDroverProcess(options: DroverOptions): DroverProcess {
  const child = spawn(process.execPath, [program, ...toArguments(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_NO_WARNINGS: '1', NODE_COMPILE_CACHE: cache.path, ...options.env },
  });
  const ended = once(child, 'close');
  const log = keepLines(child);
  const said = (text: string) => waitForLine(child, text);
  const runs = Promise.race([said('Drover runs'), ended.then(() => tellEarlyEnd(log))]);
  // Nobody may wait for it: one that is killed while it starts is no fault.
  runs.catch(() => undefined);
  return {
    ...{ runs, holds: said(HOLDING), woken: said(WOKEN), ended, log },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop: () => stop(child, ended),
  };
}

function toArguments({ configFile, dataFolder, seam, control }: DroverOptions): string[] {
  return [
    ...['--config', configFile, '--data', dataFolder],
    ...(seam ? ['--seam', seam] : []),
    ...(control ? ['--control', control] : []),
  ];
}

function keepLines({ stderr }: ChildProcess): readonly string[] {
  const lines: string[] = [];
  if (stderr) {
    createInterface({ input: stderr }).on('line', (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
    });
  }
  return lines;
}

function waitForLine({ stdout }: ChildProcess, begin: string): Promise<void> {
  return new Promise((resolve) => {
    if (!stdout) return;
    createInterface({ input: stdout }).on('line', (line) => line.startsWith(begin) && resolve());
  });
}

function tellEarlyEnd(log: readonly string[]): never {
  throw new Error(`Drover did not start:\n${log.join('\n')}`);
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<Stopped> {
  const startedAt = performance.now();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_AT_MOST_MS);
  await ended;
  clearTimeout(timer);
  return { code: child.exitCode, tookMs: performance.now() - startedAt };
}
