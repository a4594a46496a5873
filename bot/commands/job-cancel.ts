/** `job cancel`, by text and by button. */
import { cancelJob } from '#core/jobs/schedule.ts';
import { authorize } from '#core/rights/authorize.ts';
import { notAllowedCard, plainRefusal } from '../cards/refusal-card.ts';
import { toJobWords } from '../cards/request-card.ts';
import { whatMay } from '../delivery/draw-job.ts';
import { STOPPING_WORDS } from '../words/en/stopping-words.ts';
import { type Asking, answer, defineCommand, type Reply } from './command.ts';
import { findJob } from './find-number.ts';

export const jobCancel = defineCommand({
  words: ['job', 'cancel'],
  summary: 'stop a job; what came of it is read back from the platform',
  // Who asked, and until the first act who agreed, need no role for it.
  right: null,
  changes: true,
  target: { name: 'job', kind: 'job', required: true },
  examples: ['job cancel J-412'],
  async run(asking, typed) {
    const found = await findJob(asking, typed.target ?? '');
    return 'reply' in found ? answer(found.reply) : cancelJobReply(asking, found.id);
  },
});

export async function cancelJobReply({ house, person }: Asking, jobId: string): Promise<Reply> {
  return async (tx) => {
    const job = await tx.jobs.find(jobId);
    const stored = job && (await tx.plans.find(job.planId));
    const request = job && (await tx.requests.find(job.requestId));
    if (!job || !stored)
      return plainRefusal('There is no such job', 'job list shows them. Nothing was done.');
    const votes = request ? await tx.requests.listVotes(request.id, request.revision) : [];
    if (!whatMay(house, job, stored.plan, person, votes).cancel) {
      await tx.audit.insert({
        event: 'refused',
        personId: person.id,
        jobId,
        facts: { right: 'job.cancel' },
      });
      const decision = authorize({ person, action: 'job.cancel' }, house.rules.roles);
      return notAllowedCard({ right: 'job.cancel', target: `J-${job.number}`, decision });
    }
    const shows = [{ kind: 'job', id: jobId } as const];
    if (!(await cancelJob(tx, house.scheduling, jobId, person.id))) {
      return {
        draft: plainRefusal(`J-${job.number} ${toJobWords(job)}`, 'There is nothing left to stop.'),
        shows,
      };
    }
    tx.afterCommit(() => house.passOnCancel(jobId));
    const underWay = await tx.jobs.listSteps({ jobId, states: ['started'] });
    // The platform may have refused it before, or never have got it.
    const isAgain = job.cancelAskedAt !== null && underWay.length > 0;
    const title = STOPPING_WORDS[isAgain ? 'answeredAgain' : 'answered'](job.number);
    return { draft: { title, tone: 'neutral', summary: title, body: [], actions: [] }, shows };
  };
}
