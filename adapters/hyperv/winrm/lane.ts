/**
 * A connection and the shell kept on it: what one run at a time uses.
 */
import type { Clock } from '#core/ports/clock.ts';
import { type RemoteEnd, RemoteError, type RemoteRun } from '../remote-scripts.ts';
import type { WinrmConfig } from './config.ts';
import { type ConnectionDeps, createConnection } from './connection.ts';
import type { LogIn } from './login.ts';
import { runInShell, type ShellInUse, toNotBegun } from './run-script.ts';
import { createShellCalls, type ShellCalls } from './shell.ts';

export interface Lane {
  /** @throws RemoteError; what it left on the host is ended then. */
  run(run: RemoteRun): Promise<RemoteEnd>;
  /** Ends the shell and the connection. */
  close(): Promise<void>;
}

/**
 * The host's limit is 1,500 operations a user (MaxConcurrentOperationsPerUser), over all shells of that user, and a text
 * shell gives them back only when it is deleted: five shells of 250 stay below it.
 */
const MOST_OPERATIONS = 250;
/** For ending what is left on a host. What cannot be ended in that time, the host ends itself by the shell's idle time. */
const CLEAN_UP_MS = 10_000;
const FIRST_FULL_PAUSE_MS = 500;
const LONGEST_FULL_PAUSE_MS = 8_000;

export function createLane(config: WinrmConfig, logIn: LogIn, deps: ConnectionDeps): Lane {
  const { clock } = deps;
  const connection = createConnection(config, logIn, deps);
  const calls = createShellCalls(config, connection);
  let shell: ShellInUse | undefined;

  const endShell = async () => {
    const ended = shell;
    shell = undefined;
    if (ended) await endOnHost(calls, ended);
  };

  /** The host ends it after its idle time. */
  const leaveShell = () => {
    shell = undefined;
    connection.close();
  };

  const enterShell = async (signal: AbortSignal): Promise<ShellInUse> => {
    if (shell && shell.operations >= MOST_OPERATIONS) await endShell();
    shell ??= { shellId: await create(calls, signal), operations: 1, commandId: undefined };
    return shell;
  };

  const attempt = async (run: RemoteRun): Promise<RemoteEnd> => {
    try {
      const entered = await enterShell(run.signal);
      const end = await runInShell(calls, entered, run);
      if (!(await freePlace(calls, entered))) await endShell();
      return end;
    } catch (error) {
      // A refused password is tried no more, not even to tidy up: accounts get locked.
      if (isRefusedLogin(error)) shell = undefined;
      if (isLeft(run, error)) leaveShell();
      await endShell();
      throw error;
    }
  };

  return {
    run: (run) => runWhileFull(attempt, run, { queueTimeoutMs: config.queueTimeoutMs, clock }),
    close: async () => {
      await endShell();
      connection.close();
    },
  };
}

/** A shell alone changes nothing: one whose answer was lost ends by its idle time. */
async function create(calls: ShellCalls, signal: AbortSignal): Promise<string> {
  try {
    return await calls.create(signal);
  } catch (error) {
    throw error instanceof RemoteError ? toNotBegun(error) : error;
  }
}

/** Says whether the command that has ended gave its place in the shell back. The run's own end stands either way. */
async function freePlace(calls: ShellCalls, shell: ShellInUse): Promise<boolean> {
  try {
    await terminate(calls, shell, AbortSignal.timeout(CLEAN_UP_MS));
    return true;
  } catch {
    return false;
  }
}

/** Both steps, whatever becomes of the first. A failure here adds nothing to the one that led here. */
async function endOnHost(calls: ShellCalls, shell: ShellInUse): Promise<void> {
  const signal = AbortSignal.timeout(CLEAN_UP_MS);
  const failure = await terminate(calls, shell, signal).catch((error) => error);
  if (isRefusedLogin(failure)) return;
  await calls.delete(shell.shellId, signal).catch(() => undefined);
}

function isRefusedLogin(error: unknown): boolean {
  return error instanceof RemoteError && error.failure === 'login_refused';
}

function isLeft({ leave }: RemoteRun, error: unknown): boolean {
  return leave?.aborted === true && error instanceof RemoteError && error.end === 'unknown';
}

async function terminate(calls: ShellCalls, shell: ShellInUse, signal: AbortSignal) {
  const { shellId, commandId } = shell;
  if (commandId === undefined) return;
  shell.operations += 1;
  try {
    await calls.terminate({ shellId, commandId }, signal);
  } catch (error) {
    // A host that knows the command no more has ended it.
    if (!(error instanceof RemoteError && error.failure === 'shell_lost')) throw error;
  }
  shell.commandId = undefined;
}

interface Patience {
  readonly queueTimeoutMs: number;
  readonly clock: Clock;
}

/** A host that has no room says so before it begins: it is asked again until the wait for a turn is over. */
async function runWhileFull(
  attempt: (run: RemoteRun) => Promise<RemoteEnd>,
  run: RemoteRun,
  { queueTimeoutMs, clock }: Patience,
): Promise<RemoteEnd> {
  const until = clock.elapsedMs() + queueTimeoutMs;
  let pauseMs = FIRST_FULL_PAUSE_MS;
  for (;;) {
    try {
      return await attempt(run);
    } catch (error) {
      if (!hasNoRoom(error) || clock.elapsedMs() + pauseMs > until) throw error;
    }
    // Aborted meanwhile: the next attempt says so.
    await clock.pause(pauseMs, run.signal).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, LONGEST_FULL_PAUSE_MS);
  }
}

/** On the host's own word that nothing began: no room, or a kept shell that it has ended meanwhile. */
function hasNoRoom(error: unknown): boolean {
  if (!(error instanceof RemoteError) || error.end !== 'not_started') return false;
  return error.failure === 'host_full' || error.failure === 'shell_lost';
}
