/** A clock on which no time passes by itself: it jumps to what is due next. */
import type { Clock } from '#core/ports/clock.ts';
import type { LabClock } from './clock.ts';

export interface JumpClock extends LabClock, Clock {
  /** To the next timer, which runs. False: there is none. */
  jump(): boolean;
}

interface Timer {
  readonly dueAt: number;
  readonly run: () => void;
}

export function createJumpClock(): JumpClock {
  const timers = new Set<Timer>();
  let now = 0;

  function setTimer(run: () => void, delayMs: number): () => void {
    const timer = { dueAt: now + Math.max(0, delayMs), run };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  return {
    now: () => now,
    elapsedMs: () => now,
    setTimer,
    pause(durationMs, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const stop = setTimer(resolve, durationMs);
        const onAbort = () => {
          stop();
          reject(signal.reason);
        };
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    jump() {
      let next: Timer | undefined;
      for (const timer of timers) if (timer.dueAt < (next?.dueAt ?? Infinity)) next = timer;
      if (!next) return false;
      timers.delete(next);
      now = Math.max(now, next.dueAt);
      next.run();
      return true;
    },
  };
}
