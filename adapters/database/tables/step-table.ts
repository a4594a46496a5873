/** Steps: every write of a claimed one names its epoch, and its row count says whether the claim still held. */
import type { Step } from '#core/jobs/job.ts';
import type { JobTable, NewStepRow } from '#core/ports/store.ts';
import type { TxScope } from '../scope.ts';

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

export function createStepTable({ db, now, codecs, send, run }: TxScope): StepTable {
  const codec = codecs<Step>('step');
  /** Compare and set: answers whether the step was as named. */
  async function change(
    found: Pick<Step, 'id'> & Partial<Pick<Step, 'epoch' | 'state'>>,
    changes: Partial<Step>,
  ): Promise<boolean> {
    const columns = codec.toColumns(changes);
    const conditions = codec.toColumns(found);
    const name = `change step ${Object.keys(columns)} where ${Object.keys(conditions)}`;
    const parameters = [...Object.values(columns), ...Object.values(conditions)];
    const { numAffectedRows } = await run(name, parameters, () =>
      db
        .updateTable('step')
        .set(columns)
        .where(({ and }) => and(conditions)),
    );
    return numAffectedRows === 1n;
  }
  const insert = (steps: readonly NewStepRow[]) =>
    db
      .insertInto('step')
      .values(steps.map((step) => codec.toColumns({ ...step, ...NEW_STEP })))
      .execute();
  return {
    async insertSteps(steps) {
      for (let from = 0; from < steps.length; from += STEPS_AT_ONCE) {
        await send(insert(steps.slice(from, from + STEPS_AT_ONCE)));
      }
    },
    async claimStep({ id, epoch, state }, changes = {}) {
      const taken = state === 'ready' || state === 'blocked' ? 'intended' : state;
      const claim = { id, epoch: epoch + 1 };
      const claimed = { ...changes, epoch: claim.epoch, state: taken, guardedAt: now };
      return (await change({ id, epoch, state }, claimed)) ? claim : undefined;
    },
    changeClaimed: ({ id, epoch }, changes) =>
      change({ id, epoch }, { guardedAt: now, ...changes }),
    // Writing the state it is in keeps the statement whole when nothing else changes.
    changeUnclaimed: (id, state, changes) => change({ id, state }, { state, ...changes }),
    reopenStep: ({ id, epoch, state }, changes) =>
      change({ id, epoch, state }, { ...changes, ...REOPENED, epoch: epoch + 1 }),
  };
}
