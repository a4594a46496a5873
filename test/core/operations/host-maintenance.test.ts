/** What holds for the plan that empties a host, and for the plan that takes it back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PLAN_WORDS } from '#bot/words/en/plan-words.ts';
import { hostMaintenanceEnter } from '#core/operations/host-maintenance-enter.ts';
import { hostMaintenanceExit } from '#core/operations/host-maintenance-exit.ts';
import type { World } from '#core/operations/operation.ts';
import { vmStart } from '#core/operations/vm-power.ts';
import { vmResume } from '#core/operations/vm-save.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import type { Plan } from '#core/plan/plan.ts';
import { GIB } from '../estate-makers.ts';
import { idOf, type MovesWorldWish, makeMovesWorld } from './moves-world.ts';

const HOST_GIB = 64;
const runs = { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 300) };

const enter = (wish: MovesWorldWish) =>
  hostMaintenanceEnter.plan({ hostId: idOf('h-0') }, makeMovesWorld(wish));
const exit = (wish: MovesWorldWish, movesBack = true) =>
  hostMaintenanceExit.plan({ hostId: idOf('h-0'), movesBack }, makeMovesWorld(wish));
const codesOf = ({ blockers }: Plan) => blockers.map(({ code }) => code);
const notesOf = ({ advice }: Plan) => advice.notes.map(({ code, facts }) => [code, facts.vm]);

interface Drawn {
  readonly wish: MovesWorldWish;
  readonly gibOf: ReadonlyMap<string, number>;
  readonly usedGib: readonly number[];
  readonly apart: readonly string[];
}

/** A few hosts, some with little room; VMs on the first of them, some off, some tied, some to be kept apart. */
const arbitraryEstate = fc
  .record({
    used: fc.array(fc.integer({ min: 0, max: HOST_GIB }), { minLength: 2, maxLength: 5 }),
    vms: fc.array(
      fc.record({
        gib: fc.integer({ min: 1, max: 20 }),
        power: fc.constantFrom('on' as const, 'on' as const, 'on' as const, 'off' as const),
        isTied: fc.boolean(),
        isApart: fc.boolean(),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ used, vms }): Drawn => {
    const apart = vms.flatMap(({ isApart }, at) => (isApart ? [`v-${at}`] : []));
    const held = vms.reduce((sum, { gib, power }) => sum + (power === 'on' ? gib : 0), 0);
    const usedGib = used.map((gib, at) => (at === 0 ? held : gib));
    const rule = { name: 'apart', kind: 'apart', isMandatory: true, vmHandles: apart } as const;
    return {
      ...{ usedGib, apart },
      gibOf: new Map(vms.map(({ gib }, at) => [idOf(`v-${at}`), gib])),
      wish: {
        hosts: Object.fromEntries(
          usedGib.map((gib, at) => [
            `h-${at}`,
            { memoryBytes: HOST_GIB * GIB, memoryUsedBytes: gib * GIB },
          ]),
        ),
        vms: Object.fromEntries(
          vms.map(({ gib, power, isTied }, at) => [
            `v-${at}`,
            {
              ...{ hostHandle: 'h-0', power, memoryBytes: gib * GIB },
              ...(isTied && { ties: [{ what: 'setting', label: 'stays' }] }),
            },
          ]),
        ),
        ...(apart.length > 1 && { rules: [rule] }),
      },
    };
  });

describe('the plan of an evacuation, for every small estate', () => {
  it('takes of no host more than its reserve leaves, and keeps apart whom a rule keeps apart', () => {
    fc.assert(
      fc.property(arbitraryEstate, ({ wish, gibOf, usedGib, apart }) => {
        const { advice } = enter(wish);

        const moves = advice.moves ?? [];
        const room = HOST_GIB * (1 - PLACEMENT_RULES.memoryReserveShare);
        for (const [at, used] of usedGib.entries()) {
          const coming = moves.filter(({ toId }) => toId === idOf(`h-${at}`));
          const gib = coming.reduce((sum, { vmId }) => sum + (gibOf.get(vmId) ?? 0), 0);
          assert.ok(coming.length === 0 || used + gib <= room, `h-${at}: ${used} + ${gib}`);
        }
        const targets = moves
          .filter(({ vmName }) => apart.includes(vmName))
          .map(({ toId }) => toId);
        assert.equal(new Set(targets).size, targets.length);
      }),
      runs,
    );
  });

  it('has of each VM that runs a move with a second try, or a question; of one that is off nothing', () => {
    fc.assert(
      fc.property(arbitraryEstate, ({ wish }) => {
        const { steps } = enter(wish);

        const keys = new Set(steps.map(({ key }) => key));
        for (const [handle, { power }] of Object.entries(wish.vms)) {
          const own = ['move', 'again', 'ask'].filter((verb) =>
            keys.has(`${verb}-${idOf(handle)}`),
          );
          const expected = power === 'off' ? [[]] : [['move', 'again'], ['ask']];
          assert.ok(
            expected.some((one) => one.join() === own.join()),
            `${handle} ${own.join()}`,
          );
        }
        assert.equal(steps[0]?.key, 'mark-host');
        assert.deepEqual(steps.at(-1)?.after, [...keys].filter(isBefore(steps)));
        assert.equal(steps.at(-1)?.begins, 'when_ended');
      }),
      runs,
    );
  });
});

/** The last step waits for whatever does something or asks, itself left out. */
function isBefore(steps: Plan['steps']): (key: string) => boolean {
  const all = new Set(steps.slice(0, -1).map(({ key }) => key));
  return (key) => all.has(key);
}

const HOSTS = { 'h-0': {}, 'h-1': {}, 'h-2': {} };

describe('the plan of an evacuation', () => {
  it('has one line for each job in its way, however many of its VMs that changes', () => {
    const busy = { [idOf('h-0')]: 7, [idOf('v-0')]: 7, [idOf('v-1')]: 9 };

    const { blockers } = enter({ hosts: HOSTS, vms: { 'v-0': on(), 'v-1': on() }, busy });

    assert.deepEqual(
      blockers.map(({ code, facts }) => [code, facts.vm, facts.job]),
      [
        ['another_job_changes_it', 'h-0', 'J-7'],
        ['another_job_changes_it', 'v-1', 'J-9'],
      ],
    );
  });

  it('asks with the reason beside it, which is not part of what is agreed to', () => {
    const { steps } = enter({ hosts: HOSTS, vms: { 'v-0': { ...on(), question: 'Moved?' } } });

    const ask = steps.find(({ kind }) => kind === 'ask-consent');
    assert.doesNotMatch(JSON.stringify(ask?.input), /Moved/);
    assert.match(JSON.stringify(ask?.placement), /vm_asks_question.*Moved\?/);
  });
});

describe('the plan that takes a host back', () => {
  const IN = { ...HOSTS, 'h-0': { inMaintenance: true } };
  const AWAY = { 'v-0': on('h-1'), 'v-1': on('h-2') };
  const NO = { against: [{ code: 'platform_forbids', facts: {} }], warnings: [] } as const;

  it('moves back whatever its platform said of the host while it was closed', () => {
    const plan = exit({ hosts: IN, vms: AWAY, away: ['v-0', 'v-1'], answerOf: () => NO });

    assert.deepEqual(
      plan.advice.moves?.map(({ vmName, toName }) => [vmName, toName]),
      [
        ['v-0', 'h-0'],
        ['v-1', 'h-0'],
      ],
    );
    assert.deepEqual(notesOf(plan), [['moves_asked_later', undefined]]);
    assert.equal(hostMaintenanceExit.movesVms, undefined);
  });

  it('leaves no word about moves where none is made', () => {
    const plan = exit({ hosts: IN, vms: AWAY, away: ['v-0', 'v-1'] }, false);

    assert.deepEqual(
      plan.advice.notes.map(({ code }) => code),
      ['vms_stay_away'],
    );
  });
});

describe('vm start and vm resume on a host that is closed', () => {
  const plan = (
    operation: typeof vmStart,
    power: 'off' | 'suspended' | 'paused',
    closed: string[],
  ) =>
    operation.plan(
      { vmId: idOf('v-0') },
      makeMovesWorld({
        ...{ hosts: HOSTS, closed, vms: { 'v-0': { hostHandle: 'h-0', power } } },
        connection: { power: { save: true, resume: true } } as never,
      }),
    );

  it('H17 B60 are refused while Drover empties it; one that keeps its memory there goes on', () => {
    assert.deepEqual(codesOf(plan(vmStart, 'off', ['h-0'])), ['vm_on_closed_host']);
    assert.deepEqual(codesOf(plan(vmResume, 'suspended', ['h-0'])), ['vm_on_closed_host']);
    assert.deepEqual(codesOf(plan(vmResume, 'paused', ['h-0'])), []);
    assert.deepEqual(codesOf(plan(vmStart, 'off', ['h-1'])), []);
  });
});

function on(hostHandle = 'h-0') {
  return { hostHandle, power: 'on', memoryBytes: 4 * GIB } as const;
}

describe('the maintenance of a host that is no more', () => {
  const wish: MovesWorldWish = { hosts: { 'h-0': {}, 'h-1': {} }, vms: {} };
  const hostId = idOf('h-0');
  const operations = [
    (world: World) => hostMaintenanceEnter.plan({ hostId }, world),
    (world: World) => hostMaintenanceExit.plan({ hostId, movesBack: true }, world),
  ];

  it('is refused at its start under the name by which the host was known', () => {
    for (const plan of operations) {
      const { bounds } = plan(makeMovesWorld(wish));
      const world = makeMovesWorld({ ...wish, within: bounds });
      const host = world.index.get('host', hostId);
      if (host) world.index.apply([{ ...host, gone: true }]);

      const { blockers, targets } = plan(world);

      const said = blockers.map(({ code, facts }) => PLAN_WORDS[code](facts));
      assert.deepEqual(said, ['The host h-0 is no more, says its platform.']);
      assert.deepEqual(targets, [{ id: hostId, kind: 'host', name: 'h-0' }]);
    }
  });

  it('is refused by what it is where nobody knows its name', () => {
    const world = makeMovesWorld({ ...wish, hosts: {} });

    for (const plan of operations) {
      const said = plan(world).blockers.map(({ code, facts }) => PLAN_WORDS[code](facts));
      assert.deepEqual(said, ['The host is no more, says its platform.']);
    }
  });
});
