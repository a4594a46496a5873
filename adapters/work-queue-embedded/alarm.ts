/** A timer that rings once, at the earliest of the times it was set to, and can then be set again. */
export interface Alarm {
  ringIn(ms: number): void;
  /** For good: it rings no more. */
  stop(): void;
}

export function createAlarm(ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let ringsAt = Number.POSITIVE_INFINITY;
  let isStopped = false;

  return {
    ringIn(ms) {
      const at = performance.now() + ms;
      if (isStopped || at >= ringsAt) return;
      clearTimeout(timer);
      ringsAt = at;
      timer = setTimeout(() => {
        ringsAt = Number.POSITIVE_INFINITY;
        ring();
      }, Math.ceil(ms));
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
