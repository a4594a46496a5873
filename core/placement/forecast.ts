/**
 * When each step of a plan would begin and end, if each took as long as expected: the rules by which permits are given,
 * run on a clock that only jumps from one end to the next.
 */
import { chooseGrants } from '../jobs/choose-grants.ts';

export interface ForecastStep {
  readonly key: string;
  readonly after: readonly string[];
  readonly permits: readonly string[];
  readonly usualMs: number;
}

/** Milliseconds from the start of the first. */
export interface ForecastSpan {
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Answers a span for every step, by its begin; steps that wait for something outside the list begin at once. */
export function forecast(
  steps: readonly ForecastStep[],
  capacityOf: (key: string) => number | undefined,
): ForecastSpan[] {
  const known = new Set(steps.map(({ key }) => key));
  const ended = new Set<string>();
  const spans: ForecastSpan[] = [];
  let waiting: readonly ForecastStep[] = steps;
  const dueAt = new Map<string, number>();
  let running: { readonly step: ForecastStep; readonly toMs: number }[] = [];
  for (let now = 0; waiting.length > 0; ) {
    const due = waiting.filter(({ after }) =>
      after.every((key) => ended.has(key) || !known.has(key)),
    );
    for (const { key } of due) if (!dueAt.has(key)) dueAt.set(key, now);
    const holding = running.map(({ step }) => toWaiter(step, 0));
    const asking = due.map((step) => ({ ...toWaiter(step, dueAt.get(step.key) ?? now), step }));
    const granted = chooseGrants({ capacityOf, holding, waiting: asking, now: new Date(now) });
    for (const { step } of granted) {
      const toMs = now + step.usualMs;
      spans.push({ key: step.key, fromMs: now, toMs });
      running.push({ step, toMs });
    }
    const begun = new Set(granted.map(({ id }) => id));
    waiting = waiting.filter(({ key }) => !begun.has(key));
    if (running.length === 0) break;
    now = Math.min(...running.map(({ toMs }) => toMs));
    for (const { step, toMs } of running) if (toMs <= now) ended.add(step.key);
    running = running.filter(({ toMs }) => toMs > now);
  }
  return spans.toSorted((a, b) => a.fromMs - b.fromMs);
}

/** All of one person: nobody else is in the way. */
function toWaiter({ key, permits }: ForecastStep, sinceMs: number) {
  return { id: key, permits, requesterId: '', waitingSince: new Date(sinceMs) };
}

export function toMakespanMs(spans: readonly ForecastSpan[]): number {
  return Math.max(0, ...spans.map(({ toMs }) => toMs));
}
