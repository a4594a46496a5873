/**
 * An object that stands under a new handle sends every open request on it back to its approvers at once (H03).
 *
 * Part of the transaction that learns of the handle. Nobody is read from the directory there: the same people are asked
 * again, and who may not any more is seen at their vote and at the start.
 */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { Reconciled } from '#core/inventory/reconcile.ts';
import type { AnyOperation } from '#core/operations/operation.ts';
import { readWorld, type WorldDeps } from '#core/operations/prepare-world.ts';
import { isWithin } from '#core/plan/bounds.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { EstateWrite, Tx } from '#core/ports/store.ts';
import type { RequestDeps } from './open-request.ts';
import { EXPIRES_AFTER_MINUTES, type Rules } from './policy.ts';
import type { ApprovalTx, Request } from './request-store.ts';
import { reopen } from './send-back.ts';

export interface ReboundDeps extends Pick<RequestDeps, 'rules' | 'announcer' | 'newId'> {
  readonly world: WorldDeps;
  findOperation(name: string): AnyOperation | undefined;
}

/** More than ever wait at once. */
const OPEN_AT_MOST = 10_000;

export async function sendBackRebound(
  deps: ReboundDeps,
  tx: Tx,
  { rebound, writes }: Reconciled,
): Promise<void> {
  if (rebound.length === 0) return;
  const ids = new Set(rebound);
  const moved = new Map<string, EstateObject>();
  for (const write of writes) if (ids.has(write.id)) moved.set(write.id, toObject(write, tx.now));
  const { requests } = tx as ApprovalTx;
  for (const request of await requests.list({ states: ['open'], limit: OPEN_AT_MOST }))
    await sendBackOne(deps, tx as ApprovalTx, request, moved);
}

async function sendBackOne(
  deps: ReboundDeps,
  tx: ApprovalTx,
  request: Request,
  moved: ReadonlyMap<string, EstateObject>,
): Promise<void> {
  const operation = deps.findOperation(request.operation);
  const input = operation?.input.safeParse(request.input);
  // What an older version made is told so at its start.
  if (!operation || !input?.success) return;
  const targetIds = operation.targetIds(input.data, deps.world.sync.index);
  const [object] = targetIds.flatMap((id) => moved.get(id) ?? []);
  const approved = object && (await tx.plans.find(request.planId))?.plan;
  if (!object || !approved) return;
  const world = await readWorld(deps.world, tx, { targetIds, exceptRequestId: request.id });
  const plan = operation.plan(input.data, { ...world, index: showMoved(world.index, moved) });
  // Asked for when it stood there already.
  if (isWithin(plan.bounds, approved.bounds)) return;
  // What else stands in its way now is judged at its start, as of every open request.
  const now: Plan = { ...plan, blockers: [] };
  const { stages } = request;
  const expiresAfterMinutes = findMinutes(deps.rules, request);
  await reopen(tx, deps, {
    ...{ request, from: 'open', approved, now, code: 'registered_again' },
    asked: { verdict: 'stages', stages, expiresAfterMinutes },
    facts: { name: object.body.name },
  });
}

function toObject(write: EstateWrite, seenAt: Date): EstateObject {
  return { ...write, changeSeq: 0, seenAt } as EstateObject;
}

/** The index before this transaction's own writes, with them where they matter. */
function showMoved(index: EstateIndex, moved: ReadonlyMap<string, EstateObject>): EstateIndex {
  return {
    ...index,
    get(kind, id) {
      const object = moved.get(id);
      return object?.kind === kind ? (object as never) : index.get(kind, id);
    },
  };
}

/** As its rules say by now. */
function findMinutes({ policies }: Rules, { stages }: Request): number {
  const names = new Set(stages.map(({ rule }) => rule));
  const minutes = policies.flatMap(({ name, approvals }) =>
    approvals && names.has(name) ? [approvals.expiresAfterMinutes] : [],
  );
  return minutes.length > 0 ? Math.min(...minutes) : EXPIRES_AFTER_MINUTES;
}
