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
import { examineTargets, readWorld, refreshTargets } from '#core/operations/prepare-world.ts';
import type { Account } from '#core/ports/directory.ts';
import { planCard } from '../cards/judgement-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import type { Asking, Reply } from '../commands/command.ts';
import { canShowScript } from '../delivery/draw-subject.ts';
import {
  type Rehearsed,
  rehearseChange,
  toUnsettled,
  withRehearsal,
} from '../rehearsal/rehearse-change.ts';
import { askedAlready, findOpened } from './asked-already.ts';
import { type Change, refuseChange } from './refused-change.ts';
import { showScriptOf } from './show-script.ts';
import { tellApprovers } from './tell-approvers.ts';

export async function submitChange(asking: Asking, change: Change): Promise<Reply> {
  const { house } = asking;
  await refreshTargets(house.world, change.operation, change.input);
  await examineTargets(house.world, change.operation, change.input);
  const members = await readMembers(house.rules, house.directory);
  if (change.scriptOnly) return showScriptOf(asking, change, members);
  const rehearsed = change.isRehearsed ? await rehearseChange(asking, change, members) : undefined;
  return (tx) => decideInside(tx, asking, change, { members, rehearsed });
}

interface Prepared {
  readonly members: Members;
  readonly rehearsed: Rehearsed | undefined;
}

async function decideInside(
  tx: ApprovalTx,
  asking: Asking,
  change: Change,
  { members, rehearsed }: Prepared,
) {
  const { house, person, place } = asking;
  const { operation, input, reason, planOnly, readings } = change;
  // From here on no other request counts its quota or takes its place at the same time.
  if (!planOnly) await tx.lock('quota');
  const opened = await findOpened(tx, asking);
  if (opened) return askedAlready(tx, opened);
  await catchUpInside(tx, house.index);
  const world = await readWorld(house.world, tx, {
    targetIds: operation.targetIds(input, house.index),
  });
  const ask = { operation, input, requester: person, reason, place, requestId: asking.click };
  const judged = judge(ask, house, world, members);
  if (judged.verdict !== 'possible') {
    return refuseChange(tx, asking, change, judged);
  }
  const judgement = change.isRehearsed ? withRehearsal(judged, rehearsed) : judged;
  if (!judgement) return refusalCard({ code: 'operation_error', error: toUnsettled() });
  // Nobody is asked: who wants to see the rehearsal first has not seen it yet.
  const isSeenFirst = change.isRehearsed && judgement.policy.verdict === 'auto';
  if (planOnly || isSeenFirst)
    return planCard(judgement, asking, {
      ...{ planOnly, readings },
      canShowScript: canShowScript(house, judgement.plan),
    });
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
