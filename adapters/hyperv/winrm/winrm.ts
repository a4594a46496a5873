import type { Clock } from '#core/ports/clock.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import {
  type RemoteEnd,
  RemoteError,
  type RemoteRun,
  type RemoteScripts,
} from '../remote-scripts.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { WinrmConfig } from './config.ts';
import { createKerberosLogin, type LoadKerberos, loadKerberos } from './kerberos.ts';
import { createLane, type Lane } from './lane.ts';
import { createBasicLogin, createNtlmLogin, type LogIn } from './login.ts';
import { createTurns, type Turns, type TurnsInAll } from './turns.ts';

export interface WinrmDeps {
  readonly clock: Clock;
  readonly turnsInAll: TurnsInAll;
  readonly loadKerberos?: LoadKerberos;
}

/** A shell is kept for the next run for so long: an inventory comes every 30 to 60 seconds. */
const KEEP_MS = 90_000;

/**
 * Scripts on one Windows host over WinRM: HTTPS (NTLMv2 bound to the channel, Kerberos, Basic where switched on), or HTTP
 * with NTLM-encrypted messages.
 *
 * Speaks to: WinRM's text shell, Server 2012 R2 to 2025; proven on servers and clients of others, never on Windows itself.
 * Guarantees: a script is sent once; from its command on, an error without the host's own word is `unknown`. What a run
 * leaves on the host is ended, or ends by itself after the shell's idle time.
 * Not covered: PSRP and JEA, CredSSP, client certificates.
 * Neither password, ticket, script, parameter nor output stands in an error.
 */
export function createWinrm(config: WinrmConfig, deps: WinrmDeps): RemoteScripts {
  const { host, queueTimeoutMs } = config;
  const logIn = createLogIn(config, deps);
  const turns = createTurns(config.concurrency);
  const changes = createTurns(Math.max(1, config.concurrency - 1));
  const breaker = createBreaker(host, deps.clock);
  const idle = createIdleLanes(deps.clock);
  const life = new AbortController();
  const running = new Set<Promise<unknown>>();

  const runOnce = async (run: RemoteRun): Promise<RemoteEnd> => {
    const leave = run.leave && AbortSignal.any([run.leave, life.signal]);
    const signal = AbortSignal.any([run.signal, leave ?? life.signal]);
    using _change = run.isChange ? await takeChange(changes, queueTimeoutMs, signal) : undefined;
    // The host's turn first: who waits for it keeps no place of another host's.
    using _turn = await turns.take(queueTimeoutMs, signal);
    using _turnInAll = await deps.turnsInAll.runs.take(queueTimeoutMs, signal);
    return await guard(breaker, () => {
      const lane = idle.take() ?? createLane(config, logIn, deps);
      return runInTime(lane, { ...run, signal, ...(leave && { leave }) }, idle);
    });
  };

  return {
    run: async (run) => {
      refuseInsideTransaction(host);
      const ended = runOnce(run);
      running.add(ended);
      try {
        return await ended;
      } finally {
        running.delete(ended);
      }
    },
    close: async () => {
      life.abort();
      await Promise.allSettled(running);
      await idle.close();
    },
  };
}

/** Shorter than the patience of whoever acts: it is tried again later, then. */
const CHANGE_QUEUE_MS = 30_000;

async function takeChange(changes: Turns, queueTimeoutMs: number, signal: AbortSignal) {
  try {
    return await changes.take(Math.min(queueTimeoutMs, CHANGE_QUEUE_MS), signal);
  } catch (error) {
    if (!(error instanceof RemoteError) || error.failure !== 'late') throw error;
    throw new RemoteError('host_full', 'not_started', 'other changes run on this host');
  }
}

export function createLogIn(config: WinrmConfig, deps: Pick<WinrmDeps, 'loadKerberos'>): LogIn {
  const { authentication, host } = config;
  if (authentication === 'kerberos')
    return createKerberosLogin(host, deps.loadKerberos ?? loadKerberos);
  const { user = '', password = '' } = config;
  if (authentication === 'basic') return createBasicLogin({ user, password });
  const [, domain = '', name = user] = /^([^\\]*)\\(.*)$/.exec(user) ?? [];
  return createNtlmLogin({ user: name, password, domain }, host);
}

async function guard<T>(breaker: Breaker, work: () => Promise<T>): Promise<T> {
  const passage = breaker.enter();
  try {
    const result = await work();
    passage.leave(undefined);
    return result;
  } catch (error) {
    passage.leave(error instanceof RemoteError ? error.failure : 'aborted');
    throw error;
  }
}

async function runInTime(lane: Lane, run: RemoteRun, idle: IdleLanes): Promise<RemoteEnd> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), run.timeLimitMs);
  try {
    const signal = AbortSignal.any([run.signal, limit.signal]);
    return await lane.run({ ...run, signal });
  } catch (error) {
    if (!(error instanceof RemoteError) || error.failure !== 'aborted' || run.signal.aborted)
      throw error;
    throw new RemoteError('late', error.end, `${run.script.name} took over ${run.timeLimitMs} ms`);
  } finally {
    clearTimeout(timer);
    idle.keep(lane);
  }
}

interface IdleLanes {
  take(): Lane | undefined;
  keep(lane: Lane): void;
  close(): Promise<void>;
}

/** The last one used is the next one: the others come to their end. */
function createIdleLanes(clock: Clock): IdleLanes {
  const idle: { readonly lane: Lane; readonly leave: AbortController }[] = [];
  const ending = new Set<Promise<void>>();
  let isClosed = false;

  const end = (lane: Lane) => {
    const ended = lane.close().finally(() => ending.delete(ended));
    ending.add(ended);
  };
  return {
    take: () => {
      const taken = idle.pop();
      taken?.leave.abort();
      return taken?.lane;
    },
    keep: (lane) => {
      if (isClosed) {
        end(lane);
        return;
      }
      const entry = { lane, leave: new AbortController() };
      idle.push(entry);
      const rest = clock.pause(KEEP_MS, entry.leave.signal).then(
        () => {
          const at = idle.indexOf(entry);
          if (at < 0) return;
          idle.splice(at, 1);
          end(lane);
        },
        () => undefined, // taken for the next run
      );
      void rest;
    },
    close: async () => {
      isClosed = true;
      for (const { lane, leave } of idle.splice(0)) {
        leave.abort();
        end(lane);
      }
      await Promise.all(ending);
    },
  };
}
