/** A job and its steps: what the step loop asks for first, and so may before it has heard the clock. */
import type { Job, Step } from '#core/jobs/job.ts';
import type { JobTable, Opening } from '#core/ports/store.ts';
import { lockRow, type Scope } from '../scope.ts';

export interface FirstAsks extends Pick<JobTable, 'lock' | keyof Opening> {
  listStepsOf(jobId: string): Promise<Step[]>;
}

export function createFirstAsks({
  db,
  run,
  codecs,
  dialect,
}: Omit<Scope, 'now' | 'asks'>): FirstAsks {
  const job = codecs<Job>('job');
  const step = codecs<Step>('step');
  const selectJob = (id: string) => db.selectFrom('job').selectAll().where('id', '=', id);
  const asks: FirstAsks = {
    async find(id) {
      const { rows } = await run('find job', [id], () => selectJob(id));
      return rows[0] && job.toRow(rows[0]);
    },
    async findStep(id) {
      const { rows } = await run('find step', [id], () =>
        db.selectFrom('step').selectAll().where('id', '=', id),
      );
      return rows[0] && step.toRow(rows[0]);
    },
    async listStepsOf(jobId) {
      const { rows } = await run('list steps of a job', [jobId], () =>
        db.selectFrom('step').selectAll().where('job_id', '=', jobId).orderBy('position'),
      );
      return rows.map(step.toRow);
    },
    async lock(id) {
      const { rows } = await run('lock job', [id], () => lockRow(selectJob(id), { dialect }));
      return rows[0] && job.toRow(rows[0]);
    },
    async lockWithSteps(id) {
      // The lock first: what is read of the steps is then not older than it.
      const [locked, steps] = await Promise.all([asks.lock(id), asks.listStepsOf(id)]);
      return locked && { job: locked, steps };
    },
  };
  return asks;
}

/** Asks now; whoever asks the same first gets the answer. `hear` hears of each, whether or not anybody asks. */
export function askAhead(
  { first, later }: { readonly first: FirstAsks; readonly later: FirstAsks },
  { find, findStep, lockWithSteps }: Opening,
  hear: (answer: Promise<unknown>) => unknown,
): FirstAsks {
  function ahead<Name extends keyof Opening>(name: Name, id: string | undefined): FirstAsks[Name];
  function ahead(name: keyof Opening, id: string | undefined) {
    if (id === undefined) return later[name];
    let answer: Promise<unknown> | undefined = first[name](id);
    void hear(answer);
    return (asked: string) => {
      const known = asked === id ? answer : undefined;
      if (known) answer = undefined;
      return known ?? later[name](asked);
    };
  }
  return {
    ...later,
    find: ahead('find', find),
    findStep: ahead('findStep', findStep),
    lockWithSteps: ahead('lockWithSteps', lockWithSteps),
  };
}
