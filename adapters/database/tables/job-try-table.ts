/** Earlier tries of jobs that were retried. */
import type { JobTry } from '#core/jobs/job-try.ts';
import type { JobTryReads, JobTryTable } from '#core/ports/job-tries.ts';
import type { Scope } from '../scope.ts';

export function createJobTryReads({ db, codecs }: Scope): JobTryReads {
  const codec = codecs<JobTry>('job_try');
  return {
    async list(jobId) {
      const query = db.selectFrom('job_try').selectAll().where('job_id', '=', jobId);
      return (await query.orderBy('number').execute()).map(codec.toRow);
    },
  };
}

export function createJobTryTable(scope: Scope): JobTryTable {
  const { db, now, codecs } = scope;
  const codec = codecs<JobTry>('job_try');
  return {
    ...createJobTryReads(scope),
    async insert(jobTry) {
      const row = codec.toColumns({ ...jobTry, retriedAt: now });
      await db.insertInto('job_try').values(row).execute();
    },
  };
}
