/** Keeps cards in step with what they show: called in the transaction that changes a request or a job. */
import type { RequestAnnouncer } from '#approvals/decide.ts';
import type { ApprovalTx } from '#approvals/request-store.ts';
import type { Announcer } from '#core/ports/announcer.ts';
import type { Tx } from '#core/ports/store.ts';
import { type Destination, readDestination } from './destinations.ts';
import { type Ids, showSubject, touchSubject } from './show-subject.ts';

export function createAnnouncer(ids: Ids): Announcer & RequestAnnouncer {
  return {
    async jobChanged(tx, jobId) {
      const isNew = !(await tx.cards.findBySubject('job', jobId));
      await touchSubject(ids, tx, { kind: 'job', id: jobId });
      if (!isNew) return;
      const job = await tx.jobs.find(jobId);
      const at = job && (await findOrigin(tx, job.requestId));
      if (job)
        await showSubject(ids, tx, { kind: 'job', id: jobId }, { personId: job.requesterId, at });
    },
    jobTurned: (tx, { requestId }) => touchSubject(ids, tx, { kind: 'request', id: requestId }),
    requestChanged: (tx, requestId) => touchSubject(ids, tx, { kind: 'request', id: requestId }),
    async requestShown(tx, requestId, personIds) {
      const card = await tx.cards.findBySubject('request', requestId);
      const copies = card ? await tx.cards.listCopies(card.id) : [];
      const known = new Set(copies.map(({ personId }) => personId));
      for (const id of personIds.filter((one) => !known.has(one)))
        await showSubject(ids, tx, { kind: 'request', id: requestId }, { personId: id });
    },
  };
}

/** Where the request was made: its job is watched there. */
async function findOrigin(tx: Tx, requestId: string): Promise<Destination | undefined> {
  const { requests } = tx as ApprovalTx;
  const request = await requests.find(requestId);
  return request && readDestination(request.place);
}
