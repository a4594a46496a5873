/** Earlier tries of jobs that were retried. */
import type { JobTry } from '../jobs/job-try.ts';

export interface JobTryReads {
  /** Oldest first. */
  list(jobId: string): Promise<JobTry[]>;
}
export interface JobTryTable extends JobTryReads {
  /** Retried now. Rejects a second one of that number: two never reopen one end. */
  insert(jobTry: Omit<JobTry, 'retriedAt'>): Promise<void>;
}
