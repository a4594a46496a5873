/**
 * The lab's own time: it goes on while Drover is not running, so it is the machine's, not the database's.
 *
 * Tests give another one and move it by hand.
 */
export interface LabClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs once after `delayMs`; the answer calls it off. */
  setTimer(run: () => void, delayMs: number): () => void;
}

/** Node's timers take no more than this; a longer one fires early and is set again. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const machineClock: LabClock = {
  now: () => Date.now(),
  setTimer(run, delayMs) {
    const timer = setTimeout(run, Math.min(delayMs, MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
};
