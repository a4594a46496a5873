/**
 * Reads a host over a logged-in connection: WinRM's settings, then the two scripts of doctor in one shell. Each part that
 * cannot be read says why; the others go on.
 */
import { randomUUID } from 'node:crypto';
import { OperationError } from '#core/errors.ts';
import { callScript } from '../call-script.ts';
import { RemoteError, type RemoteScripts } from '../remote-scripts.ts';
import { type HypervScript, SCRIPTS } from '../scripts.ts';
import { readBody } from '../winrm/answers.ts';
import type { WinrmConfig } from '../winrm/config.ts';
import type { Connection } from '../winrm/connection.ts';
import { toGetConfig } from '../winrm/envelope.ts';
import { runInShell } from '../winrm/run-script.ts';
import { createShellCalls, type ShellCalls } from '../winrm/shell.ts';
import type { HostReading, NotRead } from './examination.ts';
import { readSettings, type WinrmSettings } from './read-settings.ts';

const SCRIPT_LIMIT_MS = 90_000;
/** What is not ended then, the host ends by the shell's idle time. */
const CLEAN_UP_MS = 10_000;

/** @throws RemoteError while the host lets nobody in: a refusal of the settings alone is a value */
export async function readSettingsOf(
  connection: Connection,
  config: WinrmConfig,
  signal: AbortSignal,
): Promise<WinrmSettings | NotRead> {
  const { protocol, host, port, operationSeconds, graceMs } = config;
  const url = `${protocol}://${host}:${port}/wsman`;
  const envelope = toGetConfig({ url, sessionId: randomUUID(), operationSeconds });
  const answerTimeoutMs = operationSeconds * 1000 + graceMs;
  const reply = await connection.send(envelope, { answerTimeoutMs, signal });
  try {
    return readSettings(readBody(reply));
  } catch (error) {
    return toNotRead(error);
  }
}

export async function readSystem(
  connection: Connection,
  config: WinrmConfig,
  signal: AbortSignal,
): Promise<Omit<HostReading, 'settings'>> {
  const calls = createShellCalls(config, connection);
  let shellId: string;
  try {
    shellId = await calls.create(signal);
  } catch (error) {
    return { system: toNotRead(error) };
  }
  const host = { host: config.host, scripts: toScripts(calls, shellId) };
  const ask = <Answer>(script: HypervScript<Answer>): Promise<Answer | NotRead> =>
    callScript(host, script, { signal, timeLimitMs: SCRIPT_LIMIT_MS }).catch(toNotRead);
  try {
    const system = await ask(SCRIPTS.doctorHost);
    if ('code' in system || system.clusterService !== 'Running') return { system };
    return { system, cluster: await ask(SCRIPTS.doctorCluster) };
  } finally {
    await calls.delete(shellId, AbortSignal.timeout(CLEAN_UP_MS)).catch(() => undefined);
  }
}

/** One shell for all of it: nothing is kept, and nothing is tried again. */
function toScripts(calls: ShellCalls, shellId: string): RemoteScripts {
  const shell = { shellId, operations: 1, commandId: undefined };
  return {
    run: async (run) => {
      const signal = AbortSignal.any([run.signal, AbortSignal.timeout(run.timeLimitMs)]);
      return { exitCode: (await runInShell(calls, shell, { ...run, signal })).exitCode };
    },
    close: async () => undefined,
  };
}

/** ERROR_ACCESS_DENIED, as WinRM numbers it. */
const ACCESS_DENIED = 5;

function toNotRead(error: unknown): NotRead {
  if (error instanceof RemoteError) {
    const { failure, faultCode, message: reason } = error;
    const fault = faultCode === undefined ? {} : { fault: String(faultCode) };
    return { code: faultCode === ACCESS_DENIED ? 'denied' : failure, reason, ...fault };
  }
  if (!(error instanceof OperationError)) throw error;
  const { reason, words, fault } = error.facts;
  return {
    code: error.code,
    ...(typeof fault === 'string' && { fault }),
    ...(typeof (reason ?? words) === 'string' && { reason: String(reason ?? words) }),
  };
}
