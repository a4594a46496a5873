/** Jobs, their steps and their questions, as they stand. */
import { sql } from 'kysely';
import { type Gate, type Job, OPEN_JOB_STATES, type Step } from '#core/jobs/job.ts';
import type { JobReads } from '#core/ports/store.ts';
import type { Scope } from '../scope.ts';

export function createJobReads(scope: Scope): JobReads {
  const { db, codecs, asks } = scope;
  const codec = codecs<Job>('job');
  const select = () => db.selectFrom('job').selectAll();
  const take = async (query: ReturnType<typeof select>) => {
    const row = await query.executeTakeFirst();
    return row && codec.toRow(row);
  };
  return {
    find: asks.find,
    findByNumber: (number) => take(select().where('number', '=', number)),
    findByRequest: (requestId) =>
      take(select().where('request_id', '=', requestId).orderBy('number', 'desc').limit(1)),
    async list({ states, requesterId, limit }) {
      if (states?.length === 0) return [];
      const rows = await select()
        .$if(states !== undefined, (query) => query.where('state', 'in', states ?? []))
        .$if(requesterId !== undefined, (query) =>
          query.where('requester_id', '=', requesterId ?? ''),
        )
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      return rows.map(codec.toRow);
    },
    listOpenOn: (targetIds) => listOpenOn(scope, targetIds),
    async listOpen(operation) {
      const rows = await select()
        .where('state', 'in', OPEN_JOB_STATES)
        .where('operation', '=', operation)
        .orderBy('number')
        .execute();
      return rows.map(codec.toRow);
    },
    async listOn(targetId, operation) {
      const onThis = db.selectFrom('job_target').select('job_id').where('target_id', '=', targetId);
      const rows = await select()
        .where('id', 'in', onThis)
        .where('operation', '=', operation)
        .orderBy('number')
        .execute();
      return rows.map(codec.toRow);
    },
    ...createStepReads(scope),
    ...createGateReads(scope),
  };
}

async function listOpenOn({ db, codecs }: Scope, targetIds: readonly string[]): Promise<Job[]> {
  if (targetIds.length === 0) return [];
  const onThese = db.selectFrom('job_target').select('job_id').where('target_id', 'in', targetIds);
  const rows = await db
    .selectFrom('job')
    .selectAll()
    .where('id', 'in', onThese)
    .where('state', 'in', OPEN_JOB_STATES)
    .orderBy('number')
    .execute();
  return rows.map(codecs<Job>('job').toRow);
}

/** Written out, as the indexes have it: SQLite compares the texts. */
const IN_LINE = {
  waiting: sql<boolean>`state = 'waiting'`,
  holding: sql<boolean>`permits_held = true`,
} as const;

function createStepReads({
  db,
  codecs,
  asks,
}: Scope): Pick<JobReads, 'findStep' | 'listSteps' | 'listPermitSteps' | 'listDurations'> {
  const codec = codecs<Step>('step');
  const { findStep, listStepsOf } = asks;
  const all = () => db.selectFrom('step');
  const byArrival = () =>
    all()
      .orderBy('waiting_since', (order) => order.asc().nullsFirst())
      .orderBy('position')
      .orderBy('id');
  return {
    findStep,
    async listSteps({ jobId, states }) {
      if (states?.length === 0) return [];
      if (jobId !== undefined && states === undefined) return listStepsOf(jobId);
      const ordered =
        jobId === undefined ? byArrival() : all().where('job_id', '=', jobId).orderBy('position');
      const rows = await ordered
        .selectAll()
        .$if(states !== undefined, (query) => query.where('state', 'in', states ?? []))
        .execute();
      return rows.map(codec.toRow);
    },
    async listPermitSteps(which) {
      const permit = codec.only(['id', 'jobId', 'requesterId', 'permits', 'waitingSince']);
      const rows = await byArrival().select(permit.columns).where(IN_LINE[which]).execute();
      return rows.map(permit.toRow);
    },
    async listDurations(kind, limit) {
      const rows = await all()
        .selectAll()
        .where('kind', '=', kind)
        // Written out, as the index has it.
        .where(sql<boolean>`state = 'done'`)
        .orderBy('ended_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(codec.toRow).flatMap(({ sentAt, startedAt, endedAt }) => {
        const from = sentAt ?? startedAt;
        return from && endedAt ? [endedAt.getTime() - from.getTime()] : [];
      });
    },
  };
}

function createGateReads({ db, codecs }: Scope): Pick<JobReads, 'findGate' | 'listGates'> {
  const codec = codecs<Gate>('gate');
  const select = () => db.selectFrom('gate').selectAll();
  return {
    async findGate(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row && codec.toRow(row);
    },
    async listGates({ jobId, open }) {
      const rows = await select()
        .$if(jobId !== undefined, (query) => query.where('job_id', '=', jobId ?? ''))
        .$if(open === true, (query) => query.where(sql<boolean>`answer is null`))
        .orderBy('asked_at')
        .orderBy('id')
        .execute();
      return rows.map(codec.toRow);
    },
  };
}
