/** Called in the transaction that changes a job or a request, so that what people see of it becomes due with it. */
import type { Tx } from './store.ts';

export interface Announcer {
  jobChanged(tx: Tx, jobId: string): Promise<void>;
}
