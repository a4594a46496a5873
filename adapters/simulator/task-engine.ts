/**
 * Lets the platforms' tasks run by time: accepted now, in effect when due, whether or not somebody waits.
 *
 * What became due while the lab was closed takes effect when it is opened, in the order of time.
 */
import { OperationError, toOperationError } from '#core/errors.ts';
import type { LabClock } from './clock.ts';
import type { Draft } from './draft.ts';
import { type Acceptance, type Pace, placeOrders, placeTask } from './new-task.ts';
import { type DeedName, isLive, type LabTask } from './task.ts';
import { cancelTask, concludeTask, startQueued } from './task-course.ts';
import type { TaskWatches } from './task-watches.ts';
import type { World } from './world.ts';

export interface TaskEngine {
  /** Lets all that is due take effect. */
  settle(): void;
  /** Accepts a change in one commit. @throws OperationError as the deed's check says. */
  accept<D extends DeedName>(acceptance: Acceptance<D>): LabTask;
  /** Somebody changes the platform, in one commit; what the platform then does by itself is part of it. */
  change<T>(connectionId: string, work: (draft: Draft) => T): T;
  /** Runs something once, unless the lab is closed before. */
  later(run: () => void, delayMs: number): void;
  /** Ends a task that can be cancelled; nothing of it stays. */
  cancel(task: LabTask): void;
  close(): void;
}

/** How often progress is passed on while somebody waits. */
const PROGRESS_TICK_MS = 250;
/** After a commit failed (no room on the disk), the same is tried again. */
const RETRY_MS = 1000;

export interface TaskEngineParts {
  readonly world: World;
  readonly clock: LabClock;
  readonly watches: TaskWatches;
  readonly pace: Pace;
  /** Nobody waits for progress: time may jump from one end to the next. */
  readonly isQuiet?: boolean | undefined;
}

export function createTaskEngine(parts: TaskEngineParts): TaskEngine {
  const { world, clock, watches, pace, isQuiet = false } = parts;
  const change = createChange(parts);
  const laterTimers = new Set<() => void>();
  let stopTimer: (() => void) | undefined;
  let closed = false;

  function settle(): void {
    const now = clock.now();
    for (let due = nextDue(world); due && due.dueAt <= now; due = nextDue(world)) {
      const { task, dueAt } = due;
      change(task.connectionId, dueAt, (draft) => concludeTask(draft, task, dueAt));
    }
    setTimer();
  }

  /** What was accepted stays accepted when the file takes no more just now. */
  function settleOrRetry(): void {
    try {
      settle();
    } catch (error) {
      if (toOperationError(error).code !== 'not_reachable') throw error;
      setTimer(RETRY_MS);
    }
  }

  function onTimer(): void {
    settleOrRetry();
    watches.tick(clock.now());
  }

  function setTimer(atLeastMs = 0): void {
    stopTimer?.();
    stopTimer = undefined;
    const due = nextDue(world);
    if (closed || !due) return;
    const tickMs = !isQuiet && watches.isAnyWatched() ? PROGRESS_TICK_MS : Number.POSITIVE_INFINITY;
    const delayMs = Math.max(atLeastMs, Math.min(tickMs, due.dueAt - clock.now()));
    stopTimer = clock.setTimer(onTimer, Math.max(0, delayMs));
  }

  watches.onFirst(() => setTimer());

  return {
    settle,
    accept(acceptance) {
      const { connectionId } = acceptance;
      if (closed)
        throw new OperationError('not_reachable', 'not_started', { connection: connectionId });
      settle();
      const now = clock.now();
      const accepted = change(connectionId, now, (draft) =>
        placeTask(draft, acceptance, now, pace),
      );
      settleOrRetry();
      return accepted;
    },
    change: (connectionId, work) => change(connectionId, clock.now(), work),
    later(run, delayMs) {
      const stop = clock.setTimer(() => {
        laterTimers.delete(stop);
        run();
      }, delayMs);
      laterTimers.add(stop);
    },
    cancel(task) {
      const now = clock.now();
      change(task.connectionId, now, (draft) => cancelTask(draft, task, now));
      settleOrRetry();
    },
    close() {
      closed = true;
      stopTimer?.();
      for (const stop of laterTimers) stop();
    },
  };
}

type Change = <T>(connectionId: string, at: number, work: (draft: Draft) => T) => T;

/** Makes what one commit has: a change, and what the platform does by itself then. Tells of every task that ended in it. */
function createChange({ world, watches, pace }: TaskEngineParts): Change {
  return (connectionId, at, work) => {
    let ended: readonly LabTask[] = [];
    const result = commitSafely(world, connectionId, (draft) => {
      const answer = work(draft);
      placeOrders(draft, at, pace);
      startQueued(draft, at);
      ended = draft.drafted().tasks.filter((it) => !isLive(it));
      return answer;
    });
    for (const task of ended) watches.tell(task, 100);
    return result;
  };
}

function nextDue(world: World): { readonly task: LabTask; readonly dueAt: number } | undefined {
  let next: { readonly task: LabTask; readonly dueAt: number } | undefined;
  for (const task of world.liveTasks())
    if (
      task.state === 'running' &&
      task.dueAt !== undefined &&
      task.dueAt < (next?.dueAt ?? Infinity)
    )
      next = { task, dueAt: task.dueAt };
  return next;
}

/** A commit that the lab's file did not take has changed nothing. */
export function commitSafely<T>(world: World, connectionId: string, work: (draft: Draft) => T): T {
  try {
    return world.commit(connectionId, work);
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    if (!isStorageError(cause)) throw cause;
    throw new OperationError(
      'not_reachable',
      'not_started',
      { connection: connectionId },
      { cause },
    );
  }
}

function isStorageError(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_SQLITE_ERROR';
}
