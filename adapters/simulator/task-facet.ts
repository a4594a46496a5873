/** Follows and cancels the lab's tasks. */
import { OperationError } from '#core/errors.ts';
import type { Call, TaskFacet } from '#core/ports/connection.ts';
import type { FacetParts } from './change-facets.ts';
import { deedOf } from './deeds/deeds.ts';
import { type Gateway, lostAnswer } from './gateway.ts';
import { isLive, type LabTask } from './task.ts';
import type { TaskWatches } from './task-watches.ts';

export interface TaskFacetParts extends FacetParts {
  readonly watches: TaskWatches;
  /** The platform does not list it any more. */
  isForgotten(task: LabTask): boolean;
}

export function createTaskFacet(parts: TaskFacetParts): TaskFacet {
  const { connectionId, gateway, engine, watches } = parts;
  return {
    async follow(id, call) {
      const { drop } = await gateway.enter('follow', call.signal, nameOf(parts, id));
      if (drop?.when === 'before') throw lostAnswer(connectionId);
      const found = findTask(parts, id);
      const task = isLive(found) ? await untilEnd(gateway, watches, found, call) : found;
      if (drop) throw lostAnswer(connectionId);
      if (task.fault) throw new OperationError(task.fault.code, 'refused', task.fault.facts);
      call.onProgress(100);
    },
    async cancel(id, signal) {
      await gateway.enter('cancel', signal, nameOf(parts, id));
      const task = findTask(parts, id);
      if (!isLive(task)) return;
      if (!deedOf(task.deed).canBeCancelled)
        throw new OperationError('not_supported', 'refused', { task: id });
      engine.cancel(task);
    },
  };
}

function findTask(parts: TaskFacetParts, id: string): LabTask {
  const task = parts.world.findTask(id);
  if (task?.connectionId === parts.connectionId && !parts.isForgotten(task)) return task;
  throw new OperationError('not_found', 'unknown', { task: id });
}

/** For faults that are meant for one VM. */
function nameOf({ world, connectionId }: TaskFacetParts, id: string): string | undefined {
  const task = world.findTask(id);
  if (!task || task.connectionId !== connectionId) return undefined;
  if (task.deed === 'clone') return task.input.name;
  const { kind, handle } = 'vm' in task.input ? task.input.vm : task.input.host;
  return world.view(connectionId).get(kind, handle)?.body.name;
}

/** Whoever stops waiting has stopped nothing: the task goes on. */
function untilEnd(
  gateway: Gateway,
  watches: TaskWatches,
  task: LabTask,
  call: Call,
): Promise<LabTask> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      leave();
      const cause = { cause: call.signal.reason };
      reject(new OperationError('cancelled', 'unknown', { task: task.id }, cause));
    };
    const endWatch = watches.watch(task.id, {
      onProgress: (percent) => call.onProgress(percent),
      onEnd(ended) {
        leave();
        resolve(ended);
      },
    });
    const endLost = gateway.onLost((error) => {
      leave();
      reject(error);
    });
    const leave = () => {
      endWatch();
      endLost();
      call.signal.removeEventListener('abort', onAbort);
    };
    if (call.signal.aborted) onAbort();
    else call.signal.addEventListener('abort', onAbort, { once: true });
  });
}
