/** Called in the transaction that changes a job or a request, so that what people see of it becomes due with it. */
import type { Job } from '../jobs/job.ts';
import type { Tx } from './store.ts';

export interface Announcer {
  jobChanged(tx: Tx, jobId: string): Promise<void>;
  /** It started or ended: what speaks of it elsewhere, such as its request, says so too. */
  jobTurned(tx: Tx, job: Pick<Job, 'requestId'>): Promise<void>;
}
