/** Called in the transaction that changes a job, a request or what was noticed, so that what people see of it becomes due with it. */
import type { Job } from '../jobs/job.ts';
import type { PersonRef } from './directory.ts';
import type { Tx } from './store.ts';

export interface Announcer {
  jobChanged(tx: Tx, jobId: string): Promise<void>;
  /** It started or ended: what speaks of it elsewhere, such as its request, says so too. */
  jobTurned(tx: Tx, job: Pick<Job, 'requestId'>): Promise<void>;
  /** It goes on, or ends, by the word of one of these: they see it, and the operators' channel does. */
  jobAsked(tx: Tx, jobId: string, people: readonly PersonRef[]): Promise<void>;
}

export interface NoticedAnnouncer {
  /** It began, has news, or is over. */
  noticedChanged(tx: Tx, noticedId: string): Promise<void>;
}
