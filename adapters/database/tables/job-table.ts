/** What a transaction does with jobs and their questions. */
import type { Gate, Job } from '#core/jobs/job.ts';
import type { JobTable } from '#core/ports/store.ts';
import { isOne, type TxScope } from '../scope.ts';
import { createJobReads } from './job-reads.ts';
import { createStepTable } from './step-table.ts';

export function createJobTable(scope: TxScope): JobTable {
  const { db, now, codecs, send, run } = scope;
  const codec = codecs<Job>('job');
  const { lock, lockWithSteps } = scope.asks;
  return {
    ...{ lock, lockWithSteps },
    ...createJobReads(scope),
    ...createStepTable(scope),
    ...createGateTable(scope),
    async insert(job) {
      const row = codec.toColumns({ ...job, state: 'starting', createdAt: now });
      await send(
        run(`insert job ${Object.keys(row)}`, Object.values(row), () =>
          db.insertInto('job').values(row),
        ),
      );
      const targets = [...new Set(job.targetIds)];
      if (targets.length === 0) return;
      const rows = targets.map((targetId) => ({ target_id: targetId, job_id: job.id }));
      await send(db.insertInto('job_target').values(rows).execute());
    },
    async change(id, changes) {
      const columns = codec.toColumns(changes);
      if (Object.keys(columns).length === 0) return;
      const name = `change job ${Object.keys(columns)}`;
      const query = () => db.updateTable('job').set(columns).where('id', '=', id);
      await send(run(name, [...Object.values(columns), id], query));
    },
  };
}

function createGateTable({
  db,
  now,
  codecs,
  send,
}: TxScope): Pick<JobTable, 'insertGate' | 'answerGate'> {
  const codec = codecs<Gate>('gate');
  return {
    async insertGate(gate) {
      const row = codec.toColumns({ ...gate, askedAt: now });
      await send(db.insertInto('gate').values(row).execute());
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
