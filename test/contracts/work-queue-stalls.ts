/** Time that the machine took away from whoever waits for it. */
import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 20;

export interface Stalls extends AsyncDisposable {
  /** What pauses of this process, and questions to the database between them, took beyond the pauses. */
  end(): Promise<number>;
}

/** So that a bound on how late something may be is one on the queue, and not on the machine. */
export function watchStalls(ask: () => Promise<unknown>): Stalls {
  let isOver = false;
  let lostMs = 0;
  const watching = (async () => {
    while (!isOver) {
      const from = performance.now();
      await pause(EVERY_MS);
      await ask();
      lostMs += performance.now() - from - EVERY_MS;
    }
  })();
  const end = async () => {
    isOver = true;
    await watching;
    return Math.max(0, lostMs);
  };
  return { end, [Symbol.asyncDispose]: async () => void (await end()) };
}
