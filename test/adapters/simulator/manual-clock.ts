/** A lab clock that stands still until it is moved. */
import type { LabClock } from '#adapters/simulator/clock.ts';

export interface ManualClock extends LabClock {
  /** Lets time pass; timers fire at their instants, in order. */
  advance(ms: number): void;
  timerCount(): number;
}

export function createManualClock(startMs = Date.UTC(2027, 0, 1)): ManualClock {
  const timers = new Map<number, { readonly at: number; run(): void }>();
  let now = startMs;
  let lastId = 0;

  return {
    now: () => now,
    setTimer(run, delayMs) {
      const id = ++lastId;
      timers.set(id, { at: now + delayMs, run });
      return () => timers.delete(id);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...timers]
          .filter(([, it]) => it.at <= end)
          .sort(([, a], [, b]) => a.at - b.at)[0];
        if (!next) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].run();
      }
      now = end;
    },
    timerCount: () => timers.size,
  };
}
