/**
 * The start gate: between a decision and the first act, requester, voters and plan are read and made again.
 *
 * Inside the approved bounds → go, and what differs is said. Votes void or outside the bounds → the request is open
 * again. Requester gone or without the right → the job does not start (H22, H26).
 */
import { OperationError } from '#core/errors.ts';
import type { Job } from '#core/jobs/job.ts';
import type { AnyOperation, World } from '#core/operations/operation.ts';
import type { Worlds } from '#core/operations/prepare-world.ts';
import { listDifferences } from '#core/plan/bounds.ts';
import { isDeedWithin } from '#core/plan/canonical-hash.ts';
import type { Json, Plan } from '#core/plan/plan.ts';
import type { Account } from '#core/ports/directory.ts';
import type { StartGate, StartVerdict } from '#core/ports/start-gate.ts';
import { closeStages } from './close-stages.ts';
import { countVotes } from './decide.ts';
import { isFilled } from './fill-stages.ts';
import { judgeRight } from './judge-right.ts';
import { findVoidCode } from './judge-vote.ts';
import type { RequestDeps } from './open-request.ts';
import { findStagesOfEach, type PolicyDecision } from './policy.ts';
import { askOperators, readStanding, toDisagreement } from './read-standing.ts';
import type { ApprovalTx, Request, Vote } from './request-store.ts';
import { sendBack, toPlanAsked } from './send-back.ts';

export interface StartGateDeps extends RequestDeps, Worlds {
  findOperation(name: string): AnyOperation | undefined;
}

/** Codes of a plan that say "not now" and not "no". */
const PASSING = new Set(['connection_unknown', 'connection_on_hold', 'another_job_changes_it']);

export function createStartGate(deps: StartGateDeps): StartGate {
  return {
    async check(job) {
      try {
        return await checkStart(deps, job);
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        return { verdict: 'wait', code: error.code, facts: error.facts };
      }
    },
    readStanding: (job) => readStanding(deps, job),
    listOperators: () => askOperators(deps),
    async giveUp(tx, job, code, facts) {
      const request = await (tx as ApprovalTx).requests.lock(job.requestId);
      if (request) await endAsRefused(tx as ApprovalTx, deps, request, code, facts);
    },
  };
}

export interface Stored {
  readonly request: Request;
  readonly votes: readonly Vote[];
  readonly approved: Plan;
}

export async function readStored(
  { store }: Pick<StartGateDeps, 'store'>,
  { requestId }: Pick<Job, 'requestId'>,
): Promise<Stored | undefined> {
  return store.read(async (reads) => {
    const request = await reads.requests.find(requestId);
    const stored = request && (await reads.plans.find(request.planId));
    if (!request || !stored) return undefined;
    const votes = await reads.requests.listVotes(request.id, request.revision);
    return { request, votes, approved: stored.plan };
  });
}

async function checkStart(deps: StartGateDeps, job: Job): Promise<StartVerdict> {
  const stored = await readStored(deps, job);
  const operation = deps.findOperation(job.operation);
  const input = operation?.input.safeParse(stored?.request.input);
  if (!stored || !operation || !input?.success)
    return refuse(deps, job, 'made_by_older_version', {});
  const accounts = await readAccounts(deps, stored);
  const requester = accounts.get(job.requesterId);
  if (requester?.state !== 'active') {
    return refuse(deps, job, 'requester_not_active', {
      person: job.requesterName,
      state: requester?.state ?? 'gone',
    });
  }
  const own = { requestId: stored.request.id };
  const world = await deps.prepareWorld(operation, input.data, own);
  const look = { job, stored, operation, input: input.data, world };
  const { rights, judgeAnew } = readRights(deps, look, requester);
  if (rights?.code === 'group_disagrees')
    return refuse(deps, job, 'role_grants_nothing', toDisagreement(job.requesterName, job, rights));
  if (rights && !rights.allowed) {
    return refuse(deps, job, 'requester_without_right', {
      person: job.requesterName,
      right: job.operation,
    });
  }
  const closed = { ...stored, request: closeStages(stored.request, deps.rules.policies) };
  const gone = findVoid(closed, accounts);
  return gone
    ? comeBack(deps, look, judgeAnew, { code: 'vote_void', facts: gone, plan: stored.approved })
    : compare(deps, look, judgeAnew);
}

interface Look {
  readonly job: Job;
  readonly stored: Stored;
  readonly operation: AnyOperation;
  readonly input: unknown;
  readonly world: World;
}

type JudgeAnew = (plan: Plan) => PolicyDecision;

