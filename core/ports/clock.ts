/** Time. Deadlines, claims and expiry are judged by the database's clock alone (`tx.now`), durations by this one (H29). */
export interface Clock {
  /** Monotonic milliseconds; counts on while the machine sleeps, and is never set back. */
  elapsedMs(): number;
  /** Resolves after `durationMs`, or rejects as soon as `signal` aborts. */
  pause(durationMs: number, signal: AbortSignal): Promise<void>;
}
