/** Steps: every write of a claimed one names its epoch, and is undone with its whole transaction when that has passed. */
import { sql } from 'kysely';
import { ClaimLost, type Step } from '#core/jobs/job.ts';
import type { JobTable, NewStepRow } from '#core/ports/store.ts';
import type { TxScope } from '../scope.ts';

type StepTable = Pick<
  JobTable,
  'insertSteps' | 'claimStep' | 'changeClaimed' | 'changeUnclaimed' | 'changeKnown' | 'reopenStep'
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
/** PostgreSQL's `not_null_violation`. */
const LACKS_VALUE = '23502';
/** Far below the limits of both databases on values in one statement. */
const STEPS_AT_ONCE = 200;

type AsRead = Pick<Step, 'id'> & Partial<Pick<Step, 'epoch' | 'state'>>;

export function createStepTable(scope: TxScope): StepTable {
  const { db, now, codecs, run, send } = scope;
  const codec = codecs<Step>('step');
  const change = createChange(scope);
  const changeClaimed = createClaimedChange(scope, change);
  // Writing the state it is in keeps the statement whole when nothing else changes.
  const changeUnclaimed: JobTable['changeUnclaimed'] = (id, state, changes) =>
    change({ id, state }, { state, ...changes });
  const insert = (steps: readonly NewStepRow[]) => {
    const rows = steps.map((step) => codec.toColumns({ ...step, ...NEW_STEP }));
    const name = `insert ${rows.length} steps ${Object.keys(rows[0] ?? {})}`;
    return run(name, rows.flatMap(Object.values), () => db.insertInto('step').values(rows));
  };
  return {
    async insertSteps(steps) {
      for (let from = 0; from < steps.length; from += STEPS_AT_ONCE) {
        await send(insert(steps.slice(from, from + STEPS_AT_ONCE)));
      }
    },
    async claimStep({ id, epoch, state }, changes = {}) {
      const taken = state === 'ready' || state === 'blocked' ? 'intended' : state;
      const claimed = { ...changes, state: taken, guardedAt: now };
      await changeClaimed({ id, epoch, state }, claimed, epoch + 1);
      return { id, epoch: epoch + 1 };
    },
    changeClaimed: ({ id, epoch }, changes) =>
      changeClaimed({ id, epoch }, { guardedAt: now, ...changes }, epoch),
    changeUnclaimed,
    changeKnown: async (id, from, changes) => void (await send(changeUnclaimed(id, from, changes))),
    reopenStep: ({ id, epoch, state }, changes) =>
      change({ id, epoch, state }, { ...changes, ...REOPENED, epoch: epoch + 1 }),
  };
}

type Change = (found: AsRead, changes: Partial<Step>) => Promise<boolean>;

/** Compare and set: answers whether the step was as named. */
function createChange({ db, codecs, run }: TxScope): Change {
  const codec = codecs<Step>('step');
  return async (found, changes) => {
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
  };
}

type ClaimedChange = (
  found: AsRead & Pick<Step, 'epoch'>,
  changes: Partial<Step>,
  epoch: number,
) => Promise<void>;

/**
 * Compare and set, or nothing of the transaction. Where its answer is not waited for, a step that is otherwise gets no epoch,
 * which its column refuses. Steps are never deleted: there is one of that id.
 */
function createClaimedChange(
  { db, codecs, run, send, dialect }: TxScope,
  change: Change,
): ClaimedChange {
  const codec = codecs<Step>('step');
  if (!dialect.pipelines)
    return async (found, changes, epoch) => {
      if (!(await change(found, { ...changes, epoch }))) throw new ClaimLost(found.id);
    };
  return async ({ id, ...found }, changes, epoch) => {
    const columns = codec.toColumns(changes);
    const conditions = codec.toColumns(found);
    const raisedBy = epoch - found.epoch;
    const name = `change step ${Object.keys(columns)} where ${Object.keys(conditions)} by ${raisedBy}`;
    const parameters = [...Object.values(columns), ...Object.values(conditions), id];
    const changed = run(name, parameters, () =>
      db
        .updateTable('step')
        .set(columns)
        .set(({ and, eb }) => ({
          epoch: eb
            .case()
            .when(and(conditions))
            .then(sql<number>`epoch + ${sql.lit(raisedBy)}`)
            .end(),
        }))
        .where('id', '=', id),
    );
    await send(changed.catch(throwClaimLost(id)));
  };
}

function throwClaimLost(id: string): (cause: unknown) => never {
  return (cause) => {
    throw isWithoutEpoch(cause) ? new ClaimLost(id, { cause }) : cause;
  };
}

/** Any other column that lacks its value is a fault of ours, and no claim is lost. */
function isWithoutEpoch(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error && 'column' in error)) return false;
  return error.code === LACKS_VALUE && error.column === 'epoch';
}
