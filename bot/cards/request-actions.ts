/** What a person can click on the card of a request. */
import type { DraftAction } from './draft.ts';
import { runButton } from './refusal-card.ts';
import type { RequestFacts } from './request-card.ts';

export function openActions(facts: RequestFacts): DraftAction[] {
  return [...voteActions(facts), ...scriptActions(facts)];
}

function scriptActions({ request, viewer, canShowScript }: RequestFacts): DraftAction[] {
  if (!canShowScript || viewer.state !== 'active') return [];
  const args = { requestId: request.id };
  return [{ verb: 'show_script', args, label: 'Show script', style: 'normal' }];
}

function voteActions({ request, viewer, votes }: RequestFacts): DraftAction[] {
  const isVoter = request.stages.some(({ groupId }) => viewer.groupIds.includes(groupId));
  if (!isVoter || viewer.id === request.requesterId || viewer.state !== 'active') return [];
  const own = votes.find(({ personId, voidCode }) => personId === viewer.id && voidCode === null);
  const args = { requestId: request.id };
  const ask = {
    name: 'reason',
    label: 'Why not?',
    required: request.stages.some(({ reasonOnDeny }) => reasonOnDeny),
  };
  const approve: DraftAction = { verb: 'approve', args, label: 'Approve', style: 'primary' };
  const deny: DraftAction = { verb: 'deny', args, label: 'Deny…', style: 'danger', ask };
  return own?.word === 'approve' ? [deny] : [approve, deny];
}

export function endedActions({ job }: RequestFacts): DraftAction[] {
  return job ? [runButton(`job show J-${job.number}`, 'Show job')] : [];
}
