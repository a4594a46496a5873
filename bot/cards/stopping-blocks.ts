/** A job that was told to stop and cannot yet: what its platform asks, who answers that, and that it ends then (H16, H18). */
import { connectionOf } from '#core/jobs/announce-standing.ts';
import type { Step } from '#core/jobs/job.ts';
import { STOPPING_WORDS } from '../words/en/step-words.ts';
import type { Block } from './card.ts';
import type { JobFacts } from './job-card.ts';

type StoppingFacts = Pick<JobFacts, 'job' | 'steps' | 'questionOf'>;

/** Beside its state, where nothing else is to be waited for. */
export function toStoppingState(facts: StoppingFacts): string {
  return listAsked(facts).length > 0 ? STOPPING_WORDS.needsAnswer : STOPPING_WORDS.stopping;
}

export function isStoppedByQuestion(facts: StoppingFacts): boolean {
  return listAsked(facts).length > 0;
}

export function stoppingBlocks(facts: StoppingFacts): Block[] {
  const asked = listAsked(facts);
  const [first] = asked;
  if (!first) return [];
  const names = asked.map(({ input }) => String((input as { name?: string }).name ?? '')).sort();
  const text = STOPPING_WORDS.waits({
    ...{ job: `J-${facts.job.number}`, vms: [...new Set(names)], connection: connectionOf(first) },
  });
  return [{ block: 'text', weight: 'strong', text }];
}

/** Steps that are under way on a VM about which its platform asks something. */
function listAsked({ job, steps, questionOf }: StoppingFacts): Step[] {
  if (job.state !== 'running' || job.cancelAskedAt === null) return [];
  const underWay = steps.filter(({ state }) => state === 'started' || state === 'unknown');
  return underWay.filter((step) => questionOf(step) !== undefined);
}
