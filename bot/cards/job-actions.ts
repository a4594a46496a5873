/** What can be done next with a job: while it runs, and once it has ended. */
import type { Job } from '#core/jobs/job.ts';
import { CLUSTER_BALANCE } from '#core/operations/cluster-balance.ts';
import { VM_MAINTENANCE_ENTER } from '#core/operations/vm-maintenance-parts.ts';
import { quoteWord } from '../grammar/quote.ts';
import { toCancelWords } from '../words/en/stopping-words.ts';
import type { DraftAction } from './draft.ts';
import { listAnswers } from './job-answers.ts';
import type { JobFacts } from './job-card.ts';
import { moveAgainActions } from './job-moves.ts';
import { runButton } from './refusal-card.ts';
import { isCancelNotTaken } from './stopping-blocks.ts';

export function openActions(facts: JobFacts): DraftAction[] {
  const { job, gates, may } = facts;
  const open = gates.filter(({ answer }) => answer === null);
  const isOneOfMany = open.length > 1;
  const answers = open.flatMap((gate) => listAnswers(facts, gate, isOneOfMany));
  const isAgain = job.cancelAskedAt !== null;
  const cancel: DraftAction = {
    verb: 'cancel_job',
    args: { jobId: job.id },
    style: 'normal',
    ...toCancelWords(job.number, isAgain),
  };
  // What was refused once may be taken now.
  return may.cancel && (!isAgain || isCancelNotTaken(facts)) ? [...answers, cancel] : answers;
}

/** The way on from a host that was emptied, or is not empty. */
function hostActions({ operation, state }: Job, name: string): DraftAction[] {
  if (operation === 'host.maintenance.exit' || state === 'cancelled') return [];
  const host = quoteWord(name);
  const back = runButton(`host maintenance exit ${host} --move-back`);
  return state === 'incomplete' ? [runButton(`host maintenance enter ${host}`), back] : [back];
}

export function endedActions({ job, plan, request, steps }: JobFacts): DraftAction[] {
  const name = plan.bounds.exact.name ?? plan.targets[0]?.name;
  if (name && job.operation.startsWith('host.')) return hostActions(job, name);
  if (name && job.operation === CLUSTER_BALANCE)
    return [runButton(`cluster balance ${quoteWord(name)}`)];
  if (job.state === 'superseded' && request)
    return [runButton(`approval show R-${request.number}`)];
  // However it ended: what it had remembered by then can be brought back.
  if (name && job.operation === VM_MAINTENANCE_ENTER && job.startedAt)
    return ['show', 'maintenance exit'].map((verb) => runButton(`vm ${verb} ${quoteWord(name)}`));
  if (job.state === 'incomplete' && request) return moveAgainActions(steps, request);
  if (!name || job.operation === 'vm.delete' || job.state !== 'done') return [];
  if (plan.targets.length > 1) return [];
  return [runButton(`vm show ${quoteWord(name)}`)];
}
