/**
 * One script in one shell: the command, its standard input, its output to the end.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type RemoteEnd, RemoteError, type RemoteRun, withEnd } from '../remote-scripts.ts';
import { COMMAND_LINE, toStandardInput } from './bootstrap.ts';
import { type OfCommand, SEND_BYTES } from './envelope.ts';
import { createLineReader } from './line-reader.ts';
import type { ShellCalls } from './shell.ts';

/** The shell that a script runs in, and what has to be known to end both. */
export interface ShellInUse {
  readonly shellId: string;
  /** Requests on this shell: a text shell gives none of them back to the quota before its end (MS-WSMV 3.1.4.12). */
  operations: number;
  /** A command that nobody has ended yet. */
  commandId: string | undefined;
}

/** @throws RemoteError `not_started` or `refused` on the host's own word that it did not begin, else `unknown` */
export async function runInShell(
  calls: ShellCalls,
  shell: ShellInUse,
  run: RemoteRun,
): Promise<RemoteEnd> {
  const of = await startCommand(calls, shell, run.signal);
  try {
    await sendInput(calls, shell, { of, run });
    return { exitCode: await receiveAll(calls, shell, { of, run }) };
  } catch (error) {
    // From the command on the host may have run it, all of it, whatever is said of one request.
    if (error instanceof RemoteError) throw withEnd(error, 'unknown');
    throw error;
  }
}

async function startCommand(
  calls: ShellCalls,
  shell: ShellInUse,
  signal: AbortSignal,
): Promise<OfCommand> {
  const { shellId } = shell;
  shell.operations += 1;
  try {
    const commandId = await calls.command(shellId, COMMAND_LINE, signal);
    shell.commandId = commandId;
    return { shellId, commandId };
  } catch (error) {
    // A fault is the host's own word that there is no command.
    throw error instanceof RemoteError && error.end === 'refused' ? toNotBegun(error) : error;
  }
}

/** Of a request after which nothing runs, as its answer says or because it runs nothing by itself. */
export function toNotBegun(error: RemoteError): RemoteError {
  // A host that says no says it again; one that has no room, or lost the shell, may say yes later.
  return withEnd(error, error.failure === 'refused' ? 'refused' : 'not_started');
}

interface Running {
  readonly of: OfCommand;
  readonly run: RemoteRun;
}

async function sendInput(calls: ShellCalls, shell: ShellInUse, { of, run }: Running) {
  const input = toStandardInput(run);
  for (let at = 0; at < input.length; at += SEND_BYTES) {
    const bytes = input.subarray(at, at + SEND_BYTES);
    const part = { bytes, isLast: at + SEND_BYTES >= input.length };
    await askWhileFull(shell, run.signal, () => calls.send(of, part, run.signal));
  }
}

async function receiveAll(
  calls: ShellCalls,
  shell: ShellInUse,
  { of, run }: Running,
): Promise<number> {
  const readers = {
    stdout: createLineReader((text) => run.onLine({ stream: 'stdout', text })),
    stderr: createLineReader((text) => run.onLine({ stream: 'stderr', text })),
  };
  for (;;) {
    const received = await askWhileFull(shell, run.signal, () => calls.receive(of, run.signal));
    for (const { stream, bytes } of received.pieces) readers[stream].push(bytes);
    if (received.exitCode === undefined) continue;
    readers.stdout.end();
    readers.stderr.end();
    return received.exitCode;
  }
}

const FULL_PAUSE_MS = 500;

/** "Too many operations" is the host's word that it did nothing with the request: it may be asked again, while there is time. */
async function askWhileFull<T>(
  shell: ShellInUse,
  signal: AbortSignal,
  ask: () => Promise<T>,
): Promise<T> {
  for (;;) {
    shell.operations += 1;
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RemoteError && error.failure === 'host_full')) throw error;
    }
    await wait(FULL_PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}
