/** Follows a task of a platform that may wait for long, and tells meanwhile what it waits for. */
import type { Facts } from '../errors.ts';
import type { FollowCall } from '../jobs/step-kind.ts';
import type { Clock } from '../ports/clock.ts';

/** In milliseconds; most tasks are over before anything is told. */
export const LOOK_EVERY_MS = 3_000;

export interface Told {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly call: FollowCall;
  /** Undefined: there is nothing to tell now. */
  look(call: FollowCall): Promise<Facts | undefined>;
  follow(): Promise<void>;
}

export async function followAndTell(told: Told): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([told.call.signal, over.signal]);
  const telling = tell(told, signal);
  try {
    await told.follow();
  } finally {
    over.abort();
    await telling;
  }
}

async function tell({ clock, everyMs, call, look }: Told, signal: AbortSignal): Promise<void> {
  const pause = async () => {
    await clock.pause(everyMs, signal).catch(() => undefined);
    return !signal.aborted;
  };
  while (await pause()) {
    // A reading that fails tells nothing; the next one may.
    const facts = await look({ ...call, signal }).catch(() => undefined);
    if (facts && !signal.aborted) await call.onWaiting?.(facts);
  }
}
