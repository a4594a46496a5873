/** What holds for every plan of moves. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { MoveProblem } from '#core/placement/move-problem.ts';
import { planMoves } from '#core/placement/plan-moves.ts';
import { arbitraryProblem } from './arbitrary-problems.ts';
import { compareVerdicts, findWrong, judgeEnd, starsOf, toTargets } from './judge-plan.ts';
import { findBestEnd, isWhole } from './try-everything.ts';

const runs = { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 1_000) };
const arbitraryTight = arbitraryProblem({ hosts: 5, vms: 8, rules: 3 });
const arbitrarySmall = arbitraryProblem({ hosts: 4, vms: 4, rules: 2 });

describe('a plan of moves, for every problem', () => {
  it('never takes more than a host has, and breaks no rule, in whatever order its moves begin and end', () => {
    fc.assert(
      fc.property(arbitraryTight, fc.array(fc.nat(50), { maxLength: 30 }), (problem, choices) => {
        const plan = planMoves(problem);

        assert.equal(findWrong(problem, plan, choices), undefined);
        assert.ok(isWhole(problem, toTargets(plan)));
      }),
      runs,
    );
  });

  it('moves each VM at most once, from where it is to where it may be, and says of each other why it is left', () => {
    fc.assert(
      fc.property(arbitraryTight, (problem) => {
        const { moves, left } = planMoves(problem);

        const vmOfId = new Map(problem.vms.map((vm) => [vm.id, vm]));
        for (const { vmId, fromHostId, toHostId, afterVmIds } of moves) {
          const vm = vmOfId.get(vmId);
          assert.equal(vm?.hostId, fromHostId);
          assert.notEqual(fromHostId, toHostId);
          assert.ok(vm?.candidates.some((at) => problem.hosts[at]?.id === toHostId));
          const before = moves.slice(
            0,
            moves.findIndex((move) => move.vmId === vmId),
          );
          for (const id of afterVmIds) assert.ok(before.some((move) => move.vmId === id));
        }
        const told = [...moves, ...left].map(({ vmId }) => vmId);
        assert.equal(new Set(told).size, told.length);
        for (const { id, mustLeave } of problem.vms) assert.ok(!mustLeave || told.includes(id));
      }),
      runs,
    );
  });

  it('is the same for the same problem, in whatever order its parts are listed', () => {
    const shuffled = arbitraryTight.chain((problem) =>
      fc.tuple(fc.constant(problem), arbitraryShuffled(problem)),
    );
    fc.assert(
      fc.property(shuffled, ([problem, other]) => {
        const plan = planMoves(problem);

        assert.deepEqual(planMoves(problem), plan);
        assert.deepEqual(planMoves(other), plan);
      }),
      runs,
    );
  });

  it('is as good as the best of all ends that can be reached, in a problem small enough to try them all', () => {
    fc.assert(
      fc.property(arbitrarySmall, (problem) => {
        const plan = planMoves(problem);

        const best = findBestEnd(problem);
        const own = judgeEnd(problem, toTargets(plan));
        assert.equal(plan.left.length, own.left);
        assert.equal(
          compareVerdicts(own, best.verdict),
          0,
          JSON.stringify({ own, best: best.verdict, to: [...best.targets] }),
        );
      }),
      runs,
    );
  });

  it('tells the stars of each target as they are when all is done', () => {
    fc.assert(
      fc.property(arbitraryTight, (problem) => {
        const plan = planMoves(problem);

        for (const { toHostId, stars } of plan.moves)
          assert.equal(stars, starsOf(problem, toHostId, toTargets(plan)));
      }),
      runs,
    );
  });
});

function arbitraryShuffled(problem: MoveProblem): fc.Arbitrary<MoveProblem> {
  const shuffle = <V>(list: readonly V[]) =>
    fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });
  return fc
    .record({
      hosts: shuffle(problem.hosts),
      vms: shuffle(problem.vms),
      rules: shuffle(problem.rules),
      others: shuffle([...problem.others]),
    })
    .map(({ hosts, vms, rules, others }) => {
      const indexOf = (at: number) => hosts.findIndex(({ id }) => id === problem.hosts[at]?.id);
      return {
        ...{ ...problem, hosts, rules, others: new Map(others) },
        vms: vms.map((vm) => ({ ...vm, candidates: vm.candidates.map(indexOf).reverse() })),
      };
    });
}
