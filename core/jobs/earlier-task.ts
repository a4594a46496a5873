/** The platform's task of a try that is over, where its step begins anew: it may be under way still. */
import { OperationError, toOperationError } from '../errors.ts';
import { type Holding, toCall, writeClaimed } from './conclude.ts';
import type { Step } from './job.ts';
import { WorkerStops } from './loop.ts';

/** A try records its own task with the state `started`: before that, what is recorded was an earlier one's. */
export function isOfEarlierTry({ state, task }: Step): boolean {
  return task !== null && (state === 'ready' || state === 'intended');
}

/**
 * Waits until that task is over, however it ends, and forgets it: what it left is found by the look. Answers why that
 * cannot be said; then nothing may be sent.
 */
export async function awaitEarlierTask(
  holding: Holding,
  task: string | null,
): Promise<OperationError | undefined> {
  const { loop, kind, step, cancelled } = holding;
  if (task !== null && kind.follow && !kind.isTaskOwn) {
    const call = toCall(holding, kind.timeLimitMs);
    const signal = AbortSignal.any([call.signal, cancelled]);
    const failure = await kind
      .follow(task, step.input, { ...call, signal })
      .then(() => undefined, toOperationError);
    await loop.seam?.('earlier_task_followed');
    if (loop.stopSignal.aborted && failure) throw new WorkerStops(step.id, { cause: failure });
    if (failure && !isOver(failure)) return toHindrance(failure, holding, call.signal);
  }
  await writeClaimed(holding, () => ({ task: null }));
  return undefined;
}

/** The platform said how it ended, or keeps it no more: those that run are kept. */
function isOver({ end, code }: OperationError): boolean {
  return end === 'refused' || code === 'not_found';
}

function toHindrance(
  { code, facts }: OperationError,
  { cancelled }: Holding,
  { aborted }: AbortSignal,
): OperationError {
  const stillRuns = aborted || cancelled.aborted;
  return new OperationError(stillRuns ? 'another_task_runs' : code, 'not_started', facts);
}
