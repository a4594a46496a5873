/** Which steps begin anew: whatever the graph and however it ended, what is done is done once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chooseRetried, findEndRefusal, listLeft } from '#core/jobs/choose-retried.ts';
import { isTidy, JOB_STATES, type Job, type Step, type StepState } from '#core/jobs/job.ts';
import { toJobState } from '#core/jobs/job-end.ts';
import { type AnyStepKind, createStepKinds } from '#core/jobs/step-kind.ts';
import { isDone, isEnded, unblock } from '#core/jobs/unblock.ts';

type Wish = Pick<Step, 'key' | 'after' | 'begins'>;

/** Steps that come only after earlier ones; a second try belongs to one step, and the last may put in order. */
const graphs = fc
  .array(
    fc.record({
      after: fc.array(fc.nat(), { maxLength: 3 }),
      isSecondTry: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .chain((wishes) =>
    fc.record({
      wishes: fc.constant(wishes),
      isTidied: fc.boolean(),
      fails: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
      cancelAt: fc.option(fc.nat({ max: 8 })),
    }),
  );

function toSteps(
  wishes: readonly { after: readonly number[]; isSecondTry: boolean }[],
  isTidied: boolean,
) {
  const steps: Wish[] = wishes.map(({ after, isSecondTry }, at) => {
    const before = at === 0 ? [] : [...new Set(after.map((one) => `s${one % at}`))];
    const first = before[0];
    return isSecondTry && first
      ? { key: `s${at}`, after: [first], begins: 'when_failed' }
      : { key: `s${at}`, after: before, begins: 'when_done' };
  });
  if (isTidied)
    steps.push({ key: 'tidy', after: steps.map(({ key }) => key), begins: 'when_ended' });
  return steps;
}

const blank = { choice: null, code: null, facts: null } as const;

/** Runs until all have ended; answers what was begun, in order. */
function run(
  steps: readonly Wish[],
  states: Map<string, StepState>,
  { fails, cancelAt = null }: { fails: (key: string) => boolean; cancelAt?: number | null },
): string[] {
  const all = steps.map((step) => ({ ...step, ...blank }));
  const begun: string[] = [];
  for (let freed = unblock(all, states); freed.length > 0; freed = unblock(all, states)) {
    for (const { key } of freed) {
      const isCancelled = cancelAt !== null && begun.length >= cancelAt && key !== 'tidy';
      states.set(key, isCancelled ? 'cancelled' : fails(key) ? 'failed' : 'done');
      if (!isCancelled) begun.push(key);
    }
  }
  return begun;
}

const toJob = (cancelAskedAt: Date | null) => ({ cancelAskedAt }) as Job;

describe('the steps of a retried job', () => {
  it('bring every job to its end, and none is done twice but what puts in order', () => {
    fc.assert(
      fc.property(graphs, ({ wishes, isTidied, fails, cancelAt }) => {
        const steps = toSteps(wishes, isTidied);
        const states = new Map<string, StepState>(steps.map(({ key }) => [key, 'blocked']));
        const isFailing = (key: string) => fails[Number(key.slice(1))] === true;
        run(steps, states, { fails: isFailing, cancelAt });
        const ended = steps.map(
          (step, position) =>
            ({ ...step, ...blank, position, state: states.get(step.key) }) as Step,
        );
        const planned = new Set(steps.map(({ key }) => key));
        const doneBefore = ended.filter((step) => isDone(step.state) && !isTidy(step));

        const { anew, spared } = chooseRetried(ended, { planned, undone: new Set() });
        for (const { key } of anew) states.set(key, 'blocked');
        const begun = run(steps, states, { fails: () => false });

        assert.deepEqual(spared, []);
        assert.deepEqual(
          doneBefore.filter(({ key }) => begun.includes(key)),
          [],
        );
        assert.ok([...states.values()].every(isEnded));
        const state = toJobState(toJob(null), ended, states);
        assert.match(state, /^done/);
      }),
    );
  });

  it('are spared where the plan of now does without, and then hold up nothing', () => {
    const steps = [
      { ...blank, key: 'a', after: [], begins: 'when_done', state: 'failed', position: 0 },
      { ...blank, key: 'b', after: [], begins: 'when_done', state: 'cancelled', position: 1 },
      { ...blank, key: 'c', after: ['a'], begins: 'when_done', state: 'skipped', position: 2 },
    ] as const;

    const { anew, spared } = chooseRetried(steps, { planned: new Set(['b']), undone: new Set() });

    assert.deepEqual(
      [anew, spared].map((some) => some.map(({ key }) => key)),
      [['b'], ['a']],
    );
  });

  it('stay failed where a second try had mended it', () => {
    const steps = [
      { ...blank, key: 'a', after: [], begins: 'when_done', state: 'failed', position: 0 },
      { ...blank, key: 'again', after: ['a'], begins: 'when_failed', state: 'done', position: 1 },
      { ...blank, key: 'b', after: [], begins: 'when_done', state: 'failed', position: 2 },
    ] as const;
    const planned = new Set(['a', 'again', 'b']);

    const { anew } = chooseRetried(steps, { planned, undone: new Set() });

    assert.deepEqual(
      anew.map(({ key }) => key),
      ['b'],
    );
  });

  it('begin anew when they were done and what they did is there no more', () => {
    const steps = [
      { ...blank, key: 'a', after: [], begins: 'when_done', state: 'done', position: 0 },
      { ...blank, key: 'b', after: ['a'], begins: 'when_done', state: 'failed', position: 1 },
    ] as const;
    const view = { planned: new Set(['a', 'b']), undone: new Set(['a']) };

    const { anew } = chooseRetried(steps, view);

    assert.deepEqual(
      anew.map(({ key }) => key),
      ['a', 'b'],
    );
  });
});

describe('the end of a job', () => {
  it('can be gone on from where it failed, is incomplete or was cancelled, once it had begun', () => {
    const startedAt = new Date(0);

    const may = JOB_STATES.filter((state) => findEndRefusal({ state, startedAt }) === undefined);

    assert.deepEqual(may, ['failed', 'incomplete', 'cancelled']);
    assert.equal(findEndRefusal({ state: 'cancelled', startedAt: null }), 'never_began');
    assert.equal(findEndRefusal({ state: 'running', startedAt }), 'still_running');
    assert.equal(findEndRefusal({ state: 'done', startedAt }), 'not_for_retry');
  });
});

describe('what others have changed since', () => {
  it('H17 is left where done once was enough, and done again where the goal still wants it', () => {
    const kind = (name: string, staysDone?: true) =>
      ({ name, version: 1, staysDone }) as unknown as AnyStepKind;
    const kinds = createStepKinds([kind('move', true), kind('empty')]);
    const step = (key: string, name: string, state: StepState) =>
      ({ key, kind: name, version: 1, state }) as const;
    const steps = [
      step('moved', 'move', 'done'),
      step('stands', 'move', 'done'),
      step('failed', 'move', 'failed'),
      step('emptied', 'empty', 'done_with_warning'),
    ];

    const left = listLeft(steps, new Set(['moved', 'failed', 'emptied']), kinds);

    assert.deepEqual(
      left.map(({ key }) => key),
      ['moved'],
    );
  });
});
