/** A consumer for tests that remembers what it got and can be waited for. */
import type { Deliver, Delivery } from '#core/ports/work-queue.ts';

export interface Recorder {
  readonly deliver: Deliver;
  /** In the order in which they began. */
  readonly deliveries: readonly Delivery[];
  keys(): string[];
  mostAtOnce(): number;
  /** Resolves when so many have begun. */
  started(count: number): Promise<void>;
  /** Resolves when so many have ended, well or not. */
  count(count: number): Promise<void>;
  /** Looked at whenever a delivery begins or ends. */
  until(isMet: () => boolean): Promise<void>;
}

/** Longer than the slowest promise, that of another process's take-over; only a broken queue waits for it. */
const DEADLINE_MS = 120_000;

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
}

export function createRecorder(work: Deliver = async () => {}): Recorder {
  const deliveries: Delivery[] = [];
  const waiters = new Set<Waiter>();
  let ended = 0;
  let most = 0;

  function check(): void {
    for (const waiter of waiters) if (waiter.isMet() && waiters.delete(waiter)) waiter.resolve();
  }

  function until(isMet: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () =>
      reject(new Error(`waited in vain; ${ended} of ${deliveries.length} ended`));
    const timer = setTimeout(giveUp, DEADLINE_MS);
    waiters.add({ isMet, resolve });
    check();
    return promise.finally(() => clearTimeout(timer));
  }

  return {
    deliveries,
    async deliver(delivery, rest) {
      deliveries.push(delivery);
      most = Math.max(most, deliveries.length - ended);
      check();
      try {
        await work(delivery, rest);
      } finally {
        ended += 1;
        check();
      }
    },
    keys: () => deliveries.map(({ key }) => key),
    mostAtOnce: () => most,
    started: (count) => until(() => deliveries.length >= count),
    count: (count) => until(() => ended >= count),
    until,
  };
}
