/**
 * The way of every change: its targets are read fresh, the plan is made, and in one transaction it is judged once more
 * and becomes a request, a job, or an answer that says why not.
 */
import {
  type Judgement,
  judge,
  type Members,
  openRequest,
  readMembers,
} from '#approvals/open-request.ts';
import type { ApprovalTx } from '#approvals/request-store.ts';
import { catchUpInside } from '#core/inventory/estate-feed.ts';
import { readWorld, refreshTargets } from '#core/operations/prepare-world.ts';
import type { Account } from '#core/ports/directory.ts';
import { planCard } from '../cards/judgement-card.ts';
import type { Asking, Reply } from '../commands/command.ts';
import { canShowScript } from '../delivery/draw-subject.ts';
import { type Change, refusedCard } from './refused-change.ts';
import { showScriptOf } from './show-script.ts';
import { tellApprovers } from './tell-approvers.ts';

export async function submitChange(asking: Asking, change: Change): Promise<Reply> {
  const { house } = asking;
  await refreshTargets(house.world, change.operation, change.input);
  const members = await readMembers(house.rules, house.directory);
  if (change.scriptOnly) return showScriptOf(asking, change, members);
  return (tx) => decideInside(tx, asking, change, members);
}

async function decideInside(tx: ApprovalTx, asking: Asking, change: Change, members: Members) {
  const { house, person, place } = asking;
  const { operation, input, reason, planOnly, readings } = change;
  // From here on no other request counts its quota or takes its place at the same time.
  if (!planOnly) await tx.lock('quota');
  await catchUpInside(tx, house.index);
  const world = await readWorld(house.world, tx, { targetIds: operation.targetIds(input) });
  const ask = { operation, input, requester: person, reason, place };
  const judgement = judge(ask, house, world, members);
  if (judgement.verdict !== 'possible') {
    if (!planOnly) await auditRefusal(tx, asking, operation.name, judgement);
    return refusedCard(asking, change, judgement);
  }
  if (planOnly) return planCard(judgement, asking, readings, canShowScript(house, judgement.plan));
  const { request, isApproved } = await openRequest(tx, house.requests, ask, judgement);
  await tellApprovers(house, tx, request.id, listVoters(judgement, members, person));
  const job = isApproved ? await tx.jobs.findByRequest(request.id) : undefined;
  if (job) return { shows: [{ kind: 'job', id: job.id } as const] };
  return { shows: [{ kind: 'request', id: request.id } as const] };
}

/** Everybody whose vote a stage asks for; the requester has a card of their own. */
function listVoters(
  judgement: Extract<Judgement, { verdict: 'possible' }>,
  members: Members,
  requester: Account,
): Account[] {
  if (judgement.policy.verdict !== 'stages') return [];
  const people = judgement.policy.stages.flatMap(({ groupId }) => members.get(groupId) ?? []);
  const active = people.filter(({ id, state }) => state === 'active' && id !== requester.id);
  return [...new Map(active.map((one) => [one.id, one])).values()];
}

async function auditRefusal(
  tx: ApprovalTx,
  asking: Asking,
  operation: string,
  judgement: Judgement,
): Promise<void> {
  const codes =
    judgement.verdict === 'blocked' ? judgement.plan.blockers.map(({ code }) => code) : [];
  const facts = { operation, code: judgement.verdict, codes, text: asking.text };
  await tx.audit.insert({ event: 'refused', personId: asking.person.id, facts });
}
