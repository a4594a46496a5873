/** The look for an own earlier effect, before anything is sent. */
import { OperationError, toOperationError } from '../errors.ts';
import { type Holding, LOOK_LIMIT_MS, toCall } from './conclude.ts';
import { WorkerStops } from './loop.ts';
import type { Look } from './step-kind.ts';

export type Looked =
  | Exclude<Look, { readonly found: 'gone' }>
  | { readonly found: 'failed'; readonly error: OperationError };

/**
 * Looks for an own earlier effect. Before anything was sent, a look that fails or cannot tell is a reason to try later,
 * not an unknown outcome.
 */
export async function lookFor(holding: Holding): Promise<Looked> {
  const { kind, step, loop } = holding;
  if (kind.evidence === 'none') return { found: 'nothing' };
  const isUnsent = step.state === 'ready';
  try {
    const look = await kind.look(step.input, toCall(holding, LOOK_LIMIT_MS), step.task);
    if (look.found === 'gone')
      return { found: 'failed', error: new OperationError('not_found', 'not_started', look.facts) };
    if (look.found !== 'cannot_tell' || !isUnsent) return look;
    return { found: 'failed', error: new OperationError('another_task_runs', 'not_started') };
  } catch (cause) {
    if (loop.stopSignal.aborted) throw new WorkerStops(step.id, { cause });
    const { code, facts } = toOperationError(cause);
    if (isUnsent)
      return { found: 'failed', error: new OperationError(code, 'not_started', facts, { cause }) };
    return { found: 'cannot_tell' };
  }
}
