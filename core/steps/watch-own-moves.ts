/** Watches VMs that a platform moves by itself, without a task of Drover's for each: until it is done, or moves nothing more. */
import { type ErrorCode, OperationError, toOperationError } from '../errors.ts';
import type { ObjectRef } from '../inventory/estate-object.ts';
import type { Clock } from '../ports/clock.ts';
import type { Call, Connection } from '../ports/connection.ts';
import { requireMigration } from './step-world.ts';

/** In milliseconds. */
export interface WatchPatience {
  readonly everyMs: number;
  /** So long no VM has come or gone and none is on its way: the platform has given up on the rest. */
  readonly stillMs: number;
  /** After so long nobody waits for it any more, whatever it does. Counted anew after a restart. */
  readonly limitMs: number;
}

export const WATCH_PATIENCE: WatchPatience = {
  ...{ everyMs: 3_000, stillMs: 5 * 60_000, limitMs: 4 * 3_600_000 },
};

export interface OwnMoves {
  readonly isOver: boolean;
  /** Who has not moved yet. */
  readonly waiting: readonly ObjectRef[];
}

export interface Watch {
  readonly clock: Clock;
  readonly patience: WatchPatience;
  readonly call: Call;
  look(signal: AbortSignal): Promise<OwnMoves>;
  connection(): Promise<Connection>;
}

/** `over`: on the platform's word. `given_up`: it moves nothing more, or takes too long. */
export async function watchOwnMoves(watch: Watch): Promise<'over' | 'given_up'> {
  const { clock, patience, call } = watch;
  const beganAtMs = clock.elapsedMs();
  let changedAtMs = beganAtMs;
  let count: number | undefined;
  while (clock.elapsedMs() - beganAtMs < patience.limitMs) {
    const seen = await lookPatiently(watch);
    if (seen?.isOver) return 'over';
    if (seen && seen.waiting.length !== count) {
      count = seen.waiting.length;
      changedAtMs = clock.elapsedMs();
    } else if (seen && clock.elapsedMs() - changedAtMs >= patience.stillMs) {
      if (!(await isAnyMoving(watch, seen.waiting))) return 'given_up';
      changedAtMs = clock.elapsedMs();
    }
    await clock.pause(patience.everyMs, call.signal);
  }
  return 'given_up';
}

/** While the platform does not answer it goes on, for all that is known; how long that may last is limited. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['not_reachable', 'no_answer', 'session_lost']);

async function lookPatiently({ look, call }: Watch): Promise<OwnMoves | undefined> {
  try {
    return await look(call.signal);
  } catch (cause) {
    if (call.signal.aborted || !PASSING.has(toOperationError(cause).code)) throw cause;
    return undefined;
  }
}

/** Of one that cannot be asked about it is not said that it stands still. */
async function isAnyMoving(
  { connection, call: { signal } }: Watch,
  waiting: readonly ObjectRef[],
): Promise<boolean> {
  for (const vm of waiting) {
    try {
      const { found } = await requireMigration(await connection()).findMove(vm, signal);
      if (found !== 'nothing') return true;
    } catch (cause) {
      if (!(cause instanceof OperationError)) throw cause;
      // It is no more, or stands elsewhere by now: nothing to wait for.
      if (cause.code !== 'not_found' && cause.code !== 'not_the_vm_approved') return true;
    }
  }
  return false;
}
