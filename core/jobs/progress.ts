/** Writes how a step that is followed gets on: its percent, at most once a second and only when it rose, and what it waits for. */
import type { Facts } from '../errors.ts';
import { isSameJson } from '../plan/canonical-hash.ts';
import type { Json } from '../plan/plan.ts';
import { type Holding, writeClaimed } from './conclude.ts';
import { ClaimLost } from './job.ts';
import type { FollowCall } from './step-kind.ts';

const WRITE_EVERY_MS = 1000;

export function createWriters(
  holding: Holding,
): Required<Pick<FollowCall, 'onProgress' | 'onWaiting'>> {
  return { onProgress: createProgressWriter(holding), onWaiting: createWaitingWriter(holding) };
}

/** Progress is only shown: a write that fails is made good by the next one or by the step's end. */
function createProgressWriter(holding: Holding): (percent: number) => void {
  let writtenAtMs = Number.NEGATIVE_INFINITY;
  let highest = 0;
  let isWriting = false;

  return (percent) => {
    const nowMs = holding.loop.clock.elapsedMs();
    if (isWriting || percent <= highest || nowMs - writtenAtMs < WRITE_EVERY_MS) return;
    highest = Math.min(100, Math.floor(percent));
    writtenAtMs = nowMs;
    isWriting = true;
    void writeClaimed(holding, () => ({ percent: highest }))
      .catch((error: unknown) => {
        if (!(error instanceof ClaimLost)) holding.loop.onError(error);
      })
      .finally(() => {
        isWriting = false;
      });
  };
}

/** Writes only what differs, and has written it when it resolves: nothing of it may come after the step's end. */
function createWaitingWriter(holding: Holding): (facts: Facts) => Promise<void> {
  let written: Facts = {};
  return async (facts) => {
    if (isSameJson(facts as Json, written as Json)) return;
    try {
      await writeClaimed(holding, () => ({ facts }));
      written = facts;
    } catch (error) {
      if (!(error instanceof ClaimLost)) holding.loop.onError(error);
    }
  };
}
