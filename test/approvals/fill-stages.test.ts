/** Seats and voters: one voter, one vote over all stages, and no order that blocks (B31). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fillStages, isFilled, type Voter } from '#approvals/fill-stages.ts';
import type { Stage } from '#approvals/request-store.ts';
import { group, makeStage } from './house-rules.ts';

const voter = (personId: string, ...groups: string[]): Voter => ({
  personId,
  groupIds: groups.map((name) => group(name).id),
});

describe('the seats of the stages', () => {
  it('are filled in the order of the stages, and not past their number', () => {
    const stages = [makeStage('leads', 2), makeStage('capacity', 1)];

    const filled = fillStages(stages, [
      voter('bob', 'leads'),
      voter('eva', 'leads'),
      voter('carl', 'leads'),
      voter('ann', 'others'),
    ]);

    assert.deepEqual(filled, [2, 0]);
    assert.equal(isFilled(stages, filled), false);
  });

  it('hold a person once, though the vote comes by several ways and fits several stages', () => {
    const stages = [makeStage('leads', 1), makeStage('capacity', 1)];
    const bob = voter('bob', 'leads', 'capacity');

    assert.deepEqual(fillStages(stages, [bob, bob, { ...bob }]), [1, 0]);
  });

  it('ask for two people where two rules ask the same group', () => {
    const stages = [makeStage('leads', 1), makeStage('leads', 1)];

    assert.deepEqual(fillStages(stages, [voter('bob', 'leads')]), [1, 0]);
    assert.deepEqual(fillStages(stages, [voter('bob', 'leads'), voter('eva', 'leads')]), [1, 1]);
  });

  it('let one who fits elsewhere make room, also over several stages', () => {
    const stages = [makeStage('a', 1), makeStage('b', 1), makeStage('c', 1)];
    const voters = [voter('1', 'a', 'b'), voter('2', 'b', 'c'), voter('3', 'a'), voter('4', 'b')];

    assert.deepEqual(fillStages(stages, voters), [1, 1, 1]);
  });

  it('are filled without a voter where nobody is asked', () => {
    assert.equal(isFilled([], fillStages([], [])), true);
  });
});

const NAMES = ['a', 'b', 'c'] as const;
const stagesOf = fc.array(
  fc
    .tuple(fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 2 }))
    .map(([name, needed]) => makeStage(name, needed)),
  { minLength: 1, maxLength: 3 },
);
const votersOf = fc.array(
  fc
    .tuple(fc.constantFrom('1', '2', '3', '4', '5', '6'), fc.subarray([...NAMES]))
    .map(([id, groups]) => voter(id, ...groups)),
  { maxLength: 6 },
);
/** A person has one set of groups, however often they voted. */
const distinctVoters = votersOf.map((voters) => [
  ...new Map(voters.map((one) => [one.personId, one])).values(),
]);

/** Tries every seat for every voter. */
function countBest(stages: readonly Stage[], voters: readonly Voter[]): number {
  const [first, ...rest] = voters;
  if (!first) return 0;
  const seated = stages.flatMap((stage, at) => {
    if (stage.needed === 0 || !first.groupIds.includes(stage.groupId)) return [];
    const left = stages.map((other, index) =>
      index === at ? { ...other, needed: other.needed - 1 } : other,
    );
    return [1 + countBest(left, rest)];
  });
  return Math.max(countBest(stages, rest), ...seated);
}

const sum = (filled: readonly number[]) => filled.reduce((total, seats) => total + seats, 0);

describe('any stages and voters', () => {
  it('fill as many seats as the best seating found by trying all', () => {
    fc.assert(
      fc.property(stagesOf, distinctVoters, (stages, voters) => {
        assert.equal(sum(fillStages(stages, voters)), countBest(stages, voters));
      }),
      { numRuns: 400 },
    );
  });

  it('never fill more seats than there are people, nor more than a stage needs', () => {
    fc.assert(
      fc.property(stagesOf, votersOf, (stages, voters) => {
        const filled = fillStages(stages, voters);

        assert.ok(sum(filled) <= new Set(voters.map(({ personId }) => personId)).size);
        for (const [at, { needed, groupId }] of stages.entries()) {
          const able = new Set(
            voters
              .filter(({ groupIds }) => groupIds.includes(groupId))
              .map(({ personId }) => personId),
          );
          assert.ok((filled[at] ?? 0) <= Math.min(needed, able.size));
        }
      }),
    );
  });

  it('are filled or not whatever the order of the votes', () => {
    const shuffled = distinctVoters.chain((voters) =>
      fc.tuple(fc.constant(voters), fc.shuffledSubarray(voters, { minLength: voters.length })),
    );
    fc.assert(
      fc.property(stagesOf, shuffled, (stages, [voters, others]) => {
        const isReached = isFilled(stages, fillStages(stages, voters));

        assert.equal(isFilled(stages, fillStages(stages, others)), isReached);
        const turned = stages.toReversed();
        assert.equal(isFilled(turned, fillStages(turned, others)), isReached);
      }),
    );
  });

  it('lose nothing by one more vote', () => {
    fc.assert(
      fc.property(stagesOf, distinctVoters, (stages, voters) => {
        const before = sum(fillStages(stages, voters.slice(1)));

        assert.ok(sum(fillStages(stages, voters)) >= before);
      }),
    );
  });
});
