/**
 * Rehearses a plan on a twin of what it touches, in a thread of its own, with the durations that were measured here.
 *
 * One at a time, the others wait their turn; each has a deadline, its wait included.
 */
import { Worker } from 'node:worker_threads';
import { OperationError } from '#core/errors.ts';
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import { mergePlacement, type StepKinds } from '#core/jobs/step-kind.ts';
import { listMoveMs } from '#core/operations/forecast-plan.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Rehearsal } from '#core/plan/rehearsal.ts';
import type { Connection } from '#core/ports/connection.ts';
import { observeTouched } from '#core/rehearsal/observe-touched.ts';
import type { RehearsalAnswer, RehearsalTask } from './rehearsal-task.ts';

const LIMIT_MS = 45_000;
/** Who asks for one more is told so: everybody's commands wait for a free place. */
const WAITING_AT_MOST = 3;
const THREAD = new URL('../compose-rehearsal.ts', import.meta.url);

export interface RehearsalParts {
  readonly index: EstateIndex;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly kinds: StepKinds;
  readonly capacityOf: (key: string) => number | undefined;
  readonly limitMs?: number | undefined;
}

/** @throws OperationError `rehearsal_failed`, not started, when there is no answer within the limit or none at all. */
export type RehearsePlan = (plan: Plan) => Promise<Rehearsal>;

export function createRehearsePlan(parts: RehearsalParts): RehearsePlan {
  const { limitMs = LIMIT_MS } = parts;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (plan) => {
    if (waiting >= WAITING_AT_MOST)
      throw new OperationError('rehearsal_failed', 'not_started', { isBusy: true });
    waiting += 1;
    const signal = AbortSignal.timeout(limitMs);
    const own = last.then(() => runThread(toTask(plan, parts), signal));
    last = own.catch(() => undefined);
    try {
      return await own;
    } finally {
      waiting -= 1;
    }
  };
}

export function toTask(plan: Plan, { index, connections, kinds, capacityOf }: RehearsalParts) {
  const { steps } = plan;
  const permits = steps.flatMap(({ kind, version, input, placement }) => {
    const known = kinds.find(kind, version);
    return known && !known.place ? known.permits(mergePlacement(input, placement)) : [];
  });
  const capacities = [...new Set(permits)].flatMap((key) => {
    const capacity = capacityOf(key);
    return capacity === undefined ? [] : [[key, capacity] as const];
  });
  return {
    steps,
    estates: observeTouched(plan, index, connections),
    durations: listMoveMs({ steps, moves: plan.advice.moves }),
    capacities: new Map(capacities),
  } satisfies RehearsalTask;
}

async function runThread(task: RehearsalTask, signal: AbortSignal): Promise<Rehearsal> {
  const worker = new Worker(THREAD, { workerData: task });
  try {
    const answer = await untilAnswer(worker, signal);
    if ('rehearsal' in answer) return answer.rehearsal;
    throw new Error(answer.failure);
  } catch (cause) {
    const facts = { seconds: LIMIT_MS / 1000, isLate: signal.aborted };
    throw new OperationError('rehearsal_failed', 'not_started', facts, { cause });
  } finally {
    await worker.terminate();
  }
}

function untilAnswer(worker: Worker, signal: AbortSignal): Promise<RehearsalAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`The thread ended with ${code}.`)));
  });
}
