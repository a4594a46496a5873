/** Which steps of a job may begin now, and which can no longer: pure over the states of all. */
import { STEP_ENDED, type Step, type StepState } from './job.ts';

type Standing = Pick<Step, 'key' | 'after' | 'begins' | 'choice' | 'facts'>;

/**
 * Answers the steps whose turn it is, of those that may begin; marks in `states` those as `ready` and those that can no
 * longer run as `skipped`.
 */
export function unblock<S extends Standing>(
  steps: readonly S[],
  states: Map<string, StepState>,
  mayBegin: (step: S) => boolean = () => true,
): S[] {
  const answers = new Map(steps.map(({ key, facts }) => [key, facts?.answer]));
  const freed: S[] = [];
  // A skipped step may skip others that stand before it in the list: until nothing changes.
  for (let changed = true; changed; ) {
    changed = false;
    for (const step of steps.filter(({ key }) => states.get(key) === 'blocked')) {
      const turn = toTurn(step, states, answers);
      if (turn === 'waits' || (turn === 'goes' && !mayBegin(step))) continue;
      states.set(step.key, turn === 'goes' ? 'ready' : 'skipped');
      if (turn === 'goes') freed.push(step);
      changed = true;
    }
  }
  return freed;
}

type Turn = 'waits' | 'goes' | 'is_left_out';

function toTurn(
  { after, begins, choice }: Standing,
  states: ReadonlyMap<string, StepState>,
  answers: ReadonlyMap<string, unknown>,
): Turn {
  const before = after.map((key) => states.get(key));
  const isChosen = choice === null || after.some((key) => answers.get(key) === choice);
  if (begins === 'when_done') {
    if (before.some(isLost)) return 'is_left_out';
    if (!before.every(isDone)) return 'waits';
    return isChosen ? 'goes' : 'is_left_out';
  }
  if (!before.every(isEnded)) return 'waits';
  if (begins === 'when_ended') return isChosen ? 'goes' : 'is_left_out';
  return before.includes('failed') ? 'goes' : 'is_left_out';
}

export function isDone(state: StepState | undefined): boolean {
  return state === 'done' || state === 'done_with_warning';
}

export function isEnded(state: StepState | undefined): boolean {
  return STEP_ENDED.some((ended) => ended === state);
}

function isLost(state: StepState | undefined): boolean {
  return isEnded(state) && !isDone(state);
}
