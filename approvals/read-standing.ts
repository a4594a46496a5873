/**
 * While a job runs: what the directory says now of whoever it goes by, judged as at its start (H26).
 *
 * Nobody's answer is a loss: a directory that is silent, an account that cannot be read and a scope that is not known are
 * each unknown.
 */
import { OperationError } from '#core/errors.ts';
import { goesBy } from '#core/jobs/hold.ts';
import type { Job } from '#core/jobs/job.ts';
import type { AnyOperation } from '#core/operations/operation.ts';
import type { Account } from '#core/ports/directory.ts';
import type { Standing } from '#core/ports/start-gate.ts';
import { authorize, type RightsDecision } from '#core/rights/authorize.ts';
import { findDisagreement } from '#core/rights/configured-group.ts';
import { isAction } from '#core/rights/role.ts';
import { judgeRight } from './judge-right.ts';
import type { RequestDeps } from './open-request.ts';
import { readMembersOf } from './watch-request.ts';

export interface StandingDeps extends RequestDeps {
  findOperation(name: string): AnyOperation | undefined;
}

export async function readStanding(deps: StandingDeps, job: Job): Promise<Standing> {
  try {
    return await judgeStanding(deps, job);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { standing: 'unknown', code: error.code };
  }
}

async function judgeStanding(deps: StandingDeps, job: Job): Promise<Standing> {
  const { id, name: person } = goesBy(job);
  const account = await deps.directory.findAccount(id);
  if (account?.state !== 'active') {
    const facts = { person, state: account?.state ?? 'gone' };
    return lose(deps, { code: 'requester_lost_account', facts });
  }
  const rights = await judgeJob(deps, job, account);
  if (!rights || rights.allowed) return { standing: 'holds' };
  if (
    rights.code !== 'a_role_denies' &&
    rights.reasons.some(({ code }) => code === 'scope_unknown')
  )
    return { standing: 'unknown', code: 'object_unreadable' };
  if (rights.code === 'group_disagrees')
    return lose(deps, { code: 'requester_lost_role', facts: toDisagreement(person, job, rights) });
  const facts = { person, right: job.operation };
  return lose(deps, { code: 'requester_lost_right', facts });
}

/** Undefined where there is nothing to judge: what it is about is gone, or was asked for by an older version. */
async function judgeJob(
  deps: StandingDeps,
  job: Job,
  account: Account,
): Promise<RightsDecision | undefined> {
  const request = await deps.store.read((reads) => reads.requests.find(job.requestId));
  const operation = deps.findOperation(job.operation);
  const input = operation?.input.safeParse(request?.input);
  if (!operation || !input?.success) return undefined;
  const asked = { operation, input: input.data, requesterId: job.requesterId };
  return judgeRight(deps, asked, account).rights;
}

/** The right by its role, which grants nothing now (H28). */
export function toDisagreement(
  person: string,
  { operation: right }: Job,
  { reasons }: RightsDecision,
): Record<string, string> {
  const reason = reasons.find(({ code }) => code === 'group_disagrees');
  const { written = '', pinnedId = '', nowId = null } = reason?.disagreement ?? {};
  const facts = { person, right, role: reason?.role ?? '', written, pinnedId };
  return { ...facts, now: nowId ?? 'of no such group' };
}

type Lost = Extract<Standing, { standing: 'lost' }>;

async function lose(deps: StandingDeps, lost: Pick<Lost, 'code' | 'facts'>): Promise<Standing> {
  return { standing: 'lost', ...lost, asks: await askOperators(deps) };
}

const ANSWER = 'job.answer';

/** Everybody who may answer a job's question. Who cannot be listed finds it in the operators' channel and on the job's card. */
export async function askOperators({
  directory,
  rules,
  onError,
}: StandingDeps): Promise<Account[]> {
  const roles = rules.roles.filter(
    ({ allow, members }) =>
      allow.some((pattern) => isAction(pattern, ANSWER)) && !findDisagreement(members),
  );
  const groupIds = roles.flatMap(({ members }) => members.map(({ id }) => id));
  try {
    const members = [...(await readMembersOf(directory, groupIds)).values()].flat();
    const people = [...new Map(members.map((one) => [one.id, one])).values()];
    return people.filter((person) => authorize({ person, action: ANSWER }, rules.roles).allowed);
  } catch (error) {
    onError(error);
    return [];
  }
}
