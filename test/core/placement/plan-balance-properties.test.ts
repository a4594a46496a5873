/** What holds for every plan that balances. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createSpread, toDistance } from '#core/placement/imbalance.ts';
import type { MoveProblem } from '#core/placement/move-problem.ts';
import { BALANCE_MOVES_AT_MOST, planBalance } from '#core/placement/plan-balance.ts';
import { GIB } from '../estate-makers.ts';
import { arbitraryProblem } from './arbitrary-problems.ts';
import { findWrong, judgeEnd, type Targets, toTargets } from './judge-plan.ts';
import { isWhole } from './try-everything.ts';

const runs = { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 1_000) };

/** Hosts that hold their VMs and little else: some full, some nearly empty. */
const arbitraryUneven = arbitraryProblem({ hosts: 5, vms: 10, rules: 3 }).map(withOwnLoad);

function withOwnLoad(problem: MoveProblem): MoveProblem {
  const sumOn = (hostId: string, of: 'memoryBytes' | 'cpuCores') =>
    problem.vms.reduce((sum, vm) => sum + (vm.hostId === hostId ? vm[of] : 0), 0);
  // Those of one group, with its goal.
  const goal = goalOf(problem);
  const hosts = problem.hosts.map((host) => ({
    ...{ ...host, goal, memoryUsedBytes: sumOn(host.id, 'memoryBytes') + GIB },
    ...(host.cpuUsedCores === undefined ? {} : { cpuUsedCores: sumOn(host.id, 'cpuCores') + 1 }),
  }));
  return { ...problem, hosts };
}

const goalOf = ({ hosts }: MoveProblem) => hosts[0]?.goal ?? 'balance';
const allOf = ({ hosts }: MoveProblem) => new Set(hosts.map(({ id }) => id));
const balance = (problem: MoveProblem, hostIds = allOf(problem)) =>
  planBalance(problem, { hostIds, goal: goalOf(problem) });

describe('a plan that balances, for every problem', () => {
  it('never takes more than a host has, and breaks no rule, in whatever order its moves begin and end', () => {
    let moved = 0;
    fc.assert(
      fc.property(arbitraryUneven, fc.array(fc.nat(50), { maxLength: 30 }), (problem, choices) => {
        const plan = { ...balance(problem), left: [] };

        moved += plan.moves.length;
        assert.equal(findWrong(problem, plan, choices), undefined);
        assert.ok(isWhole(problem, toTargets(plan)));
      }),
      runs,
    );
    assert.ok(moved > runs.numRuns / 2, `only ${moved} moves were planned`);
  });

  it('is nearer to the goal afterwards, and says truly by how much', () => {
    fc.assert(
      fc.property(arbitraryUneven, (problem) => {
        const { moves, before, after } = balance(problem);

        const { length } = problem.hosts;
        const toGoal = (now: typeof before) => toDistance(now, goalOf(problem), length);
        if (moves.length > 0) assert.ok(toGoal(after) < toGoal(before));
        else assert.deepEqual(after, before);
        assertClose(before.both, measureEnd(problem, new Map()));
        assertClose(
          after.both,
          measureEnd(problem, toTargets({ moves, left: [], brokenWishes: [] })),
        );
      }),
      runs,
    );
  });

  it('moves each VM at most once and few in all, lets no host give and take, and no move wait for another', () => {
    fc.assert(
      fc.property(arbitraryUneven, (problem) => {
        const { moves } = balance(problem);

        assert.ok(moves.length <= BALANCE_MOVES_AT_MOST);
        assert.equal(new Set(moves.map(({ vmId }) => vmId)).size, moves.length);
        const givers = new Set(moves.map(({ fromHostId }) => fromHostId));
        for (const { toHostId, afterVmIds } of moves) {
          assert.ok(!givers.has(toHostId));
          assert.deepEqual(afterVmIds, []);
        }
      }),
      runs,
    );
  });

  it('breaks no wish that is kept now', () => {
    fc.assert(
      fc.property(arbitraryUneven, (problem) => {
        const { moves } = balance(problem);

        const end = judgeEnd(problem, toTargets({ moves, left: [], brokenWishes: [] }));
        assert.ok(end.broken <= judgeEnd(problem, new Map()).broken);
      }),
      runs,
    );
  });

  it('may be made in part: any of its moves fit without the others', () => {
    fc.assert(
      fc.property(arbitraryUneven, fc.array(fc.boolean(), { minLength: 20 }), (problem, taken) => {
        const { moves } = balance(problem);
        const alone = moves.filter(({ vmId }, at) => taken[at] && isAlone(problem, vmId));

        const part = { moves: alone, left: [], brokenWishes: [] };
        assert.equal(findWrong(problem, part, []), undefined);
      }),
      runs,
    );
  });

  it('is the same for the same problem, in whatever order its parts are listed', () => {
    fc.assert(
      fc.property(arbitraryUneven, (problem) => {
        const { moves, before, after } = balance(problem);

        const other = balance(toReversed(problem));
        assert.deepEqual([other.moves, other.before, other.after], [moves, before, after]);
      }),
      runs,
    );
  });

  it('gives no VM away from a host, and none to one, that is not to be balanced', () => {
    fc.assert(
      fc.property(arbitraryUneven, (problem) => {
        const { moves } = balance(problem, new Set(['host-0', 'host-1']));

        for (const { fromHostId, toHostId } of moves)
          assert.deepEqual([fromHostId, toHostId].toSorted(), ['host-0', 'host-1']);
      }),
      runs,
    );
  });
});

