/**
 * Constant scripts carried out on a host, whatever carries them there: WinRM's text shell now, PowerShell remoting (PSRP,
 * the only way into JEA) later.
 *
 * A script is a file of this project; what a person or a platform said reaches it as a JSON parameter alone.
 */
import type { ErrorEnd } from '#core/errors.ts';

export interface RemoteScript {
  /** Its file's name without the ending, for logs and errors. */
  readonly name: string;
  /** The file's text, as it is. */
  readonly text: string;
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** One line of output, without its end. Progress and warnings come on `stderr` too: text there is no failure. */
export interface RemoteLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface RemoteRun {
  readonly script: RemoteScript;
  readonly parameters: Readonly<Record<string, JsonValue>>;
  /** It may take long, as a change does: a place is kept free of such runs for those that only read. */
  readonly isChange?: boolean;
  /** From its turn on; the wait for that has a limit of its own. */
  readonly timeLimitMs: number;
  /** Ends it on the host, too. */
  readonly signal: AbortSignal;
  /** Only the waiting ends: what has begun goes on on the host, as if this process had died. */
  readonly leave?: AbortSignal;
  /** Called with every line as it comes. */
  readonly onLine: (line: RemoteLine) => void;
}

export interface RemoteEnd {
  /** 0 proves nothing: commands without output have ended with 0 whatever they did. The script's own last line counts. */
  readonly exitCode: number;
}

/** One host. */
export interface RemoteScripts {
  /**
   * Runs a script to its end, once. Nothing that may have begun is sent again.
   *
   * @throws RemoteError `not_started` while the host cannot have begun it, `refused` when it says no; `unknown` from
   *   then on.
   */
  run(run: RemoteRun): Promise<RemoteEnd>;
  /** Ends what is kept and what runs, but for what may be left. */
  close(): Promise<void>;
}

export type RemoteFailure =
  | 'aborted'
  /** The time limit, or that of the wait for a place, is over. */
  | 'late'
  /** After failures in a row, hosts are left alone for a while. */
  | 'left_alone'
  | 'not_connected'
  | 'not_trusted'
  | 'login_refused'
  /** Something that the login needs is not on this machine: a package, a ticket. */
  | 'login_not_possible'
  /** The host's own limits of shells or operations. */
  | 'host_full'
  | 'no_answer'
  /** The connection ended before the answer. */
  | 'cut'
  | 'odd_answer'
  /** The host says no. */
  | 'refused'
  /** The host has ended the shell: restarted, idle, or told to. */
  | 'shell_lost';

/** Carries neither request nor answer, and no cause: all of them may hold secrets. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly failure: RemoteFailure;
  /** What became of the script; of a single request, what became of that. */
  readonly end: ErrorEnd;
  /** WS-Management's number of the fault. */
  readonly faultCode: number | undefined;

  constructor(failure: RemoteFailure, end: ErrorEnd, reason: string, faultCode?: number) {
    super(reason);
    this.failure = failure;
    this.end = end;
    this.faultCode = faultCode;
  }
}

/** The same failure, seen by who knows more of what became of the whole. */
export function withEnd(error: RemoteError, end: ErrorEnd): RemoteError {
  if (error.end === end) return error;
  return new RemoteError(error.failure, end, error.message, error.faultCode);
}
