/**
 * Watches this machine's clock beside the database's and beside elapsed time (H29): a process whose clock is off says
 * so, and after a step of the clock what would stop or destroy something by time waits.
 */
export interface ClockReading {
  /** How far this machine's clock is ahead of the database's; negative when behind. */
  readonly offMs: number;
  /** How far the database's clock went beyond elapsed time since the last look; negative when set back. */
  readonly steppedMs: number;
}

export interface ClockWatch {
  /** @param databaseNow `tx.now`, read just before. */
  look(databaseNow: Date): ClockReading;
}

export function createClockWatch(
  elapsedMs: () => number = () => performance.now(),
  wallMs: () => number = () => Date.now(),
): ClockWatch {
  let last: { readonly database: number; readonly elapsed: number } | undefined;
  return {
    look(databaseNow) {
      const here = { database: databaseNow.getTime(), elapsed: elapsedMs() };
      const before = last ?? here;
      last = here;
      const steppedMs = here.database - before.database - (here.elapsed - before.elapsed);
      return { offMs: wallMs() - here.database, steppedMs: Math.round(steppedMs) };
    },
  };
}
