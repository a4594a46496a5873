/** Writes what the platform tells of a step's progress, at most once a second and only when it rose. */
import { type Holding, writeClaimed } from './conclude.ts';
import { ClaimLost } from './loop.ts';

const WRITE_EVERY_MS = 1000;

/** Progress is only shown: a write that fails is made good by the next one or by the step's end. */
export function createProgressWriter(holding: Holding): (percent: number) => void {
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
