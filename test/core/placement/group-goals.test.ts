/** Which goal a host has, and what that does to its stars. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGoalOf } from '#core/placement/group-goals.ts';
import { placeVm } from '#core/placement/place-vm.ts';
import { planMoves } from '#core/placement/plan-moves.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import { GIB, make, makeIndex } from '../estate-makers.ts';
import { host, toConsolidating, toProblem, vm } from './move-problems.ts';

const goalOf = createGoalOf({
  goal: 'balance',
  goals: [
    { connection: 'vc', cluster: 'test', goal: 'consolidate' },
    { connection: 'vc-2', goal: 'consolidate' },
    { connection: 'vc-2', cluster: 'prod', goal: 'balance' },
  ],
});

describe('the goal of a group of hosts', () => {
  it('is its cluster’s, else its connection’s, else that of all', () => {
    assert.equal(goalOf('vc', 'test'), 'consolidate');
    assert.equal(goalOf('vc', 'prod'), 'balance');
    assert.equal(goalOf('vc', undefined), 'balance');
    assert.equal(goalOf('vc-2', 'prod'), 'balance');
    assert.equal(goalOf('vc-2', 'test'), 'consolidate');
    assert.equal(goalOf('vc-2', undefined), 'consolidate');
    assert.equal(goalOf('vc-3', 'test'), 'balance');
  });

  it('decides for a new VM which of the group’s hosts scores highest, and is said where fuller is better', () => {
    const host = (handle: string, cluster: string | undefined, usedGib: number) =>
      make('host', handle, {
        body: {
          ...{ name: handle, clusterHandle: cluster, cpuUsedShare: 0 },
          ...{ memoryBytes: 100 * GIB, memoryUsedBytes: usedGib * GIB },
        },
      });
    const index = makeIndex([
      make('datastore', 'ds-san'),
      make('cluster', 'c-test', { body: { name: 'test' } }),
      make('cluster', 'c-prod', { body: { name: 'prod' } }),
      ...[host('test-empty', 'c-test', 0), host('test-full', 'c-test', 80)],
      ...[host('prod-empty', 'c-prod', 0), host('prod-full', 'c-prod', 80)],
      host('alone', undefined, 0),
    ]);
    const question = {
      ...{ connectionId: 'vc', cpus: 0, memoryBytes: 5 * GIB, diskBytes: GIB },
      template: make('template', 'template-1'),
    };

    const placed = placeVm(question, { index, reservations: [], rules: PLACEMENT_RULES, goalOf });

    assert.deepEqual(
      placed.map(({ hostName, stars, reasons }) => [
        hostName,
        stars,
        reasons.some(({ code }) => code === 'group_consolidates'),
      ]),
      [
        ['alone', 5, false],
        ['prod-empty', 5, false],
        ['prod-full', 2.5, false],
        ['test-full', 2.5, true],
        ['test-empty', 0.5, true],
      ],
    );
  });

  it('is nothing to moves of which none may go there: they are as good as without it', () => {
    const hosts = Array.from({ length: 30 }, (_, at) => host(`h-${at}`, 20 + ((at * 7) % 60)));
    const candidates = hosts.map((_, at) => at).slice(1, -1);
    const vms = Array.from({ length: 40 }, (_, at) =>
      vm(`v-${at}`, 1 + ((at * 5) % 12), { hostId: 'h-0', candidates }),
    );
    const other = host('other', 10);

    const [balancing, consolidating] = [other, toConsolidating(other)].map((one) =>
      planMoves(toProblem({ hosts: [...hosts, one], vms })),
    );

    assert.deepEqual(consolidating?.moves, balancing?.moves);
  });

  it('lets a plan over many hosts that consolidate rate them about as often as where they balance', () => {
    const hosts = Array.from({ length: 200 }, (_, at) => host(`h-${at}`, 20 + ((at * 37) % 60)));
    const candidates = hosts.map((_, at) => at).slice(1);
    const vms = Array.from({ length: 12 }, (_, at) =>
      vm(`v-${at}`, 1 + at, { hostId: 'h-0', candidates }),
    );

    const [balancing = 0, consolidating = 0] = [hosts, hosts.map(toConsolidating)].map((all) => {
      let ratings = 0;
      const reserves = {
        ...PLACEMENT_RULES,
        get memoryReserveShare() {
          ratings += 1;
          return PLACEMENT_RULES.memoryReserveShare;
        },
      };
      planMoves(toProblem({ hosts: all, vms, reserves }));
      return ratings;
    });

    assert.ok(consolidating < 5 * balancing, `${consolidating} against ${balancing}`);
  });
});
