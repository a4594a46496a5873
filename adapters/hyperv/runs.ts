/**
 * Scripts that change something, as tasks: a short one is over when its call returns, a long one is followed.
 *
 * A run belongs to this process. When the process ends its script goes on on the host, and what it did is found by looking.
 */
import { randomUUID } from 'node:crypto';
import { OperationError, toOperationError } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Call, TaskFacet, TaskRef } from '#core/ports/connection.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import { callScript, type ScriptCall } from './call-script.ts';
import type { HypervHost } from './hosts.ts';
import type { HypervScript } from './scripts.ts';

export interface Deed {
  readonly host: HypervHost;
  readonly script: HypervScript<unknown>;
  readonly parameters: NonNullable<ScriptCall['parameters']>;
  readonly timeLimitMs: number;
  /** Takes back what a cancelled run did. False: it was done before, and stays. */
  readonly takeBack?: (signal: AbortSignal) => Promise<boolean>;
}

export interface Runs {
  /** Resolves without a task when it is over, with one when it has begun and takes longer. */
  begin(deed: Deed, call: Call): Promise<TaskRef | undefined>;
  /** For one that is short: resolves when it is over. */
  finish(deed: Deed, call: Pick<Call, 'signal'>): Promise<void>;
  /** The task that does this token's work in this process. */
  find(stepToken: string): TaskRef | undefined;
  readonly tasks: TaskFacet;
  /** Leaves what runs to the hosts. */
  leave(): void;
}

interface Run {
  readonly stepToken: string;
  readonly ended: Promise<void>;
  readonly followers: Set<(percent: number) => void>;
  /** Ends it on its host. */
  readonly end: AbortController;
  percent: number;
  isOver: boolean;
}

/** Most are over by then; whoever waits for a longer one sees its progress. */
const AT_ONCE_MS = 2000;
const TAKE_BACK_MS = 120_000;
/** Ended ones that may still be asked for. */
const MAX_KEPT = 1000;

export function createRuns(connectionId: string, clock: Clock): Runs {
  const runs = new Map<TaskRef, Run>();
  const life = new AbortController();

  const start = (deed: Deed, stepToken: string, leave: AbortSignal) => {
    const begun = Promise.withResolvers<void>();
    const end = new AbortController();
    const followers = new Set<(percent: number) => void>();
    const onProgress = ({ percent }: { readonly percent: number }) => {
      begun.resolve();
      run.percent = Math.max(run.percent, Math.floor(percent));
      for (const tell of followers) tell(run.percent);
    };
    const ended = carryOut(deed, { end: end.signal, leave, onProgress }).finally(() => {
      run.isOver = true;
    });
    const run: Run = { stepToken, ended, followers, end, percent: 0, isOver: false };
    ended.catch(() => undefined); // told to whoever follows it
    return { run, begun: begun.promise };
  };

  const keep = (run: Run): TaskRef => {
    const task = `run:${randomUUID()}`;
    runs.set(task, run);
    const over = [...runs].filter(([, { isOver }]) => isOver).map(([key]) => key);
    for (const key of over.slice(0, Math.max(0, runs.size - MAX_KEPT))) runs.delete(key);
    return task;
  };

  return {
    begin: async (deed, { stepToken, signal }) => {
      refuseInsideTransaction(connectionId);
      if (signal.aborted) throw new OperationError('cancelled', 'not_started');
      // Until it is kept, whoever called waits for it alone.
      const caller = new AbortController();
      const stop = () => caller.abort();
      signal.addEventListener('abort', stop);
      try {
        const leave = AbortSignal.any([life.signal, caller.signal]);
        const { run, begun } = start(deed, stepToken, leave);
        const isLong = begun
          .then(() => clock.pause(AT_ONCE_MS, life.signal))
          .then(
            () => true,
            () => true,
          );
        const hasEnded = await Promise.race([run.ended.then(() => true), isLong.then(() => false)]);
        return hasEnded ? undefined : keep(run);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },

    finish: async ({ host, script, parameters, timeLimitMs }, { signal }) => {
      await callScript(host, script, { signal, timeLimitMs, parameters });
    },

    find: (stepToken) =>
      [...runs].find(([, run]) => run.stepToken === stepToken && !run.isOver)?.[0],

    tasks: {
      follow: async (task, { signal, onProgress }) => {
        refuseInsideTransaction(connectionId);
        const run = runs.get(task);
        // Of another life of this process: its end is read from the VM.
        if (!run) throw new OperationError('answer_lost', 'unknown', { task });
        const { promise, reject } = Promise.withResolvers<never>();
        const stop = () => reject(new OperationError('cancelled', 'unknown', { task }));
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop);
        run.followers.add(onProgress);
        try {
          await Promise.race([run.ended, promise]);
        } finally {
          run.followers.delete(onProgress);
          signal.removeEventListener('abort', stop);
        }
      },
      cancel: async (task) => runs.get(task)?.end.abort(),
    },

    leave: () => life.abort(),
  };
}

interface Watch {
  readonly end: AbortSignal;
  readonly leave: AbortSignal;
  readonly onProgress: ScriptCall['onProgress'];
}

async function carryOut(deed: Deed, { end, leave, onProgress }: Watch): Promise<void> {
  const { host, script, parameters, timeLimitMs } = deed;
  const call = { parameters, timeLimitMs, leave, signal: end };
  try {
    await callScript(host, script, { ...call, ...(onProgress && { onProgress }) });
  } catch (error) {
    if (!end.aborted) throw error;
    await endCancelled(deed, toOperationError(error));
  }
}

/** Taking back failed in whatever way: what there is now is not known. */
function rejectUnknown(error: unknown): never {
  const { code, facts } = toOperationError(error);
  throw new OperationError(code, 'unknown', facts, { cause: error });
}

/** The platform's word on how it ended: taken back whole, or done before. Else nobody knows, and the VM is read. */
async function endCancelled({ takeBack }: Deed, error: OperationError): Promise<void> {
  if (error.end === 'not_started')
    throw new OperationError('cancelled_on_platform', 'refused', {}, { cause: error });
  if (!takeBack) throw error;
  if (await takeBack(AbortSignal.timeout(TAKE_BACK_MS)).catch(rejectUnknown))
    throw new OperationError('cancelled_on_platform', 'refused', {}, { cause: error });
}
