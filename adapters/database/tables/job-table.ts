/** What a transaction does with jobs and their questions. */
import type { Gate, Job } from '#core/jobs/job.ts';
import type { JobTable } from '#core/ports/store.ts';
import { isOne, lockRow, type Scope } from '../scope.ts';
import { createJobReads } from './job-reads.ts';
import { createStepTable } from './step-table.ts';

export function createJobTable(scope: Scope): JobTable {
  const { db, now, codecs } = scope;
  const codec = codecs<Job>('job');
  return {
    ...createJobReads(scope),
    ...createStepTable(scope),
    ...createGateTable(scope),
    async insert(job) {
      const row = codec.toColumns({ ...job, state: 'starting', createdAt: now });
      await db.insertInto('job').values(row).execute();
      const targets = [...new Set(job.targetIds)];
      if (targets.length === 0) return;
      const rows = targets.map((targetId) => ({ target_id: targetId, job_id: job.id }));
      await db.insertInto('job_target').values(rows).execute();
    },
    async lock(id) {
      const query = db.selectFrom('job').selectAll().where('id', '=', id);
      const row = await lockRow(query, scope).executeTakeFirst();
      return row && codec.toRow(row);
    },
    async change(id, changes) {
      const columns = codec.toColumns(changes);
      if (Object.keys(columns).length === 0) return;
      await db.updateTable('job').set(columns).where('id', '=', id).execute();
    },
  };
}

function createGateTable({ db, now, codecs }: Scope): Pick<JobTable, 'insertGate' | 'answerGate'> {
  const codec = codecs<Gate>('gate');
  return {
    async insertGate(gate) {
      await db
        .insertInto('gate')
        .values(codec.toColumns({ ...gate, askedAt: now }))
        .execute();
    },
    async answerGate(id, answer, personId) {
      const result = await db
        .updateTable('gate')
        .set(codec.toColumns({ answer, answeredBy: personId, answeredAt: now }))
        .where('id', '=', id)
        .where('answer', 'is', null)
        .executeTakeFirst();
      return isOne(result);
    },
  };
}
