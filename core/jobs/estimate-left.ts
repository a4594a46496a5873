/** How long a running job still takes, if each of its steps takes as long as its like did. */
import { forecast, toMakespanMs } from '../placement/forecast.ts';
import type { Step } from './job.ts';
import { isEnded } from './unblock.ts';

export interface EstimateWish {
  readonly steps: readonly Step[];
  /** Milliseconds that such a step usually takes. */
  usualMsOf(step: Step): number;
  readonly capacityOf: (key: string) => number | undefined;
  readonly now: Date;
}

/** Undefined where nobody can tell: it waits for a word of people, or what became of an order is not known. */
export function estimateLeftMs({
  steps,
  usualMsOf,
  capacityOf,
  now,
}: EstimateWish): number | undefined {
  if (steps.some(({ state }) => state === 'asking' || state === 'unknown')) return undefined;
  const left = steps.filter((step) => !isEnded(step.state) && isSure(step, steps));
  // What runs goes first: it has its permits.
  const inTurn = left.toSorted((a, b) => Number(b.permitsHeld) - Number(a.permitsHeld));
  return toMakespanMs(
    forecast(
      inTurn.map((step) => {
        const ranMs = step.sentAt ? now.getTime() - step.sentAt.getTime() : 0;
        const usualMs = Math.max(0, usualMsOf(step) - ranMs);
        return { key: step.key, after: step.after, permits: step.permits, usualMs };
      }),
      capacityOf,
    ),
  );
}

/** Neither a second try for what has not failed nor an answer that nobody gave. */
function isSure({ begins, choice, after }: Step, steps: readonly Step[]): boolean {
  const before = steps.filter(({ key }) => after.includes(key));
  if (begins === 'when_failed') return before.some(({ state }) => state === 'failed');
  return choice === null || before.some(({ facts }) => facts?.answer === choice);
}
