import { LdapError } from './faults.ts';

/** An instant by which something must have ended. */
export interface Deadline {
  leftMs(): number;
  /** @throws LdapError `late` once it has passed. */
  check(): void;
  /** Waits for `promise`, and for nothing longer than the deadline. @throws LdapError `late` */
  wait<T>(promise: Promise<T>): Promise<T>;
}

export function createDeadline(durationMs: number): Deadline {
  const until = performance.now() + durationMs;
  const leftMs = () => until - performance.now();
  const late = () => new LdapError('late', `gave up after ${durationMs} ms`);
  return {
    leftMs,
    check: () => {
      if (leftMs() <= 0) throw late();
    },
    wait: async (promise) => {
      const { promise: passed, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(late()), Math.max(0, leftMs()));
      try {
        return await Promise.race([promise, passed]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
