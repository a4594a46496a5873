/**
 * What is read before a job is retried: who asked, who agreed, who retries, and what the platforms show of the steps.
 * Nothing of it is done inside a transaction; decide-retry.ts judges there.
 */
import { OperationError } from '#core/errors.ts';
import { findEndRefusal } from '#core/jobs/choose-retried.ts';
import { LOOK_LIMIT_MS } from '#core/jobs/conclude.ts';
import { type Job, STEP_ENDED, type Step } from '#core/jobs/job.ts';
import type { StepKinds } from '#core/jobs/step-kind.ts';
import { isDone } from '#core/jobs/unblock.ts';
import type { AnyOperation } from '#core/operations/operation.ts';
import type { Account } from '#core/ports/directory.ts';
import { closeStages } from './close-stages.ts';
import { judgeRight } from './judge-right.ts';
import { type Members, readMembers } from './open-request.ts';
import { toDisagreement } from './read-standing.ts';
import {
  findVoid,
  readAccounts,
  readStored,
  type StartGateDeps,
  type Stored,
} from './start-gate.ts';

export interface RetryDeps extends StartGateDeps {
  readonly kinds: StepKinds;
  /** How long after its approval a job may be retried, in milliseconds. */
  readonly retryWithinMs: number;
}

export type RetryRefusalCode =
  | (ReturnType<typeof findEndRefusal> & string)
  | 'made_by_older_version'
  | 'older_step_was_sent'
  | 'approval_too_old'
  | 'goes_on_already'
  | 'retried_meanwhile'
  | 'requester_not_active'
  | 'requester_without_right'
  | 'role_grants_nothing'
  | 'retrier_without_right'
  | 'vote_void'
  | 'effect_gone'
  | 'another_job_changes_it'
  | 'not_worth_moving'
  | 'nothing_left';

export interface RetryRefusal {
  readonly code: RetryRefusalCode;
  readonly facts: Readonly<Record<string, string>>;
}

/** What the platforms show of steps, by key. */
export interface SeenSteps {
  /** Their effect is there, or on its way. */
  readonly there: ReadonlySet<string>;
  /** They were done, and their effect is there no more, though what they were done to is. */
  readonly undone: ReadonlySet<string>;
}

export interface RetryLook {
  readonly stored: Stored;
  readonly operation: AnyOperation;
  readonly input: unknown;
  readonly requester: Account;
  readonly person: Account;
  readonly members: Members;
  readonly seen: SeenSteps;
  /** How often it had been retried when this was read. */
  readonly tries: number;
}

export async function lookAtRetry(
  deps: RetryDeps,
  jobId: string,
  person: Account,
): Promise<RetryLook | RetryRefusal> {
  const { job, steps, tries } = await readJob(deps, jobId);
  const ended = job && findEndRefusal(job);
  // Said in the transaction, which sees how it stands then.
  if (!job || ended) return { code: ended ?? 'made_by_older_version', facts: {} };
  const stored = await readStored(deps, job);
  const operation = deps.findOperation(job.operation);
  const input = operation?.input.safeParse(stored?.request.input);
  if (!stored || !operation || !input?.success) return { code: 'made_by_older_version', facts: {} };
  const accounts = await readAccounts(deps, stored);
  const requester = accounts.get(job.requesterId);
  if (requester?.state !== 'active') {
    const facts = { person: job.requesterName, state: requester?.state ?? 'gone' };
    return { code: 'requester_not_active', facts };
  }
  // The platforms are asked before any right is judged: on things as they are today (H26).
  const doneKeys = new Set(steps.filter(({ state }) => isDone(state)).map(({ key }) => key));
  const within = stored.approved.bounds;
  const own = { requestId: stored.request.id, doneKeys, within };
  await deps.prepareWorld(operation, input.data, own);
  const closed = { ...stored, request: closeStages(stored.request, deps.rules.policies) };
  const gone = findVoid(closed, accounts);
  if (gone) return { code: 'vote_void', facts: gone };
  const look = { stored, operation, input: input.data, requester, person, tries };
  const refusal = findRightRefusal(deps, job, look);
  if (refusal) return refusal;
  const members = await readMembers(deps.rules, deps.directory);
  return { ...look, members, seen: await lookAtSteps(deps, steps) };
}

function readJob({ store }: RetryDeps, jobId: string) {
  return store.read(async (reads) => {
    const job = await reads.jobs.find(jobId);
    const steps = await reads.jobs.listSteps({ jobId, states: STEP_ENDED });
    return { job, steps, tries: (await reads.jobTries.list(jobId)).length };
  });
}

/** Both: who asked may still ask for it, and whoever retries it could. */
export function findRightRefusal(
  deps: Pick<RetryDeps, 'index' | 'rules'>,
  job: Job,
  {
    operation,
    input,
    requester,
    person,
  }: Pick<RetryLook, 'operation' | 'input' | 'requester' | 'person'>,
): RetryRefusal | undefined {
  const asked = { operation, input, requesterId: job.requesterId };
  const facts = { person: job.requesterName, right: job.operation };
  const { rights: own } = judgeRight(deps, asked, requester);
  if (own?.code === 'group_disagrees')
    return { code: 'role_grants_nothing', facts: toDisagreement(job.requesterName, job, own) };
  if (own && !own.allowed) return { code: 'requester_without_right', facts };
  const { rights } = judgeRight(deps, asked, person);
  if (rights && !rights.allowed)
    return { code: 'retrier_without_right', facts: { ...facts, person: person.name } };
  return undefined;
}

const LOOKS_AT_ONCE = 8;
/** All of them together: somebody waits for the answer. */
const LOOKS_LIMIT_MS = 60_000;

/** A look that fails or cannot tell says nothing: the step itself looks once more before it acts. */
async function lookAtSteps({ kinds }: RetryDeps, steps: readonly Step[]): Promise<SeenSteps> {
  const there = new Set<string>();
  const undone = new Set<string>();
  const sent = steps.filter(({ sentAt, state }) => sentAt !== null && state !== 'skipped');
  const limit = AbortSignal.timeout(LOOKS_LIMIT_MS);
  for (let from = 0; from < sent.length && !limit.aborted; from += LOOKS_AT_ONCE) {
    const some = sent.slice(from, from + LOOKS_AT_ONCE);
    const found = await Promise.all(some.map((step) => lookAt(kinds, step, limit)));
    for (const [at, step] of some.entries()) {
      if (found[at] === 'done' || found[at] === 'running') there.add(step.key);
      else if (isDone(step.state) && found[at] === 'nothing') undone.add(step.key);
    }
  }
  return { there, undone };
}

async function lookAt(kinds: StepKinds, step: Step, limit: AbortSignal) {
  const kind = kinds.find(step.kind, step.version);
  if (!kind || kind.evidence === 'none' || kind.ask) return undefined;
  const call = {
    ...{ stepToken: step.id, onProgress: () => undefined },
    signal: AbortSignal.any([limit, AbortSignal.timeout(LOOK_LIMIT_MS)]),
  };
  try {
    const { found } = await kind.look(step.input, call, null);
    return found === 'cannot_tell' ? undefined : found;
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}
