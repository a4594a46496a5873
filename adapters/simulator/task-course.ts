/** The course of a task: it waits for a place, runs, may ask, and ends with or without its effect. */
import { toOperationError } from '#core/errors.ts';
import { applyMidMove, leaveCopy } from './deeds/broken-move.ts';
import type { Flaw } from './deeds/deed.ts';
import { type Deed, deedOf } from './deeds/deeds.ts';
import type { Draft, PlatformView } from './draft.ts';
import { placesAt } from './places.ts';
import { askAbout, withdrawQuestion } from './questions.ts';
import type { DeedInputs, DeedName, LabTask, Twist } from './task.ts';

/** Gives free places to those that wait, oldest first. */
export function startQueued(draft: Draft, at: number): void {
  const taken = new Map<string, number>();
  const queued: LabTask[] = [];
  for (const task of draft.tasks()) {
    if (task.state === 'queued' || task.state === 'waiting') queued.push(task);
    else for (const place of task.uses) taken.set(place, (taken.get(place) ?? 0) + 1);
  }
  for (const task of queued) {
    if (!isReady(draft, task)) {
      draft.putTask({ ...task, state: 'waiting' });
      continue;
    }
    if (!task.uses.every((place) => (taken.get(place) ?? 0) < placesAt(draft, place))) continue;
    for (const place of task.uses) taken.set(place, (taken.get(place) ?? 0) + 1);
    const dueAt = at + task.durationMs * shareToDue(task.twist);
    draft.putTask({ ...task, state: 'running', startedAt: at, dueAt });
  }
}

/** One that is going to fail does not wait for what it needs. */
function isReady(draft: Draft, task: LabTask): boolean {
  if (task.twist?.twist === 'fail' || task.twist?.twist === 'without_effect') return true;
  return toBound(task).deed.isReady?.(draft, toBound(task).input) ?? true;
}

function shareToDue(twist: Twist | undefined): number {
  return twist && 'percent' in twist ? twist.percent / 100 : 1;
}

/** The deed with its own kind of input. */
function toBound(task: LabTask): {
  readonly deed: Deed<DeedName>;
  readonly input: DeedInputs[DeedName] & never;
} {
  return { deed: deedOf(task.deed), input: task.input as never };
}

/** Writes what a due task comes to. */
export function concludeTask(draft: Draft, task: LabTask, at: number): void {
  if (!isReady(draft, task)) {
    draft.putTask({ ...task, state: 'waiting', startedAt: undefined, dueAt: undefined });
    return;
  }
  const asked =
    task.twist?.twist === 'ask' ? askAbout(draft, task, task.twist.question) : undefined;
  draft.putTask(asked ?? { ...task, ...carryOut(draft, task, at), endedAt: at });
}

/** Nothing of it stays. */
export function cancelTask(draft: Draft, task: LabTask, endedAt: number): void {
  const fault = { code: 'cancelled_on_platform', facts: { task: task.id } } as const;
  const { deed, input } = toBound(task);
  deed.undo?.(draft, input);
  withdrawQuestion(draft, task);
  draft.putTask({ ...task, state: 'cancelled', endedAt, fault });
}

type Outcome = Pick<LabTask, 'state' | 'fault' | 'made'>;

function carryOut(draft: Draft, task: LabTask, at: number): Outcome {
  const { twist } = task;
  if (twist?.twist === 'without_effect' && twist.part === 'all') return { state: 'done' };
  try {
    return applyTwisted(draft, task, at);
  } catch (error) {
    const { code, facts } = toOperationError(error);
    if (code === 'unexpected') throw error;
    const { deed, input } = toBound(task);
    deed.undo?.(draft, input);
    return { state: 'failed', fault: { code, facts } };
  }
}

function applyTwisted(draft: Draft, task: LabTask, at: number): Outcome {
  const { twist } = task;
  const fail = (code: LabTask['fault'] & {}, made?: string): Outcome => ({
    state: 'failed',
    fault: code,
    made,
  });
  switch (twist?.twist) {
    case 'fail': {
      const { deed, input } = toBound(task);
      deed.undo?.(draft, input);
      return fail({ code: twist.code, facts: {} });
    }
    case 'leave_copy':
      checkAgain(draft, task);
      return fail({ code: twist.code, facts: {} }, leaveCopy(draft, task, twist.sourceLost, at));
    case 'guest_off':
    case 'target_dies':
    case 'source_dies':
      checkAgain(draft, task);
      return fail(applyMidMove(draft, task, twist.twist, at));
    case 'fail_with_effect':
    case 'half_effect':
      return fail({ code: twist.code, facts: {} }, applyDeed(draft, task, at, toFlaw(twist)));
    default:
      return { state: 'done', made: applyDeed(draft, task, at, toFlaw(twist)) };
  }
}

function toFlaw(twist: Twist | undefined): Flaw {
  if (twist?.twist === 'half_effect') return { half: true };
  return twist?.twist === 'without_effect' ? { leaveOut: twist.part } : {};
}

function applyDeed(draft: Draft, task: LabTask, at: number, flaw: Flaw): string | undefined {
  const { deed, input } = toBound(task);
  checkAgain(draft, task);
  const ended = deed.findEnded?.(draft, input);
  if (ended) cancelTask(draft, ended, at);
  return deed.apply(draft, input, task.stepToken, flaw);
}

/** The world may have changed since the task was accepted, so the platform looks again. */
function checkAgain(draft: Draft, task: LabTask): void {
  if (task.deed === 'shutdownGuest') return;
  const view: PlatformView = {
    ...draft,
    tasks: () => draft.tasks().filter((it) => it.id !== task.id),
  };
  const { deed, input } = toBound(task);
  if (deed.recheck) deed.recheck(view, input);
  else deed.check(view, input);
}
