/** Plans that balance, one by one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MoveProblem } from '#core/placement/move-problem.ts';
import { planBalance } from '#core/placement/plan-balance.ts';
import { GIB } from '../estate-makers.ts';
import { findWrong } from './judge-plan.ts';
import { host, rule, say, stayer, toConsolidating, toProblem } from './move-problems.ts';

const ALL = [0, 1, 2, 3];
const on = (hostId: string, id: string, gib: number, changes = {}) => ({
  ...{ ...stayer(id, gib, hostId, ALL), mustLeave: true },
  ...changes,
});

function plan(problem: MoveProblem) {
  const made = planBalance(problem, {
    hostIds: new Set(problem.hosts.map(({ id }) => id)),
    goal: problem.hosts[0]?.goal ?? 'balance',
  });
  assert.equal(findWrong(problem, { ...made, left: [] }, []), undefined);
  return { ...made, said: say({ ...made, left: [] }) };
}

describe('balancing', () => {
  it('moves what evens out most, and stops where a move gains less than half a star', () => {
    const { said, before, after } = plan(
      toProblem({
        hosts: [host('a', 80), host('b', 20), host('c', 50)],
        vms: [on('a', 'v1', 30), on('a', 'v2', 10), on('c', 'v3', 10), on('b', 'v4', 10)],
      }),
    );

    assert.deepEqual(said, ['v1 to b']);
    assert.equal(Math.round(before.both * 100), 49);
    assert.equal(Math.round(after.both * 100), 0);
  });

  it('proposes nothing for hosts that are loaded alike', () => {
    const { said, before, after } = plan(
      toProblem({
        hosts: [host('a', 52), host('b', 48), host('c', 50)],
        vms: [on('a', 'v1', 2), on('b', 'v2', 2), on('c', 'v3', 2)],
      }),
    );

    assert.deepEqual([said, after], [[], before]);
  });

  it('does not move a small VM for next to nothing, however uneven the hosts are', () => {
    const { said, listLeft } = plan(
      toProblem({ hosts: [host('a', 80), host('b', 20)], vms: [on('a', 'v1', 0.5)] }),
    );

    assert.deepEqual([said, listLeft()], [[], [{ vmId: 'v1', why: 'no_gain' }]]);
  });

  it('counts CPU as much as memory', () => {
    const { said } = plan(
      toProblem({
        hosts: [host('a', 50, { cpuUsedCores: 8 }), host('b', 50, { cpuUsedCores: 1 })],
        vms: [on('a', 'v1', 1, { cpuCores: 3 }), on('a', 'v2', 1)],
      }),
    );

    assert.deepEqual(said, ['v1 to b']);
  });

  it('takes no reserve: not of memory, and not of CPU', () => {
    const memory = plan(
      toProblem({
        hosts: [
          host('a', 170, { memoryBytes: 200 * GIB }),
          host('b', 40, { memoryBytes: 60 * GIB }),
        ],
        vms: [on('a', 'v1', 15)],
      }),
    );
    const cpu = plan(
      toProblem({
        hosts: [host('a', 85, { cpuUsedCores: 8 }), host('b', 10, { cpuUsedCores: 8.5 })],
        vms: [on('a', 'v1', 40, { cpuCores: 0.8 })],
      }),
    );

    assert.deepEqual([memory.said, cpu.said], [[], []]);
    assert.deepEqual(memory.listLeft(), [{ vmId: 'v1', why: 'no_room', freeBytes: 14 * GIB }]);
  });

  it('keeps apart and together what must be, and says which rule holds a VM where it is', () => {
    const apart = rule('apart', true, 'v1', 'v9');
    const { said, listLeft } = plan(
      toProblem({
        hosts: [host('a', 80), host('b', 20)],
        vms: [on('a', 'v1', 30), on('b', 'v9', 1)],
        rules: [apart],
      }),
    );
    const together = plan(
      toProblem({
        hosts: [host('a', 80), host('b', 20), host('c', 50)],
        vms: [on('a', 'v1', 15), on('a', 'v2', 15)],
        rules: [rule('together', true, 'v1', 'v2')],
      }),
    );

    assert.deepEqual(said, []);
    assert.deepEqual(listLeft()[0], { vmId: 'v1', why: 'rule', rule: apart.name });
    assert.deepEqual(together.said.toSorted(), ['v1 to b', 'v2 to b']);
  });

  it('fills hosts where the goal is to consolidate', () => {
    const { said } = plan(
      toProblem({
        hosts: [host('a', 60), host('b', 20), host('c', 50)].map(toConsolidating),
        vms: [on('b', 'v1', 10), on('b', 'v2', 8), on('c', 'v3', 10), on('c', 'v4', 5)],
      }),
    );

    assert.deepEqual(said, ['v1 to a', 'v2 to a', 'v3 to a']);
  });

  it('plans twenty moves at most, among as many as a large cluster has', () => {
    const hosts = Array.from({ length: 60 }, (_, at) => host(`h${at}`, at % 2 ? 80 : 10));
    const all = hosts.map((_, at) => at);
    const vms = hosts.flatMap(({ id, memoryUsedBytes }) =>
      memoryUsedBytes > 50 * GIB
        ? Array.from({ length: 25 }, (_, at) => on(id, `${id}-${at}`, 3, { candidates: all }))
        : [],
    );

    const { said, before, after } = plan(toProblem({ hosts, vms }));

    assert.equal(said.length, 20);
    assert.ok(after.both < before.both);
  });
});
