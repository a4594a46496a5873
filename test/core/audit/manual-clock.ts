/** A clock that stands still until it is moved; the test knows when somebody waits for it. */
import type { Clock } from '#core/ports/clock.ts';

export interface ManualClock extends Clock {
  /** How many wait. */
  readonly waiting: number;
  /** Lets time pass once somebody waits for it; resolves when they wait again or are gone. */
  advance(ms: number): Promise<void>;
}

export function createManualClock(): ManualClock {
  const waits = new Map<() => void, number>();
  let nowMs = 0;
  let changed = Promise.withResolvers<void>();
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const settle = async () => {
    while (waits.size === 0) await changed.promise;
  };
  return {
    get waiting() {
      return waits.size;
    },
    elapsedMs: () => nowMs,
    pause(durationMs, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const end = () => {
        waits.delete(resolve);
        reject(signal.reason);
      };
      if (signal.aborted) reject(signal.reason);
      else {
        waits.set(resolve, nowMs + durationMs);
        signal.addEventListener('abort', end, { once: true });
        tell();
      }
      return promise.finally(() => signal.removeEventListener('abort', end));
    },
    async advance(ms) {
      await settle();
      nowMs += ms;
      const due = [...waits].filter(([, untilMs]) => untilMs <= nowMs);
      for (const [resolve] of due) {
        waits.delete(resolve);
        resolve();
      }
      if (due.length > 0) await settle();
    },
  };
}
