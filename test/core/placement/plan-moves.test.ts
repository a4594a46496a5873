/** Where VMs go when they are planned together, in which order, and what is said of those that are left. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProblemHost } from '#core/placement/move-problem.ts';
import { planMoves } from '#core/placement/plan-moves.ts';
import { GIB } from '../estate-makers.ts';
import { findWrong } from './judge-plan.ts';
import { host, plan, rule, say, stayer, toConsolidating, toProblem, vm } from './move-problems.ts';

describe('a plan of moves', () => {
  it('balances: the emptiest host gets the most, and stars are those of the end', () => {
    const hosts = [host('a', 20), host('b', 0), host('c', 45)];

    const { moves } = plan({ hosts, vms: [vm('v1', 9), vm('v2', 9)] });

    assert.deepEqual(
      moves.map(({ toHostId, stars }) => [toHostId, stars]),
      [
        ['b', 4],
        ['b', 4],
      ],
    );
  });

  it('consolidates: the fullest host that keeps its reserve', () => {
    const hosts = [host('a', 20), host('b', 0), host('c', 70), host('d', 85)].map(toConsolidating);

    const { moves } = plan({ hosts, vms: [vm('v1', 9), vm('v2', 9)] });

    assert.deepEqual(
      moves.map(({ toHostId, stars }) => [toHostId, stars]),
      [
        ['c', 5],
        ['c', 5],
      ],
    );
  });

  it('gives each host the stars of its own group: of equal load, both the fullest and the emptiest can be best', () => {
    const full = host('c', 80);
    const empty = host('d', 0);
    const vms = [vm('v1', 5)];
    const to = (...hosts: ProblemHost[]) =>
      plan({ hosts: [host('a', 20), ...hosts], vms }).moves.map((it) => [it.toHostId, it.stars]);

    assert.deepEqual(to(toConsolidating(full), toConsolidating(empty)), [['c', 4.5]]);
    assert.deepEqual(to(full, empty), [['d', 4.5]]);
    assert.deepEqual(to(full, toConsolidating(empty)), [['d', 0.5]]);
    assert.deepEqual(to(toConsolidating(full), empty), [['c', 4.5]]);
  });

  it('brings the rest of a group to the one that stays, where as many moves then end on better hosts', () => {
    const hosts = [host('a', 90), host('b', 90, { cpuUsedCores: 0 }), host('c', 75), host('d', 90)];
    const v1 = vm('v1', 3, { candidates: [1, 2] });
    const v2 = stayer('v2', 3, 'b', [2]);
    const inTheWay = stayer('v3', 3, 'b');

    const { moves } = plan({
      ...{ hosts, vms: [v1, v2, inTheWay] },
      rules: [rule('together', true, 'v1', 'v2')],
    });

    assert.deepEqual(moves.map(({ vmId, toHostId }) => `${vmId} to ${toHostId}`).toSorted(), [
      'v1 to b',
      'v3 to c',
    ]);
  });

  it('does not pile up on a host whose CPU is over its reserve when it consolidates', () => {
    const hosts = [
      host('a', 20, { cpuUsedCores: 3 }),
      host('b', 60, { cpuUsedCores: 8.5 }),
      host('c', 20, { cpuUsedCores: 2 }),
    ].map(toConsolidating);

    assert.deepEqual(say(plan({ hosts, vms: [vm('v1', 9, { cpuCores: 1 })] })), ['v1 to c']);
  });

  it('keeps the reserve: the last byte of it fits, one more does not, and the most that is free is told', () => {
    const hosts = [host('a', 40), host('b', 80), host('c', 85)];

    assert.deepEqual(say(plan({ hosts, vms: [vm('v1', 10)] })), ['v1 to b']);
    const { left } = plan({ hosts, vms: [{ ...vm('v1', 0), memoryBytes: 10 * GIB + 1 }] });
    assert.deepEqual(left, [{ vmId: 'v1', why: 'no_room', freeBytes: 10 * GIB }]);
  });

  it('finds the one way in which all fit', () => {
    const hosts = [host('a', 40), host('b', 80), host('c', 78), host('d', 84)];
    const vms = [vm('v1', 6), vm('v2', 4), vm('v3', 6), vm('v4', 7), vm('v5', 5)];

    const { moves, left } = plan({ hosts, vms });

    assert.equal(moves.length, 5);
    assert.deepEqual(left, []);
  });

  it('leaves as few as it can, and of equally many the one of low priority', () => {
    const hosts = [host('a', 40), host('b', 80)];

    const fewest = plan({
      hosts,
      vms: [vm('large', 10, { priority: 3 }), vm('v1', 5), vm('v2', 5)],
    });
    assert.deepEqual(
      fewest.left.map(({ vmId }) => vmId),
      ['large'],
    );
    const lesser = plan({ hosts, vms: [vm('high', 8, { priority: 3 }), vm('low', 8)] });
    assert.deepEqual(
      lesser.left.map(({ vmId }) => vmId),
      ['low'],
    );
  });

  it('chooses by priority among those that are left, after their number', () => {
    const hosts = [host('a', 40), host('b', 80)];
    const vms = [
      vm('v9', 9, { priority: 3 }),
      vm('v5', 5, { priority: 2 }),
      vm('v6', 6),
      vm('v4', 4),
    ];

    const { left } = plan({ hosts, vms });

    assert.deepEqual(left.map(({ vmId }) => vmId).sort(), ['v6', 'v9']);
  });

  it('makes room with one move rather than with two', () => {
    const hosts = [host('a', 40), host('b', 60), host('c', 60), host('d', 60)];
    const vms = [
      vm('v1', 40, { candidates: [1, 3] }),
      stayer('s1', 15, 'b', [2]),
      stayer('s2', 8, 'd', [2]),
      stayer('s3', 8, 'd', [2]),
    ];

    assert.deepEqual(say(plan({ hosts, vms })), ['s1 to c', 'v1 to b after s1']);
  });

  it('makes room as early as the priority of the one that needs it', () => {
    const hosts = [host('a', 60), host('b', 60), host('c', 70), host('d', 0)];
    const vms = [
      vm('v1', 40, { candidates: [1], priority: 3 }),
      vm('v2', 5, { candidates: [3] }),
      stayer('s1', 15, 'b', [2]),
    ];

    assert.deepEqual(say(plan({ hosts, vms })), ['s1 to c', 'v1 to b after s1', 'v2 to d']);
  });

  it('moves another VM where that alone makes room, before the one that needs it', () => {
    const hosts = [host('a', 40), host('b', 60), host('c', 70)];
    const vms = [vm('v1', 40), stayer('s1', 15, 'b')];

    assert.deepEqual(say(plan({ hosts, vms })), ['s1 to c', 'v1 to b after s1']);
  });

  it('moves none that could stay for the sake of stars or wishes', () => {
    const hosts = [host('a', 20), host('b', 60), host('c', 0)];
    const vms = [vm('v1', 10, { candidates: [1] }), stayer('s1', 15, 'b')];

    const made = plan({ hosts, vms, rules: [rule('apart', false, 'v1', 's1')] });

    assert.deepEqual(say(made), ['v1 to b']);
    assert.deepEqual(made.brokenWishes, ['apart v1 s1']);
  });

  it('chains moves that make room for each other', () => {
    const hosts = [host('a', 40), host('b', 85), host('c', 85), host('d', 60)];
    const vms = [
      vm('v1', 40, { candidates: [1] }),
      stayer('s1', 40, 'b', [2]),
      stayer('s2', 40, 'c', [3]),
    ];

    const made = plan({ hosts: [...hosts.slice(0, 3), host('d', 45)], vms });

    assert.deepEqual(say(made), ['s2 to d', 's1 to c after s2', 'v1 to b after s1']);
  });

  it('puts high priority first, then the longest, then by name', () => {
    const hosts = [host('a', 40), host('b', 0)];
    const vms = [
      vm('w', 1),
      vm('v', 1),
      vm('z-long', 1, { moveMs: 9000 }),
      vm('high', 1, { priority: 2 }),
    ];

    assert.deepEqual(
      plan({ hosts, vms }).moves.map(({ vmId }) => vmId),
      ['high', 'z-long', 'v', 'w'],
    );
  });

  it('lets one go to where another leaves, after it, and waits for no more than it needs', () => {
    const hosts = [host('a', 40), host('b', 85), host('c', 0)];
    const vms = [
      vm('v1', 10, { candidates: [1], priority: 3 }),
      vm('v2', 3, { candidates: [1], priority: 2 }),
      vm('v3', 20, { hostId: 'b', candidates: [2] }),
    ];

    assert.deepEqual(say(plan({ hosts, vms })), ['v2 to b', 'v3 to c', 'v1 to b after v3']);
  });

  it('leaves two that would have to change places without any room beside', () => {
    const hosts = [host('a', 90), host('b', 90)];
    const vms = [vm('v1', 90, { candidates: [1] }), vm('v2', 90, { hostId: 'b', candidates: [0] })];

    const { moves, left } = plan({ hosts, vms });

    assert.deepEqual(moves, []);
    assert.deepEqual(
      left.map(({ vmId, why }) => `${vmId} ${why}`),
      ['v1 no_room', 'v2 no_room'],
    );
  });

  it('lets nothing come to a host that is over its reserve before enough has left it', () => {
    const hosts = [host('a', 40), host('b', 95), host('c', 0)];
    const vms = [vm('v1', 5, { candidates: [1] }), vm('v2', 10, { hostId: 'b', candidates: [2] })];

    assert.deepEqual(say(plan({ hosts, vms })), ['v2 to c', 'v1 to b after v2']);
  });
});

describe('what a plan of moves is given', () => {
  it('H09 counts a host whose CPU is not measured by its memory alone', () => {
    const hosts = [
      host('a', 40, { cpuUsedCores: 1 }),
      host('b', 40, { cpuUsedCores: 7 }),
      host('c', 45),
    ];

    const { moves } = plan({ hosts, vms: [vm('v1', 9, { cpuCores: 1 })] });

    assert.deepEqual(
      moves.map(({ toHostId, stars }) => [toHostId, stars]),
      [['c', 2]],
    );
  });

  it('may name no host for a VM, or only its own', () => {
    const hosts = [host('a', 40), host('b', 0)];

    const { left } = plan({
      hosts,
      vms: [vm('v1', 5, { candidates: [] }), vm('v2', 5, { candidates: [0] })],
    });

    assert.deepEqual(
      left.map(({ vmId, why }) => `${vmId} ${why}`),
      ['v1 no_candidate', 'v2 no_candidate'],
    );
  });

  it('may leave out the host that is emptied', () => {
    const made = plan({
      hosts: [host('b', 0)],
      vms: [vm('v1', 5, { hostId: 'gone', candidates: [0] })],
    });

    assert.deepEqual(
      made.moves.map(({ fromHostId, toHostId }) => [fromHostId, toHostId]),
      [['gone', 'b']],
    );
  });

  it('names the VM whose candidate is no host', () => {
    const problem = toProblem({ hosts: [host('a', 40), host('b', 0)], vms: [] });

    assert.throws(
      () => planMoves({ ...problem, vms: [vm('v1', 5, { candidates: [7] })] }),
      /v1 .* 7/,
    );
  });

  it('may be nothing at all', () => {
    assert.deepEqual(plan({ hosts: [], vms: [] }), { moves: [], left: [], brokenWishes: [] });
  });

  it('ends after its steps, however much there is to do', () => {
    const hosts = Array.from({ length: 20 }, (_, at) => host(`h-${at}`, 60 + (at % 30)));
    const vms = Array.from({ length: 60 }, (_, at) =>
      vm(`v-${at}`, 3 + (at % 9), { hostId: 'gone', candidates: hosts.map((_, index) => index) }),
    );
    const problem = { ...toProblem({ hosts, vms: [] }), vms };

    const made = planMoves(problem);

    assert.equal(made.moves.length + made.left.length, 60);
    assert.equal(findWrong(problem, made, []), undefined);
  });
});
