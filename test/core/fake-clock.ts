import type { Clock } from '#core/ports/clock.ts';

export interface FakeClock extends Clock {
  /** What was waited for, in order, in milliseconds. */
  readonly pauses: readonly number[];
  advance(ms: number): void;
}

/** A pause is over at once and moves the time on, so nothing waits. */
export function createFakeClock(): FakeClock {
  const pauses: number[] = [];
  let nowMs = 0;
  return {
    pauses,
    elapsedMs: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
    async pause(durationMs, signal) {
      signal.throwIfAborted();
      pauses.push(durationMs);
      nowMs += durationMs;
    },
  };
}
