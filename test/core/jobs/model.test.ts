/**
 * Any job under any faults: platforms that refuse, fall silent or answer late, looks that fail, deaths at any seam and
 * at either edge of any commit, wake-ups that come twice, cancels.
 *
 * Held against what the platform counted: each effect at most once, each step's end true, nothing left held.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ClaimLost } from '#core/jobs/job.ts';
import type { Loop } from '#core/jobs/loop.ts';
import {
  type Bench,
  dieAtCommit,
  dieAtSeam,
  Killed,
  openBench,
  type StepWish,
} from './open-bench.ts';
import { NOT_REACHABLE, type Outcome, REFUSED, UNKNOWN } from './pretend-platform.ts';

const SEAMS = ['claimed', 'looked', 'sending', 'acted', 'started', 'followed', 'verified'];
const KEYS = ['a', 'b', 'c'] as const;
/** The truth shows by itself within this; shorter than a step's `settleMs`. */
const LATE_MS = 5000;

type Death =
  | { readonly seam: string }
  | { readonly edge: 'before' | 'after'; readonly nth: number };

const outcome: fc.Arbitrary<Outcome> = fc.record(
  {
    effect: fc.boolean(),
    lateMs: fc.constantFrom(0, LATE_MS),
    error: fc.constantFrom(REFUSED, UNKNOWN),
  },
  { requiredKeys: [] },
);
const notSent = fc.constant<Outcome>({ effect: false, error: NOT_REACHABLE });
const death: fc.Arbitrary<Death> = fc.oneof(
  fc.record({ seam: fc.constantFrom(...SEAMS) }),
  fc.record({ edge: fc.constantFrom('before', 'after'), nth: fc.integer({ min: 1, max: 5 }) }),
);

const step = fc.record({
  kind: fc.constantFrom('change', 'clone', 'script'),
  after: fc.subarray([...KEYS]),
  permits: fc.subarray(['host:x', 'ds:s']),
  outcomes: fc.array(fc.oneof({ weight: 3, arbitrary: outcome }, notSent), { maxLength: 3 }),
  readings: fc.array(fc.constantFrom('ok', 'fails', 'cannot_tell'), { maxLength: 12 }),
});
const story = fc.record({
  steps: fc.tuple(step, step, step),
  /** By delivery. */
  deaths: fc.array(fc.option(death, { freq: 2 }), { maxLength: 8 }),
  doubled: fc.boolean(),
  cancelAt: fc.option(fc.nat(6), { freq: 3 }),
  lookAgain: fc.boolean(),
});
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never;

/** A step follows only such as stand before it: no circles. */
function toWishes({ steps }: Story): Record<string, StepWish> {
  return Object.fromEntries(
    steps.map(({ kind, permits, after }, at) => {
      const before = after.filter((key) => KEYS.indexOf(key) < at);
      return [KEYS[at] ?? '', { kind, permits, after: before }] as const;
    }),
  );
}

function toParts(bench: Bench, dying: Death | null | undefined): Partial<Loop> {
  if (!dying) return {};
  if ('seam' in dying) return dieAtSeam(dying.seam);
  return { store: dieAtCommit(bench.store, dying.edge, dying.nth).store };
}

/** An operator who looks at the platform and says what is there. */
async function answerTruly(bench: Bench, jobId: string, lookAgain: boolean): Promise<boolean> {
  const gate = await bench.gate(jobId);
  if (!gate) return false;
  bench.clock.advance(LATE_MS);
  const truth = bench.platform.effectsOf(gate.stepId) > 0 ? 'happened' : 'did_not_happen';
  await bench.answer(jobId, lookAgain ? 'look_again' : truth);
  return true;
}

async function play(bench: Bench, told: Story): Promise<string> {
  const job = await bench.startJob({ steps: toWishes(told) });
  for (const [at, { outcomes, readings }] of told.steps.entries()) {
    bench.platform.plan(`${job.id}/${KEYS[at]}`, ...outcomes);
    bench.platform.planReadings(`${job.id}/${KEYS[at]}`, ...readings);
  }
  let lookAgain = told.lookAgain;
  for (let count = 0; count < 100; count += 1) {
    if (count === told.cancelAt) await bench.cancel(job.id);
    const [next] = bench.queue.due('step');
    if (next && told.doubled && count < 3) bench.queue.putBack({ ...next, redelivered: false });
    const parts = toParts(bench, told.deaths[count]);
    const isMore = await bench.deliver(parts).catch((error: unknown) => {
      if (error instanceof ClaimLost || error instanceof Killed) return true;
      throw error;
    });
    if (isMore) continue;
    if (!(await answerTruly(bench, job.id, lookAgain))) break;
    lookAgain = false;
  }
  return job.id;
}

async function assertTrue(bench: Bench, jobId: string, told: Story): Promise<void> {
  const states: string[] = [];
  for (const key of KEYS) {
    const { state, code, permitsHeld } = await bench.step(`${jobId}/${key}`);
    const effects = bench.platform.effectsOf(`${jobId}/${key}`);
    const about = `${key}: ${state} ${code}, ${effects} effects`;
    states.push(state);
    assert.equal(permitsHeld, false, about);
    assert.ok(effects <= 1, about);
    const kind = told.steps[KEYS.indexOf(key)]?.kind;
    // A script’s own word is all there is: what it says of itself may be wrong.
    const isProven = kind !== 'script' || code === 'said_by_operator';
    const isDone = state === 'done' || state === 'done_with_warning';
    if (isProven && isDone) assert.equal(effects, 1, about);
    if (state === 'skipped') assert.equal(effects, 0, about);
    if (isProven && state === 'failed' && !mayComeLate(told, key)) assert.equal(effects, 0, about);
  }
  const ended = ['done', 'done_with_warning', 'failed', 'cancelled', 'skipped'];
  assert.ok(
    states.every((state) => ended.includes(state)),
    states.join(),
  );
  assert.ok(ended.includes((await bench.job(jobId)).state));
  assert.deepEqual(await bench.reservations(), []);
  const held = await bench.store.read((reads) => reads.jobs.listPermitSteps('holding'));
  assert.deepEqual(held, []);
}

/**
 * The platform gave its word before the effect showed. Read back at once it is not there, and that counts: a kind whose
 * platform is so has to wait in its `verify`.
 */
function mayComeLate(told: Story, key: (typeof KEYS)[number]): boolean {
  const outcomes = told.steps[KEYS.indexOf(key)]?.outcomes ?? [];
  return outcomes.some(
    ({ effect = true, lateMs = 0, error }) => effect && lateMs > 0 && error !== UNKNOWN,
  );
}

describe('any job under any faults', () => {
  it('H13 has each effect at most once, ends truly, and leaves nothing held', async () => {
    await using bench = await openBench();
    bench.capacities.set('host:x', 1).set('ds:s', 2);

    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const jobId = await play(bench, told);

        await assertTrue(bench, jobId, told);
      }),
      { numRuns: 250 },
    );
  });
});
