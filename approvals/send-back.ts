/**
 * A request that comes back: open again with a new revision, so that every vote is void (H23).
 *
 * Who must agree, and until when, is asked of the rules anew. The card shows approved beside now.
 */
import { listDifferences } from '#core/plan/bounds.ts';
import { hashPlan } from '#core/plan/canonical-hash.ts';
import type { Json, Plan } from '#core/plan/plan.ts';
import type { StartVerdict } from '#core/ports/start-gate.ts';
import type { DecideDeps } from './decide.ts';
import { EXPIRES_AFTER_MINUTES, type PolicyDecision } from './policy.ts';
import type { ApprovalTx, Request } from './request-store.ts';

export interface SendBack {
  readonly request: Request;
  /** Approved, and back from its start; open, and nobody waits for that (H03). */
  readonly from: 'approved' | 'open';
  readonly approved: Plan;
  /** What would be done now; the approved plan itself when only votes are void. */
  readonly now: Plan;
  readonly asked: PolicyDecision;
  readonly code: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** What a start gate answers to send it back. */
export function sendBack(deps: DecideDeps, given: Omit<SendBack, 'from'>): StartVerdict {
  const back: SendBack = { ...given, from: 'approved' };
  const { code, facts } = back;
  return {
    ...{ verdict: 'back', code, facts },
    settle: (tx) => reopen(tx as ApprovalTx, deps, back),
  };
}

/** Does nothing where the request is no longer in the state that it is to come back from. */
export async function reopen(
  tx: ApprovalTx,
  deps: Pick<DecideDeps, 'newId' | 'announcer'>,
  back: SendBack,
): Promise<void> {
  const { request, from, approved, asked, code, facts } = back;
  const plan = toPlanAsked(approved, back.now);
  const planId = plan === approved ? request.planId : deps.newId();
  if (plan !== approved) await tx.plans.insert({ id: planId, hash: hashPlan(plan), plan });
  const minutes = asked.verdict === 'stages' ? asked.expiresAfterMinutes : EXPIRES_AFTER_MINUTES;
  const isBack = await tx.requests.change(request.id, from, {
    ...{ state: 'open', revision: request.revision + 1, decidedAt: null, facts: null, planId },
    stages: asked.verdict === 'stages' ? asked.stages : request.stages,
    cameBack: toCameBack(back),
    expiresAt: new Date(tx.now.getTime() + minutes * 60_000),
  });
  if (!isBack) return;
  await moveReservation(tx, request, plan);
  await tx.audit.insert({
    event: 'request_came_back',
    requestId: request.id,
    facts: { code, ...facts },
  });
  // An open one is watched already.
  if (from === 'approved')
    await tx.enqueue([{ topic: 'request', key: request.id, delayMs: 60_000 }]);
  await deps.announcer.requestChanged(tx, request.id);
}

/** What is blocked now may be free at the next start: then it is what was approved that people agree to again. */
export function toPlanAsked(approved: Plan, now: Plan): Plan {
  if (now.blockers.length === 0) return now;
  return { ...approved, advice: now.advice, blockers: now.blockers };
}

function toCameBack({ approved, now, code, facts }: SendBack): Json {
  const cameBack = {
    ...{ code, facts, blockers: now.blockers },
    differences: listDifferences(toPlanAsked(approved, now).bounds, approved.bounds),
    approvedPlace: approved.advice.place ?? null,
  };
  return cameBack as unknown as Json;
}

/** The same person's and role's reservation, for the place of the new plan. */
async function moveReservation(
  tx: ApprovalTx,
  request: Request,
  { reserves }: Plan,
): Promise<void> {
  const held = (await tx.reservations.list()).find(({ requestId }) => requestId === request.id);
  if (held && reserves) await tx.reservations.put({ ...held, ...reserves });
}
