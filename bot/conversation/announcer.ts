/** Keeps cards in step with what they show: called in the transaction that changes a request, a job or what was noticed. */
import type { RequestAnnouncer } from '#approvals/decide.ts';
import type { ApprovalTx } from '#approvals/request-store.ts';
import type { Announcer, NoticedAnnouncer } from '#core/ports/announcer.ts';
import type { Tx } from '#core/ports/store.ts';
import { type Destination, readDestination } from './destinations.ts';
import { showSubject, showToAll, touchSubject } from './show-subject.ts';
import { tellApprovers } from './tell-approvers.ts';
import { type Reaching, tellOperators } from './tell-operators.ts';

export function createAnnouncer(ids: Reaching): Announcer & RequestAnnouncer & NoticedAnnouncer {
  return {
    async jobChanged(tx, jobId) {
      const subject = { kind: 'job', id: jobId } as const;
      const { isNew } = await touchSubject(ids, tx, subject);
      const job = isNew ? await tx.jobs.find(jobId) : undefined;
      if (!job) return;
      const at = await findOrigin(tx, job.requestId);
      await showSubject(ids, tx, subject, { personId: job.requesterId, at });
    },
    async jobTurned(tx, { requestId }) {
      await touchSubject(ids, tx, { kind: 'request', id: requestId });
    },
    async jobAsked(tx, jobId, people) {
      const subject = { kind: 'job', id: jobId } as const;
      const personIds = people.map(({ id }) => id);
      await showToAll(ids, tx, subject, personIds);
      await tellOperators(ids, tx, subject);
    },
    async requestChanged(tx, requestId) {
      await touchSubject(ids, tx, { kind: 'request', id: requestId });
    },
    async requestShown(tx, requestId, people) {
      const isNews = await tellApprovers(ids, tx, requestId, people);
      if (isNews) await touchSubject(ids, tx, { kind: 'request', id: requestId });
    },
    async noticedChanged(tx, id) {
      await touchSubject(ids, tx, { kind: 'noticed', id });
      await tellOperators(ids, tx, { kind: 'noticed', id });
    },
  };
}

/** Where the request was made: its job is watched there. */
async function findOrigin(tx: Tx, requestId: string): Promise<Destination | undefined> {
  const { requests } = tx as ApprovalTx;
  const request = await requests.find(requestId);
  return request && readDestination(request.place);
}
