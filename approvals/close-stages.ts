/**
 * Stages whose group is no longer the one that its name meant (H28): nobody may fill them.
 *
 * Asked of the rules as they stand now, so that requests which were opened before are closed too, and open again once
 * name and id agree.
 */
import type { Disagreement } from '#core/rights/configured-group.ts';
import type { Policy } from './policy.ts';
import type { Request, Stage } from './request-store.ts';

type Policies = readonly Pick<Policy, 'approvals'>[];

/** A group that nobody is in. */
const NOBODY = '';

export function findStageDisagreement(
  { groupId }: Pick<Stage, 'groupId'>,
  policies: Policies,
): Disagreement | undefined {
  const ofGroup = policies.find(
    ({ approvals }) => approvals?.group.id === groupId && approvals.group.disagreement,
  );
  return ofGroup?.approvals?.group.disagreement;
}

export function listStageDisagreements(
  { stages }: Pick<Request, 'stages'>,
  policies: Policies,
): Disagreement[] {
  const all = stages.flatMap((stage) => findStageDisagreement(stage, policies) ?? []);
  return [...new Set(all)];
}

/** The request as votes on it are judged. */
export function closeStages(request: Request, policies: Policies): Request {
  const stages = request.stages.map((stage) =>
    findStageDisagreement(stage, policies) ? { ...stage, groupId: NOBODY } : stage,
  );
  return { ...request, stages };
}
