/** Steps: every write of a claimed one names its epoch, and its row count says whether the claim still held. */
import type { Step } from '#core/jobs/job.ts';
import type { JobTable, NewStepRow } from '#core/ports/store.ts';
import { isOne, type Scope } from '../scope.ts';

type StepTable = Pick<
  JobTable,
  'insertSteps' | 'claimStep' | 'changeClaimed' | 'changeUnclaimed' | 'reopenStep'
>;

const NEW_STEP = { state: 'blocked', permitsHeld: false, epoch: 0, tries: 0, looks: 0 } as const;
const REOPENED = {
  state: 'blocked',
  permitsHeld: false,
  waitingSince: null,
  tries: 0,
  looks: 0,
  code: null,
  facts: null,
  percent: null,
  startedAt: null,
  endedAt: null,
  carrier: null,
} as const;
/** Far below the limits of both databases on values in one statement. */
const STEPS_AT_ONCE = 200;

export function createStepTable({ db, now, codecs }: Scope): StepTable {
  const codec = codecs<Step>('step');
  const update = (id: string, changes: Partial<Step>) =>
    db.updateTable('step').set(codec.toColumns(changes)).where('id', '=', id);
  const insert = (steps: readonly NewStepRow[]) =>
    db
      .insertInto('step')
      .values(steps.map((step) => codec.toColumns({ ...step, ...NEW_STEP })))
      .execute();
  return {
    async insertSteps(steps) {
      for (let from = 0; from < steps.length; from += STEPS_AT_ONCE) {
        await insert(steps.slice(from, from + STEPS_AT_ONCE));
      }
    },
    async claimStep({ id, epoch, state }, changes = {}) {
      const taken = state === 'ready' || state === 'blocked' ? 'intended' : state;
      const claim = { id, epoch: epoch + 1 };
      const asRead = update(id, { ...changes, epoch: claim.epoch, state: taken, guardedAt: now })
        .where('epoch', '=', epoch)
        .where('state', '=', state);
      return isOne(await asRead.executeTakeFirst()) ? claim : undefined;
    },
    async changeClaimed({ id, epoch }, changes) {
      const query = update(id, { guardedAt: now, ...changes }).where('epoch', '=', epoch);
      return isOne(await query.executeTakeFirst());
    },
    async changeUnclaimed(id, from, changes) {
      // Writing the state it is in keeps the statement whole when nothing else changes.
      const query = update(id, { state: from, ...changes }).where('state', '=', from);
      return isOne(await query.executeTakeFirst());
    },
    async reopenStep({ id, epoch, state }, changes) {
      const query = update(id, { ...changes, ...REOPENED, epoch: epoch + 1 })
        .where('epoch', '=', epoch)
        .where('state', '=', state);
      return isOne(await query.executeTakeFirst());
    },
  };
}
