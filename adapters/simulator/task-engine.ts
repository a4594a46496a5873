/**
 * Lets the platforms' tasks run by time: accepted now, in effect when due, whether or not somebody waits.
 *
 * What became due while the lab was closed takes effect when it is opened, in the order of time.
 */
import { OperationError, toOperationError } from '#core/errors.ts';
import type { LabClock } from './clock.ts';
import { deedOf } from './deeds/deeds.ts';
import type { Draft } from './draft.ts';
import type { DeedInputs, DeedName, LabTask, Twist } from './task.ts';
import { concludeTask, startQueued } from './task-course.ts';
import type { TaskWatches } from './task-watches.ts';
import type { World } from './world.ts';

export interface Acceptance<D extends DeedName> {
  readonly connectionId: string;
  readonly deed: D;
  readonly input: DeedInputs[D];
  readonly stepToken: string;
  readonly twist?: Twist | undefined;
  /** On top of the usual time, not scaled. */
  readonly lateMs?: number | undefined;
}

export interface TaskEngine {
  /** Lets all that is due take effect. */
  settle(): void;
  /** Accepts a change in one commit. @throws OperationError as the deed's check says. */
  accept<D extends DeedName>(acceptance: Acceptance<D>): LabTask;
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
  /** How many times faster than real machines; 0: at once. */
  readonly speed: number;
}

export function createTaskEngine({ world, clock, watches, speed }: TaskEngineParts): TaskEngine {
  const laterTimers = new Set<() => void>();
  let stopTimer: (() => void) | undefined;
  let closed = false;

  function settle(): void {
    const now = clock.now();
    for (let due = nextDue(world); due && due.dueAt <= now; due = nextDue(world)) {
      const { task, dueAt } = due;
      watches.tell(conclude(world, task, dueAt), 100);
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
    const tickMs = watches.isAnyWatched() ? PROGRESS_TICK_MS : Number.POSITIVE_INFINITY;
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
      const accepted = commitSafely(world, connectionId, (draft) => {
        const task = toTask(draft, acceptance, now, speed);
        draft.putTask(task);
        startQueued(draft, now);
        return task;
      });
      settleOrRetry();
      return accepted;
    },
    later(run, delayMs) {
      const stop = clock.setTimer(() => {
        laterTimers.delete(stop);
        run();
      }, delayMs);
      laterTimers.add(stop);
    },
    cancel(task) {
      const cancelled = toCancelled(task, clock.now());
      commitSafely(world, task.connectionId, (draft) => {
        draft.putTask(cancelled);
        startQueued(draft, clock.now());
      });
      watches.tell(cancelled, 0);
      settleOrRetry();
    },
    close() {
      closed = true;
      stopTimer?.();
      for (const stop of laterTimers) stop();
    },
  };
}

function toTask<D extends DeedName>(
  draft: Draft,
  { connectionId, deed: name, input, stepToken, twist, lateMs = 0 }: Acceptance<D>,
  acceptedAt: number,
  speed: number,
): LabTask {
  const deed = deedOf(name);
  deed.check(draft, input);
  const realMs = deed.realDurationMs(draft, input);
  return {
    id: draft.newTaskId(),
    connectionId,
    deed: name,
    input,
    stepToken,
    twist,
    state: 'queued',
    acceptedAt,
    durationMs: lateMs + (speed === 0 ? 0 : Math.ceil(realMs / speed)),
    uses: deed.uses(input),
    holds: deed.holds(input),
  } as unknown as LabTask;
}

function conclude(world: World, task: LabTask, at: number): LabTask {
  return commitSafely(world, task.connectionId, (draft) => {
    const concluded = concludeTask(draft, task, at);
    startQueued(draft, at);
    return concluded;
  });
}

function toCancelled(task: LabTask, endedAt: number): LabTask {
  const fault = { code: 'cancelled_on_platform', facts: { task: task.id } } as const;
  return { ...task, state: 'cancelled', endedAt, fault };
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
