/** The course of a task: it waits for a place, runs, may ask, and ends with or without its effect. */
import { toOperationError } from '#core/errors.ts';
import type { Flaw } from './deeds/deed.ts';
import { deedOf } from './deeds/deeds.ts';
import type { Draft } from './draft.ts';
import type { DeedInputs, LabTask, Twist } from './task.ts';

/** Full copies at once, as platforms have them; more of them wait. */
const PLACES: Readonly<Record<string, number>> = { host: 4, datastore: 8 };

/** Gives free places to those that wait, oldest first. */
export function startQueued(draft: Draft, at: number): void {
  const taken = new Map<string, number>();
  const queued: LabTask[] = [];
  for (const task of draft.tasks()) {
    if (task.state === 'queued') queued.push(task);
    else for (const place of task.uses) taken.set(place, (taken.get(place) ?? 0) + 1);
  }
  for (const task of queued) {
    if (!task.uses.every((place) => (taken.get(place) ?? 0) < placesOf(place))) continue;
    for (const place of task.uses) taken.set(place, (taken.get(place) ?? 0) + 1);
    draft.putTask({ ...task, state: 'running', startedAt: at, dueAt: at + task.durationMs });
  }
}

function placesOf(place: string): number {
  return PLACES[place.slice(0, place.indexOf(' '))] ?? 1;
}

/** Writes what a due task comes to, and answers the task as it stands then. */
export function concludeTask(draft: Draft, task: LabTask, at: number): LabTask {
  const asked = task.twist?.twist === 'ask' ? askFirst(draft, task, task.twist) : undefined;
  const concluded: LabTask = asked ?? { ...task, ...carryOut(draft, task), endedAt: at };
  draft.putTask(concluded);
  return concluded;
}

/** The VM shows the question, and the task stands still until somebody answers it at the vendor's console. */
function askFirst(draft: Draft, task: LabTask, { question }: Twist & { twist: 'ask' }) {
  const vm = 'vm' in task.input ? draft.get('vm', task.input.vm.handle) : undefined;
  if (!vm) return undefined;
  draft.put({ ...vm, body: { ...vm.body, question } });
  return { ...task, state: 'asking' as const, dueAt: undefined };
}

type Outcome = Pick<LabTask, 'state' | 'fault' | 'made'>;

function carryOut(draft: Draft, task: LabTask): Outcome {
  const { twist } = task;
  if (twist?.twist === 'fail') return { state: 'failed', fault: { code: twist.code, facts: {} } };
  if (twist?.twist === 'without_effect' && twist.part === 'all') return { state: 'done' };
  try {
    const made = applyDeed(draft, task, toFlaw(twist));
    if (twist?.twist !== 'fail_with_effect' && twist?.twist !== 'half_effect')
      return { state: 'done', made };
    return { state: 'failed', made, fault: { code: twist.code, facts: {} } };
  } catch (error) {
    const { code, facts } = toOperationError(error);
    if (code === 'unexpected') throw error;
    return { state: 'failed', fault: { code, facts } };
  }
}

function toFlaw(twist: Twist | undefined): Flaw {
  if (twist?.twist === 'half_effect') return { half: true };
  return twist?.twist === 'without_effect' ? { leaveOut: twist.part } : {};
}

/** The world may have changed since the task was accepted, so the platform looks again. */
function applyDeed(draft: Draft, task: LabTask, flaw: Flaw): string | undefined {
  const view = { ...draft, tasks: () => draft.tasks().filter((it) => it.id !== task.id) };
  const deed = deedOf(task.deed);
  const input = task.input as DeedInputs[typeof task.deed] as never;
  if (task.deed !== 'shutdownGuest') deed.check(view, input);
  return deed.apply(draft, input, task.stepToken, flaw);
}
