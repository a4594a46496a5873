/** When a running job ends, by how long its like took: moves as its plan reckons them, other steps as the last of their kind. */
import { estimateLeftMs } from '#core/jobs/estimate-left.ts';
import { isHeld } from '#core/jobs/hold.ts';
import type { Job, Step } from '#core/jobs/job.ts';
import type { Scheduling } from '#core/jobs/loop.ts';
import { isEnded } from '#core/jobs/unblock.ts';
import { listMoveMs } from '#core/operations/forecast-plan.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Reads } from '#core/ports/store.ts';

/** So many of the last say how long the next takes. */
const LAST = 20;

export interface LeftWish {
  readonly job: Job;
  readonly plan: Plan;
  readonly steps: readonly Step[];
}

/** Each drawing of a card reckons anew: with more steps that would hold up others. */
const STEPS_AT_MOST = 150;

/** Milliseconds; undefined where nobody can tell. */
export async function readLeftMs(
  reads: Pick<Reads, 'jobs' | 'now'>,
  { job, plan, steps }: LeftWish,
  { kinds, capacityOf }: Pick<Scheduling, 'kinds' | 'capacityOf'>,
): Promise<number | undefined> {
  if (job.state !== 'running' || job.cancelAskedAt || isHeld(job)) return undefined;
  if (steps.filter(({ state }) => !isEnded(state)).length > STEPS_AT_MOST) return undefined;
  const moves = listMoveMs({ steps, moves: plan.advice.moves });
  const others = steps.filter(({ key, state }) => !moves.has(key) && !isEnded(state));
  const byKind = new Map<string, number>();
  for (const { kind, version } of others)
    if (!byKind.has(kind)) {
      const last = await reads.jobs.listDurations(kind, LAST);
      byKind.set(kind, toMean(last) ?? kinds.find(kind, version)?.usualMs ?? 0);
    }
  const usualMsOf = ({ key, kind }: Step) => moves.get(key) ?? byKind.get(kind) ?? 0;
  return estimateLeftMs({ steps, usualMsOf, capacityOf, now: reads.now });
}

function toMean(values: readonly number[]): number | undefined {
  return values.length === 0
    ? undefined
    : values.reduce((sum, value) => sum + value, 0) / values.length;
}