/** Without a place, what it is about is gone: the plan says so, and no right is judged. */
function readRights(deps: StartGateDeps, { operation, input }: Look, requester: Account) {
  const { rules } = deps;
  const action = operation.name;
  const asked = { operation, input, requesterId: requester.id };
  const { places, rights } = judgeRight(deps, asked, requester);
  // Other bounds may need other people, and the rules may have changed while it waited.
  const judgeAnew: JudgeAnew = (plan) =>
    findStagesOfEach({ operation: action, places, personId: requester.id, plan }, rules.policies);
  return { rights, judgeAnew };
}

export async function readAccounts(
  { directory }: Pick<StartGateDeps, 'directory'>,
  { request, votes }: Stored,
): Promise<Map<string, Account>> {
  const ids = new Set([request.requesterId, ...votes.map(({ personId }) => personId)]);
  const accounts = new Map<string, Account>();
  for (const id of ids) {
    const account = await directory.findAccount(id);
    if (account) accounts.set(id, account);
  }
  return accounts;
}

/** Undefined while the votes that still count fill every stage. */
export function findVoid({ request, votes }: Stored, accounts: ReadonlyMap<string, Account>) {
  const standing = votes.map((vote) => ({
    ...vote,
    voidCode: vote.voidCode ?? findVoidCode(accounts.get(vote.personId), request.stages) ?? null,
  }));
  if (isFilled(request.stages, countVotes(request, standing, accounts))) return undefined;
  const lost = standing.find(({ word, voidCode }) => word === 'approve' && voidCode !== null);
  return { person: lost?.personName ?? '', reason: lost?.voidCode ?? '' };
}

function compare(deps: StartGateDeps, look: Look, judgeAnew: JudgeAnew): StartVerdict {
  const { operation, input, world, stored } = look;
  const { approved } = stored;
  const planInside = (now: World) => operation.plan(input, { ...now, within: approved.bounds });
  const inside = planInside(world);
  if (isAsApproved(inside, approved)) {
    return {
      ...{ verdict: 'go', plan: inside, notes: listChanges(approved, inside) },
      async confirm(tx) {
        const plan = planInside(await deps.worldInside(tx, operation, input, stored.request.id));
        return isAsApproved(plan, approved)
          ? { plan, notes: listChanges(approved, plan) }
          : undefined;
      },
    };
  }
  const passing = inside.blockers.find(({ code }) => PASSING.has(code));
  if (passing) return { verdict: 'wait', code: passing.code, facts: passing.facts };
  // Nothing fits inside: what would be done now is shown beside what was approved.
  const plan = operation.plan(input, world);
  return comeBack(deps, look, judgeAnew, { code: 'outside_bounds', facts: {}, plan });
}

function isAsApproved(plan: Plan, approved: Plan): boolean {
  const isInside = listDifferences(plan.bounds, approved.bounds).length === 0;
  return plan.blockers.length === 0 && isInside && isDeedWithin(plan, approved);
}

interface Reason {
  readonly code: string;
  readonly facts: Record<string, string>;
  readonly plan: Plan;
}

/** What no person agreed to, and none is asked for now, cannot go back to anybody: it ends. */
function comeBack(
  deps: StartGateDeps,
  { job, stored }: Look,
  judgeAnew: JudgeAnew,
  { code, facts, plan }: Reason,
): StartVerdict {
  const asked = judgeAnew(toPlanAsked(stored.approved, plan));
  if (asked.verdict !== 'stages' && stored.request.stages.length === 0)
    return refuse(deps, job, code, facts);
  return sendBack(deps, { ...stored, asked, code, facts, now: plan });
}

/** What people are told although it needs no new vote: another place, other stars. */
function listChanges(approved: Plan, now: Plan): Json {
  const was = approved.advice.place;
  const is = now.advice.place;
  if (!was || !is) return [];
  const changes: Json[] = [];
  if (was.hostId !== is.hostId) changes.push({ what: 'host', was: was.hostName, now: is.hostName });
  if (was.datastoreId !== is.datastoreId) {
    changes.push({ what: 'datastore', was: was.datastoreName ?? '', now: is.datastoreName ?? '' });
  }
  if (was.stars !== is.stars) changes.push({ what: 'stars', was: was.stars, now: is.stars });
  return changes;
}

function refuse(
  deps: StartGateDeps,
  job: Job,
  code: string,
  facts: Record<string, string>,
): StartVerdict {
  return {
    ...{ verdict: 'refused', code, facts },
    async settle(tx) {
      const request = await (tx as ApprovalTx).requests.find(job.requestId);
      if (request) await endAsRefused(tx as ApprovalTx, deps, request, code, facts);
    },
  };
}

async function endAsRefused(
  tx: ApprovalTx,
  { announcer }: StartGateDeps,
  request: Request,
  code: string,
  facts: Request['facts'],
): Promise<void> {
  await tx.requests.change(request.id, 'approved', { state: 'ended', code, facts });
  await announcer.requestChanged(tx, request.id);
}
