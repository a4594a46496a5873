/**
 * Writes how a step that is followed gets on: its percent, at most once a second and only when it rose, what it waits
 * for, and what the platform said to a cancel.
 */
import type { Facts, OperationError } from '../errors.ts';
import { isSameJson } from '../plan/canonical-hash.ts';
import type { Json } from '../plan/plan.ts';
import { pickCancelFacts, toCancelFacts } from './cancel-answer.ts';
import { type Holding, writeClaimed } from './conclude.ts';
import { ClaimLost } from './job.ts';
import type { FollowCall } from './step-kind.ts';

const WRITE_EVERY_MS = 1000;

interface Writers extends Required<Pick<FollowCall, 'onProgress' | 'onWaiting'>> {
  /** What the platform said to a cancel; undefined: it took it. */
  onCancelAnswer(error: OperationError | undefined): Promise<void>;
}

export function createWriters(holding: Holding): Writers {
  return { onProgress: createProgressWriter(holding), ...createFactsWriters(holding) };
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

/** Write only what differs, and have written it when they resolve: nothing of it may come after the step's end. */
function createFactsWriters(holding: Holding): Omit<Writers, 'onProgress'> {
  const { cancelled, step, loop } = holding;
  let waiting: Facts = {};
  // What was said to the last holder stands until the cancel that is sent anew is answered.
  holding.cancelFacts = cancelled.aborted ? pickCancelFacts(step.facts) : {};
  const said = () => holding.cancelFacts ?? {};
  let last: Promise<void> = Promise.resolve();

  async function write(nextWaiting: Facts, toSaid: (at: Date) => Facts): Promise<void> {
    let nextSaid = said();
    await writeClaimed(holding, (at) => {
      nextSaid = toSaid(at);
      return { facts: { ...nextWaiting, ...nextSaid } };
    });
    waiting = nextWaiting;
    holding.cancelFacts = nextSaid;
  }
  /** One after the other: what is older must not be written over what is newer. */
  function queue(work: () => Promise<void> | undefined): Promise<void> {
    last = last.then(work).catch((error: unknown) => {
      if (!(error instanceof ClaimLost)) loop.onError(error);
    });
    return last;
  }
  const isSame = (facts: Facts) => isSameJson(facts as Json, waiting as Json);
  return {
    onWaiting: (facts) => queue(() => (isSame(facts) ? undefined : write(facts, said))),
    onCancelAnswer: (error) =>
      queue(() => {
        if (error) return write(waiting, (at) => toCancelFacts(error, at));
        return Object.keys(said()).length > 0 ? write(waiting, () => ({})) : undefined;
      }),
  };
}
