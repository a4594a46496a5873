/** Rules that overlap: together they ask for all that each of them asks, whatever the rules and their order. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findStages, type Policy, type PolicyDecision } from '#approvals/policy.ts';
import { NO_BOUNDS } from '#core/operations/plan-parts.ts';
import { GIB } from './house-estate.ts';
import { ask, group, makePolicy } from './house-rules.ts';

const approvals = fc.option(
  fc
    .record({
      needed: fc.integer({ min: 1, max: 3 }),
      group: fc.constantFrom('leads', 'capacity').map(group),
      expiresAfterMinutes: fc.integer({ min: 1, max: 90 }),
    })
    .map((changes) => ask(changes)),
);
const scope = fc.constantFrom(
  {},
  { folders: ['/prod'] },
  { folders: ['/prod/web', '/test'] },
  { clusters: ['prod'], folders: ['/test'] },
);
const when = fc.constantFrom({}, { cpus: { atMost: 4 } }, { cpus: { moreThan: 4 } });

/** Each under a name of its own, as the file demands. */
const rules = fc
  .array(
    fc.record({
      ...{ approvals, scope, when },
      operations: fc.constantFrom(['vm.*'], ['vm.create'], ['vm.delete', 'host.*']),
      requesterRoles: fc.constantFrom(undefined, ['web-team'], ['guests']),
    }),
    { maxLength: 6 },
  )
  .map((all) => all.map((one, at) => makePolicy({ ...one, name: `rule-${at}`, line: at + 1 })));

const cpus = fc.constantFrom(2, 8, undefined);

function decide(policies: readonly Policy[], cpu: number | undefined): PolicyDecision {
  const atMost = { vms: 1, memoryBytes: 16 * GIB, ...(cpu === undefined ? {} : { cpus: cpu }) };
  return findStages(
    {
      operation: 'vm.create',
      scope: {
        ...{ connectionId: 'vc', clusterName: 'prod', folderPath: '/prod/web' },
        ownerId: 'lab-ann',
      },
      ...{ personId: 'lab-ann', roleNames: ['web-team'] },
      plan: { bounds: { ...NO_BOUNDS, atMost } },
    },
    policies,
  );
}

/** What is asked, without its order. */
function listAsked(decision: PolicyDecision): readonly string[] {
  if (decision.verdict !== 'stages') return [];
  return decision.stages
    .map(({ rule, needed, groupId }) => `${rule}: ${needed} of ${groupId}`)
    .toSorted();
}

function minutesOf(decision: PolicyDecision): number {
  return decision.verdict === 'stages' ? decision.expiresAfterMinutes : Number.POSITIVE_INFINITY;
}

describe('any rules together', () => {
  it('lesson S9: ask for exactly what each of them asks alone, in the shortest of their times', () => {
    fc.assert(
      fc.property(rules, cpus, (policies, cpu) => {
        const together = decide(policies, cpu);
        const alone = policies.map((policy) => decide([policy], cpu));

        assert.deepEqual(listAsked(together), alone.flatMap(listAsked).toSorted());
        assert.equal(minutesOf(together), Math.min(...alone.map(minutesOf)));
        const isNamed = alone.some(({ verdict }) => verdict !== 'no_policy');
        assert.equal(together.verdict === 'no_policy', !isNamed);
      }),
      { numRuns: 500 },
    );
  });

  it('lesson S9: ask for no less because one more rule stands among them, wherever it stands', () => {
    const withOne = fc.tuple(rules, rules, fc.nat()).chain(([policies, [extra], place]) => {
      const at = place % (policies.length + 1);
      const more = extra ? [{ ...extra, name: 'one-more' }] : [];
      return fc.constant([policies, policies.toSpliced(at, 0, ...more)] as const);
    });
    fc.assert(
      fc.property(withOne, cpus, ([policies, more], cpu) => {
        const [before, after] = [decide(policies, cpu), decide(more, cpu)];
        const asked = new Set(listAsked(after));

        assert.deepEqual(
          listAsked(before).filter((stage) => !asked.has(stage)),
          [],
        );
        assert.ok(minutesOf(after) <= minutesOf(before));
      }),
      { numRuns: 500 },
    );
  });

  it('lesson S9: ask for the same in any order', () => {
    const shuffled = rules.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, cpus, ([policies, others], cpu) => {
        const [one, other] = [decide(policies, cpu), decide(others, cpu)];

        assert.deepEqual(listAsked(one), listAsked(other));
        assert.deepEqual([one.verdict, minutesOf(one)], [other.verdict, minutesOf(other)]);
      }),
    );
  });
});
