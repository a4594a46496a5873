/** Lets work wait for its turn in a budget; each wait has a deadline. */
import { OperationError } from '#core/errors.ts';
import type { Budget, Want } from './budget.ts';

export interface Turns {
  /** Resolves when it may go. @throws OperationError `time_limit_reached` (not started) when that takes too long. */
  wait(want: Want): Promise<void>;
  /** The same, waiting already: it may have become more urgent. */
  raise(want: Want): void;
  pause(kind: Want['kind'], forMs: number): void;
  /** Nobody gets a turn any more; those who wait are told so. */
  close(): void;
}

export interface TurnsOptions {
  readonly budget: Budget;
  /** Monotonic, in milliseconds. */
  readonly elapsed: () => number;
  readonly deadlineMs: number;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  readonly deadline: number;
}

export function createTurns({ budget, elapsed, deadlineMs }: TurnsOptions): Turns {
  const waiters = new Map<string, Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function giveTurns(): void {
    const now = elapsed();
    for (const { key } of budget.take(now)) settle(key)?.resolve();
    for (const [key, { deadline }] of waiters) if (deadline <= now) giveUp(key);
    clearTimeout(timer);
    timer = undefined;
    if (waiters.size === 0) return;
    const deadlines = [...waiters.values()].map(({ deadline }) => deadline);
    const at = Math.min(budget.nextAt(now) ?? Number.POSITIVE_INFINITY, ...deadlines);
    timer = setTimeout(giveTurns, Math.max(1, at - now));
  }

  function settle(key: string): Waiter | undefined {
    const waiter = waiters.get(key);
    waiters.delete(key);
    return waiter;
  }

  function giveUp(key: string): void {
    budget.drop(key);
    settle(key)?.reject(new OperationError('time_limit_reached', 'not_started'));
  }

  return {
    wait(want) {
      if (isClosed) return Promise.reject(new OperationError('cancelled', 'not_started'));
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiters.set(want.key, { resolve, reject, deadline: elapsed() + deadlineMs });
      budget.want(want, elapsed());
      giveTurns();
      return promise;
    },
    raise(want) {
      if (!waiters.has(want.key)) return;
      budget.want(want, elapsed());
      giveTurns();
    },
    pause(kind, forMs) {
      budget.pause(kind, elapsed() + forMs);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const key of [...waiters.keys()]) {
        budget.drop(key);
        settle(key)?.reject(new OperationError('cancelled', 'not_started'));
      }
    },
  };
}