/** No mandatory rule keeps it together with another. */
function isAlone({ rules }: MoveProblem, vmId: string): boolean {
  return !rules.some(
    ({ kind, isMandatory, vmIds }) => kind === 'together' && isMandatory && vmIds.includes(vmId),
  );
}

/** From the problem alone, by another sum. */
function measureEnd({ hosts, vms }: MoveProblem, targets: Targets): number {
  const hasCpu = hosts.every(({ cpuUsedCores }) => cpuUsedCores !== undefined);
  const shares = hosts.map((host) => {
    let [memory, cpu] = [host.memoryUsedBytes, host.cpuUsedCores ?? 0];
    for (const vm of vms) {
      const target = targets.get(vm.id);
      const by = Number(target === host.id) - Number(!!target && vm.hostId === host.id);
      memory += by * vm.memoryBytes;
      cpu += by * vm.cpuCores;
    }
    return [memory / host.memoryBytes, Math.max(0, cpu / host.cpuCores)] as const;
  });
  const memory = toVariation(shares.map(([share]) => share));
  return hasCpu ? (memory + toVariation(shares.map(([, share]) => share))) / 2 : memory;
}

function toVariation(values: readonly number[]): number {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return mean > 0 && values.length > 1 ? Math.sqrt(squares / values.length) / mean : 0;
}

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);
}

function toReversed(problem: MoveProblem): MoveProblem {
  const last = problem.hosts.length - 1;
  return {
    ...problem,
    hosts: problem.hosts.toReversed(),
    vms: problem.vms
      .map((vm) => ({ ...vm, candidates: vm.candidates.map((at) => last - at) }))
      .toReversed(),
    rules: problem.rules.toReversed(),
  };
}

describe('how unevenly hosts are loaded', () => {
  it('is nothing where all carry the same, and √(hosts − 1) where one carries all', () => {
    const even = createSpread(
      [0.4, 0.4, 0.4].map((share) => ({ memoryShare: share, cpuShare: share })),
    );
    const one = createSpread([0, 0, 0, 0.8].map((memoryShare) => ({ memoryShare })));

    assertClose(even.measure().both, 0);
    assertClose(one.measure().both, Math.sqrt(3));
  });

  it('counts CPU only where it is measured on every host', () => {
    const spread = createSpread([{ memoryShare: 0.5, cpuShare: 0.9 }, { memoryShare: 0.5 }]);

    assert.deepEqual(spread.measure(), { both: 0, memory: 0 });
  });
});
