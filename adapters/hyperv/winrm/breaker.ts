/**
 * Leaves a host alone that has failed several times in a row, and lets one run try whether it is back.
 */
import type { Clock } from '#core/ports/clock.ts';
import { RemoteError, type RemoteFailure } from '../remote-scripts.ts';

export interface Breaker {
  /** Lets a run through. @throws RemoteError `left_alone` */
  enter(): Passage;
}

export interface Passage {
  /** How it ended; `undefined` when the host answered. Said once. */
  leave(failure: RemoteFailure | undefined): void;
}

const FAILURES_IN_A_ROW = 3;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 300_000;
/** An account is locked after a few wrong passwords (Windows' security baselines: 10 within 10 minutes): one is enough to stop. */
const REFUSED_PAUSE_MS = 60_000;

/** They speak of the host or the way to it; all else speaks of one run. */
const OF_THE_HOST: ReadonlySet<RemoteFailure> = new Set<RemoteFailure>([
  ...(['not_connected', 'not_trusted', 'login_refused', 'no_answer', 'cut', 'odd_answer'] as const),
]);
/** They say nothing about it. */
const NEITHER: ReadonlySet<RemoteFailure> = new Set<RemoteFailure>([
  ...(['aborted', 'late', 'left_alone', 'login_not_possible'] as const),
]);

export function createBreaker(host: string, clock: Clock): Breaker {
  let failuresInARow = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let closedUntilMs: number | undefined;
  let lastFailure: RemoteFailure = 'not_connected';
  let isTrying = false;

  const open = (failure: RemoteFailure) => {
    const least = failure === 'login_refused' ? REFUSED_PAUSE_MS : 0;
    closedUntilMs = clock.elapsedMs() + Math.max(pauseMs, least);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  };
  const fail = (failure: RemoteFailure, isTrial: boolean) => {
    failuresInARow += 1;
    lastFailure = failure;
    const isEnough = isTrial || failure === 'login_refused' || failuresInARow >= FAILURES_IN_A_ROW;
    // Runs that were let through before may fail later: that makes no longer pause.
    if (isEnough && (isTrial || closedUntilMs === undefined)) open(failure);
  };
  const succeed = () => {
    failuresInARow = 0;
    pauseMs = FIRST_PAUSE_MS;
    closedUntilMs = undefined;
  };

  return {
    enter: () => {
      const isTrial = closedUntilMs !== undefined;
      const leftMs = (closedUntilMs ?? 0) - clock.elapsedMs();
      if (isTrial && (leftMs > 0 || isTrying)) {
        const until = leftMs > 0 ? `for ${Math.ceil(leftMs / 1_000)} s` : 'while one run tries it';
        const reason = `${host} is left alone ${until} after ${failuresInARow} failures (${lastFailure})`;
        throw new RemoteError('left_alone', 'not_started', reason);
      }
      if (isTrial) isTrying = true;
      return {
        leave: (failure) => {
          if (isTrial) isTrying = false;
          if (failure !== undefined && OF_THE_HOST.has(failure)) fail(failure, isTrial);
          else if (failure === undefined || !NEITHER.has(failure)) succeed();
        },
      };
    },
  };
}
