/** What a job has come to, once each of its steps has ended: pure over the states of all. */
import type { ErrorCode } from '../errors.ts';
import type { Job, JobState, Step, StepState } from './job.ts';
import { isDone } from './unblock.ts';

/** The host is in a stated state, and not in the one that was wished. */
const INCOMPLETE: ReadonlySet<ErrorCode> = new Set([
  'maintenance_incomplete',
  'maintenance_mark_stays',
]);

export function toJobState(
  job: Job,
  steps: readonly Step[],
  states: ReadonlyMap<string, StepState>,
): JobState {
  const all = [...states.values()];
  if (steps.some(({ code }) => code !== null && INCOMPLETE.has(code))) return 'incomplete';
  const isMended = (failed: string) =>
    steps.some(
      ({ key, after, begins }) =>
        begins === 'when_failed' && after.includes(failed) && isDone(states.get(key)),
    );
  const failed = [...states].filter(([, state]) => state === 'failed').map(([key]) => key);
  if (!failed.every(isMended)) return isInPart(steps, states) ? 'incomplete' : 'failed';
  // It was over before the cancel came: nothing of what that left out was needed any more.
  if (steps.some(({ code }) => code === 'maintenance_reached')) return 'done_with_warning';
  const needed = listNeeded(steps, states).map(({ key }) => states.get(key));
  // What is taken back is not done, though all that was to be done before may be.
  if (steps.some(({ code }) => code === 'maintenance_taken_back')) return 'cancelled';
  if (job.cancelAskedAt && !needed.every(isDone)) return 'cancelled';
  if (needed.includes('cancelled')) return 'cancelled';
  return all.includes('done_with_warning') || failed.length > 0 ? 'done_with_warning' : 'done';
}

/** Of several VMs that move each for itself, one at least has: the others are left where they were. */
function isInPart(steps: readonly Step[], states: ReadonlyMap<string, StepState>): boolean {
  const moves = steps.filter(({ kind }) => kind === 'move-vm');
  return moves.length > 1 && moves.some(({ key }) => isDone(states.get(key)));
}

/** Without second tries for what did not fail and answers that nobody gave: a cancel that ends those has ended nothing. */
function listNeeded(steps: readonly Step[], states: ReadonlyMap<string, StepState>): Step[] {
  const answers = new Map(steps.map(({ key, facts }) => [key, facts?.answer]));
  return steps.filter(({ after, begins, choice }) => {
    if (begins === 'when_failed') return after.some((key) => states.get(key) === 'failed');
    return choice === null || after.some((key) => answers.get(key) === choice);
  });
}
