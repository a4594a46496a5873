/** Elapsed time and pauses. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '#core/ports/clock.ts';

export interface TimeSource {
  /** Never set, but stands still while the machine sleeps or is suspended. */
  monotonicMs(): number;
  /** Goes on, but may be set. */
  wallMs(): number;
}

const machineTime: TimeSource = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
/** Longer ones would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createClock(source: TimeSource = machineTime): Clock {
  const elapsedMs = createElapsed(source);
  return {
    elapsedMs,
    async pause(durationMs, signal) {
      signal.throwIfAborted();
      const until = elapsedMs() + durationMs;
      for (let left = durationMs; left > 0; left = until - elapsedMs()) {
        await wait(Math.min(Math.ceil(left), LONGEST_TIMER_MS), undefined, { signal });
      }
    },
  };
}

/**
 * The monotonic clock, moved on by what the wall clock got ahead of it: the time that the machine, or the virtual
 * machine it is, stood still. A wall clock that is set forward counts too; better a claim that seems old and is proven
 * again than a frozen one that seems fresh.
 */
function createElapsed({ monotonicMs, wallMs }: TimeSource): () => number {
  const apart = () => wallMs() - monotonicMs();
  const apartAtStart = apart();
  let aheadMs = 0;
  return () => {
    aheadMs = Math.max(aheadMs, apart() - apartAtStart);
    return monotonicMs() + aheadMs;
  };
}
