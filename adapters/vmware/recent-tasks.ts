/**
 * Tasks that work on an object now, whoever ordered them.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.ManagedEntity.html (recentTask)
 */
import type { TaskRef } from '#core/ports/connection.ts';
import { TaskOrigin } from './deed-schema.ts';
import { toProperties } from './properties.ts';
import type { MoRef, ObjectContent } from './schema.ts';
import type { WireObject } from './soap/to-wire.ts';

export const TASK_WANTED = { Task: TaskOrigin };

/** Reaches the recent tasks of an object of that type. */
export function toRecentTasks(type: string): WireObject {
  return { name: `tasks of ${type}`, type, path: 'recentTask', skip: false };
}

export interface RunningTask {
  readonly task: TaskRef;
  /** `RelocateVM_Task VirtualMachine.relocate`; what DRS does by itself has the second alone. */
  readonly name: string;
}

export interface RunningTasks {
  /** Queued and running ones. */
  readonly tasks: readonly RunningTask[];
  /** False: one may be among them that the platform does not show. */
  readonly isWhole: boolean;
}

/** Of the tasks that a list refers to, those that are not over; without the list nothing is known. */
export function listRunning(
  recent: readonly MoRef[] | undefined,
  contents: readonly ObjectContent[],
): RunningTasks {
  if (!recent) return { tasks: [], isWhole: false };
  const handles = new Set(recent.map(({ value }) => value));
  const tasks: RunningTask[] = [];
  let isWhole = true;
  for (const content of contents) {
    if (content.obj.type !== 'Task' || !handles.has(content.obj.value)) continue;
    const { properties } = toProperties(TaskOrigin, content);
    const { 'info.name': method, 'info.descriptionId': description } = properties;
    const state = properties['info.state'];
    if (state === 'success' || state === 'error') continue;
    const name = [method, description].filter(Boolean).join(' ');
    if (name === '' || state === undefined) isWhole = false;
    else tasks.push({ task: content.obj.value, name });
  }
  return { tasks, isWhole };
}

/** What a host waits for until it is empty. */
export function findEntering({ tasks }: RunningTasks): TaskRef | undefined {
  return tasks.find(({ name }) => /enterMaintenanceMode/i.test(name))?.task;
}
