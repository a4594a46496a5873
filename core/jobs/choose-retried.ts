/** Which steps of an ended job begin anew when it is retried, and which stay as they are: pure over the steps. */
import { isTidy, type Job, type Step } from './job.ts';
import { isRetriable } from './job-try.ts';
import type { StepKinds } from './step-kind.ts';
import { isDone } from './unblock.ts';

type Ended = Pick<
  Step,
  'key' | 'after' | 'begins' | 'choice' | 'state' | 'code' | 'facts' | 'position'
>;

export interface Retried<S> {
  /** In the order of the list. */
  readonly anew: readonly S[];
  /** Failed or cancelled, and needed no more: the plan of now does without. */
  readonly spared: readonly S[];
}

export interface RetryView {
  /** Keys of the plan as it would be made now. */
  readonly planned: ReadonlySet<string>;
  /** Keys of steps that are done, and whose effect is there no more. */
  readonly undone: ReadonlySet<string>;
}

/**
 * What is done stays done. What failed, and what was skipped or cancelled with it, waits for its turn anew; what puts in
 * order what was left does so at the new end too. Consent holds for one job and one hour: what came of none is asked anew.
 */
export function chooseRetried<S extends Ended>(
  steps: readonly S[],
  { planned, undone }: RetryView,
): Retried<S> {
  const isSettled = ({ key, state }: S) => isDone(state) || isMended(key, state, steps);
  const beginsAnew = (step: S) => {
    if (!planned.has(step.key)) return false;
    if (isTidy(step) || undone.has(step.key)) return true;
    if (!isSettled(step)) return true;
    return isVainAnswer(step, steps, (one) => isSettled(one) && !undone.has(one.key));
  };
  const anew = steps.filter(beginsAnew);
  const isLeft = ({ key, state }: S) =>
    !planned.has(key) &&
    (state === 'cancelled' || (state === 'failed' && !isMended(key, state, steps)));
  return { anew, spared: steps.filter(isLeft) };
}

/** Of what is undone: what stays so, since it was done and others have changed it since. A host is emptied of what came back. */
export function listLeft<S extends Pick<Step, 'key' | 'state' | 'kind' | 'version'>>(
  steps: readonly S[],
  undone: ReadonlySet<string>,
  kinds: StepKinds,
): S[] {
  return steps.filter(
    ({ key, state, kind, version }) =>
      isDone(state) && undone.has(key) && kinds.find(kind, version)?.staysDone === true,
  );
}

function isMended(key: string, state: Step['state'], steps: readonly Ended[]): boolean {
  if (state !== 'failed') return false;
  return steps.some(
    (one) => one.begins === 'when_failed' && one.after.includes(key) && isDone(one.state),
  );
}

/** Nothing was done by that word: left as it is, or ordered and not come true. */
function isVainAnswer<S extends Ended>(
  { key, facts }: S,
  steps: readonly S[],
  hasCome: (step: S) => boolean,
): boolean {
  const answer = facts?.answer;
  if (answer === undefined) return false;
  return !steps.some((one) => one.choice === answer && one.after.includes(key) && hasCome(one));
}

/** Why a job is not retried, whatever the platforms show; undefined where it may be. */
export type EndRefusal = 'still_running' | 'not_for_retry' | 'never_began';

export function findEndRefusal(job: Pick<Job, 'state' | 'startedAt'>): EndRefusal | undefined {
  if (job.state === 'starting' || job.state === 'running') return 'still_running';
  if (!isRetriable(job)) return 'not_for_retry';
  return job.startedAt === null ? 'never_began' : undefined;
}
