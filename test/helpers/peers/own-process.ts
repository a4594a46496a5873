import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface OwnProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The line of its output, on either stream, that says it is ready. */
  readonly ready: RegExp;
  readonly readyWithinMs?: number;
  /** How it is asked to end. */
  readonly stopSignal?: NodeJS.Signals;
}

export interface OwnProcess extends AsyncDisposable {
  readonly pid: number;
  /** The match of the ready line. */
  readonly ready: RegExpExecArray;
  /** Asks it to end and waits for that; kills it after 10 seconds. Only ever this one process. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const keptLines = 40;

/**
 * Starts a server as a child of this test and waits for the line that says it is ready.
 *
 * Its standard input stays open as long as this process lives, so that a child that watches it ends
 * with a test that was killed.
 */
export async function startOwnProcess(options: OwnProcessOptions): Promise<OwnProcess> {
  const child = spawn(options.command, options.args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const lines: string[] = [];
  try {
    const ready = await waitForLine(child, lines, options);
    const { pid } = child;
    if (pid === undefined) throw new Error(`${options.command} has no process id`);
    const stop = (signal = options.stopSignal ?? 'SIGTERM') => stopChild(child, signal);
    return { pid, ready, stop, [Symbol.asyncDispose]: () => stop() };
  } catch (cause) {
    await stopChild(child, 'SIGKILL');
    throw new Error(`${options.command} did not start:\n${lines.join('\n')}`, { cause });
  }
}

function waitForLine(
  child: ChildProcess,
  lines: string[],
  { ready, readyWithinMs = 120_000 }: OwnProcessOptions,
): Promise<RegExpExecArray> {
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
  const timer = setTimeout(reject, readyWithinMs, new Error(`not ready in ${readyWithinMs} ms`));
  const read = (line: string) => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    const match = ready.exec(line);
    if (match) resolve(match);
  };
  for (const stream of [child.stdout, child.stderr]) {
    // The reader stays on afterwards: a full pipe would stop the child.
    if (stream) createInterface({ input: stream }).on('line', read);
  }
  child.once('error', reject);
  child.once('close', (code, signal) => reject(new Error(`ended with ${code ?? signal}`)));
  return promise.finally(() => clearTimeout(timer));
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
