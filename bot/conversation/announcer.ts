/** Keeps cards in step with what they show: called in the transaction that changes a request or a job. */
import type { RequestAnnouncer } from '#approvals/decide.ts';
import type { Job } from '#core/jobs/job.ts';
import type { Announcer } from '#core/ports/announcer.ts';
import { type Ids, showSubject, touchSubject } from './show-subject.ts';

export function createAnnouncer(ids: Ids): Announcer & RequestAnnouncer {
  return {
    async jobChanged(tx, jobId) {
      const isNew = !(await tx.cards.findBySubject('job', jobId));
      await touchSubject(ids, tx, { kind: 'job', id: jobId });
      const job = await tx.jobs.find(jobId);
      if (job && isNew) await showSubject(ids, tx, { kind: 'job', id: jobId }, job.requesterId);
      if (job && hasTurned(job, tx.now))
        await touchSubject(ids, tx, { kind: 'request', id: job.requestId });
    },
    requestChanged: (tx, requestId) => touchSubject(ids, tx, { kind: 'request', id: requestId }),
  };
}

/** Started or ended in this transaction: the card of its request says so too. */
function hasTurned({ startedAt, endedAt }: Job, now: Date): boolean {
  return [startedAt, endedAt].some((at) => at?.getTime() === now.getTime());
}
