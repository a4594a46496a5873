/**
 * WinRM's text shell on one host: each request once, its answer or an error.
 *
 * @see MS-WSMV 3.1.4.5 to 3.1.4.14
 */
import { randomUUID } from 'node:crypto';
import { RemoteError } from '../remote-scripts.ts';
import {
  type Received,
  readBody,
  readCommandId,
  readReceived,
  readShellId,
  STILL_RUNNING,
} from './answers.ts';
import type { WinrmConfig } from './config.ts';
import type { Connection } from './connection.ts';
import {
  type Addressed,
  type CommandLine,
  type OfCommand,
  toCommand,
  toCreate,
  toDelete,
  toReceive,
  toSend,
  toTerminate,
} from './envelope.ts';
import type { Element } from './read-xml.ts';

export interface ShellCalls {
  create(signal: AbortSignal): Promise<string>;
  command(shellId: string, line: CommandLine, signal: AbortSignal): Promise<string>;
  /** A part of standard input; the last one ends it. */
  send(of: OfCommand, part: Part, signal: AbortSignal): Promise<void>;
  /** Output since the last question, or none within the operation's time. */
  receive(of: OfCommand, signal: AbortSignal): Promise<Received>;
  terminate(of: OfCommand, signal: AbortSignal): Promise<void>;
  delete(shellId: string, signal: AbortSignal): Promise<void>;
}

export interface Part {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

const NOTHING: Received = { pieces: [], exitCode: undefined };

export function createShellCalls(config: WinrmConfig, connection: Connection): ShellCalls {
  const { protocol, host, port, operationSeconds, graceMs } = config;
  const to: Addressed = {
    url: `${protocol}://${host}:${port}/wsman`,
    sessionId: randomUUID(),
    operationSeconds,
  };
  const answerTimeoutMs = operationSeconds * 1_000 + graceMs;
  const ask = async (envelope: string, signal: AbortSignal): Promise<Element> =>
    readBody(await connection.send(envelope, { answerTimeoutMs, signal }));
  return {
    create: async (signal) => readShellId(await ask(toCreate(to, config.shellIdleSeconds), signal)),
    command: async (shellId, line, signal) =>
      readCommandId(await ask(toCommand(to, shellId, line), signal)),
    send: async (of, part, signal) => {
      await ask(toSend(to, of, part), signal);
    },
    receive: async (of, signal) => {
      try {
        return readReceived(await ask(toReceive(to, of), signal));
      } catch (error) {
        if (error instanceof RemoteError && error.faultCode === STILL_RUNNING) return NOTHING;
        throw error;
      }
    },
    terminate: async (of, signal) => {
      await ask(toTerminate(to, of), signal);
    },
    delete: async (shellId, signal) => {
      await ask(toDelete(to, shellId), signal);
    },
  };
}
