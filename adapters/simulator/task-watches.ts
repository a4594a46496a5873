/** Those who wait for tasks: each hears of progress when it changed, and of the end once. */
import { isLive, type LabTask, progressOf } from './task.ts';
import type { World } from './world.ts';

export interface TaskWatch {
  onProgress(percent: number): void;
  onEnd(task: LabTask): void;
}

export interface TaskWatches {
  /** The answer ends it. */
  watch(taskId: string, watch: TaskWatch): () => void;
  /** Tells those who wait for a task how it stands; it may be over. */
  tell(task: LabTask, percent: number): void;
  /** Tells everybody how far things are. */
  tick(now: number): void;
  isAnyWatched(): boolean;
  /** Called when somebody begins to wait while nobody did. */
  onFirst(listener: () => void): void;
}

export function createTaskWatches(world: World): TaskWatches {
  const watches = new Map<string, Map<TaskWatch, number>>();
  let onFirst = () => {};

  function tell(task: LabTask, percent: number): void {
    const waiting = watches.get(task.id);
    if (!waiting) return;
    if (!isLive(task)) {
      watches.delete(task.id);
      for (const watch of waiting.keys()) watch.onEnd(task);
      return;
    }
    if (task.state !== 'running') return;
    for (const [watch, last] of waiting) {
      if (last === percent) continue;
      waiting.set(watch, percent);
      watch.onProgress(percent);
    }
  }

  return {
    watch(taskId, watch) {
      const isFirst = watches.size === 0;
      const waiting = watches.get(taskId) ?? new Map<TaskWatch, number>();
      watches.set(taskId, waiting.set(watch, -1));
      if (isFirst) onFirst();
      return () => {
        waiting.delete(watch);
        if (waiting.size === 0 && watches.get(taskId) === waiting) watches.delete(taskId);
      };
    },
    tell,
    tick(now) {
      for (const id of [...watches.keys()]) {
        const task = world.findTask(id);
        if (task) tell(task, progressOf(task, now));
      }
    },
    isAnyWatched: () => watches.size > 0,
    onFirst(listener) {
      onFirst = listener;
    },
  };
}
