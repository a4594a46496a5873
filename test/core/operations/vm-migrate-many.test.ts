/** Several VMs in one plan: joint, in turn, bounded by the worst, and refused by name. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { toNoteWords } from '#bot/cards/plan-blocks.ts';
import { vmMigrate } from '#core/operations/vm-migrate.ts';
import { VmMigrateInput } from '#core/operations/vm-migrate-wish.ts';
import { listDifferences } from '#core/plan/bounds.ts';
import { hashPlan, isDeedWithin } from '#core/plan/canonical-hash.ts';
import type { Plan } from '#core/plan/plan.ts';
import { findWrong } from '#test/core/placement/judge-plan.ts';
import { GIB } from '../estate-makers.ts';
import { idOf, type MovesWorldWish, makeMovesWorld } from './moves-world.ts';

const HOSTS = { 'h-0': {}, 'h-1': {}, 'h-2': { cpuUsedShare: 0.5 } };
const disk = (datastoreHandle: string, gib: number) => ({
  ...{ key: datastoreHandle, label: 'SCSI 0:0', datastoreHandle, sizeBytes: gib * GIB },
});
const onHost = (hostHandle: string, own: object = {}) => ({
  ...{ hostHandle, memoryBytes: 8 * GIB, ...own },
});
const VMS = { a: onHost('h-0'), b: onHost('h-0'), 'my vm': onHost('h-1') };
const STORES = {
  hosts: { ...HOSTS, 'h-0': { datastoreHandles: ['ds-san', 'ds-new'] } },
  connection: { migration: { can: ['storage', 'host_and_storage'] } as never },
};

function plan(
  names: readonly string[],
  { input, ...wish }: Partial<MovesWorldWish> & { input?: Partial<VmMigrateInput> } = {},
): Plan {
  const [vmId = '', ...moreVmIds] = names.map(idOf);
  return vmMigrate.plan(
    { vmId, ...(moreVmIds.length > 0 ? { moreVmIds } : {}), quick: false, ...input },
    makeMovesWorld({ hosts: HOSTS, vms: VMS, ...wish }),
  );
}

const wordsOf = ({ blockers }: Plan) => blockers.map(toNoteWords);
const notesOf = ({ advice }: Plan) => advice.notes.map(toNoteWords);

describe('vm.migrate of several', () => {
  it('places all in one plan: a step, a held place and a line each, bounded by their sum', () => {
    const { steps, reserves, bounds, advice, targets, blockers } = plan(['a', 'b']);

    assert.deepEqual(blockers, []);
    assert.deepEqual(
      steps.map(({ key, kind, after, isSparable }) => ({ key, kind, after, isSparable })),
      ['a', 'b'].map((name) => ({
        ...{ key: `move-${idOf(name)}`, kind: 'move-vm', after: [], isSparable: true },
      })),
    );
    assert.deepEqual(
      reserves?.places.map(({ key, memoryBytes }) => [key, memoryBytes]),
      ['a', 'b'].map((name) => [`move-${idOf(name)}`, 8 * GIB]),
    );
    assert.deepEqual(
      targets.map(({ name }) => name),
      ['a', 'b'],
    );
    assert.equal(advice.moves?.length, 2);
    assert.equal(bounds.atMost.moves, 2);
    assert.deepEqual(bounds.effects, { [idOf('a')]: 'pause', [idOf('b')]: 'pause' });
    assert.deepEqual(bounds.oneOf.hosts, [idOf('h-1'), idOf('h-2')]);
    assert.equal(bounds.exact[`vm:${idOf('a')}`], 'identity-of-a a');
  });

  it('of one is the plan of before, to the last byte, and a request of before is still read', () => {
    const stored = VmMigrateInput.parse({ vmId: idOf('a'), quick: false });
    const world = makeMovesWorld({ hosts: HOSTS, vms: VMS });

    const { steps, bounds } = vmMigrate.plan(stored, world);

    assert.deepEqual(
      steps.map(({ key, isSparable }) => [key, isSparable]),
      [['move-vm', undefined]],
    );
    assert.deepEqual(Object.keys(bounds.exact).toSorted(), [
      ...['connection', 'datastore', 'handle', 'vm', 'way', 'wishedHost'],
    ]);
    assert.equal(
      hashPlan(plan(['a'])),
      '8094a49cab6cc791fbc15ead5cb53d2606ccb9a89484c02bd4670dcfde7f220b',
    );
  });

  it('H17 changes all of them, and is judged where each lies', () => {
    const input = { vmId: idOf('a'), moreVmIds: [idOf('b')], quick: false };
    const { index } = makeMovesWorld({ hosts: HOSTS, vms: VMS });

    assert.deepEqual(vmMigrate.targetIds(input, index), [idOf('a'), idOf('b')]);
    assert.deepEqual(
      vmMigrate.placesOf?.(input, index).map(({ name }) => name),
      ['a', 'b'],
    );
    assert.deepEqual(wordsOf(plan(['a', 'b'], { busy: { [idOf('b')]: 4 } })), [
      'J-4 is changing b; wait for it: job show J-4',
      'Nothing moves while that stands. Without b: vm migrate a',
    ]);
  });

  it('waits for the one that makes room', () => {
    const full = { memoryBytes: 24 * GIB, memoryUsedBytes: 16 * GIB, cpuUsedShare: 0.1 };
    const vms = {
      a: onHost('h-0', { memoryBytes: 14 * GIB }),
      b: onHost('h-1', { memoryBytes: 14 * GIB }),
    };

    const { steps, blockers } = plan(['a', 'b'], {
      ...{ vms, hosts: { 'h-0': full, 'h-1': full, 'h-2': { memoryBytes: 18 * GIB } } },
    });

    assert.deepEqual(blockers, []);
    assert.equal(steps.filter(({ after }) => after.length > 0).length, 1);
    assert.deepEqual(steps[1]?.after, [steps[0]?.key]);
    // Without the one before it the other would be left out: spared is none of them.
    assert.ok(steps.every(({ isSparable }) => !isSparable));
  });

  it('is refused for what stands against one, by name, with the line without it', () => {
    const tied = onHost('h-0', { ties: [{ what: 'passthrough', label: 'PCI 0' }] });
    const vms = { ...VMS, b: tied };

    assert.deepEqual(wordsOf(plan(['a', 'b', 'my vm'], { vms, input: { hostId: idOf('h-2') } })), [
      'b cannot move: a device of its host is passed through to it (PCI 0).',
      'Nothing moves while that stands. Without b: vm migrate a "my vm" --host h-2',
    ]);
    const none = wordsOf(plan(['a', 'b'], { input: { hostId: idOf('h-1') }, closed: ['h-1'] }));
    assert.deepEqual(none, [
      'a cannot go to h-1 now. Why: host rate a',
      'b cannot go to h-1 now. Why: host rate b',
    ]);
    const small = { hosts: { ...HOSTS, 'h-1': { memoryBytes: 10 * GIB } } };
    const room = wordsOf(plan(['a', 'b'], { ...small, input: { hostId: idOf('h-1') } }));
    assert.match(room[0] ?? '', /^(a|b) cannot move: it needs 8 GiB of memory, and the most/);
    assert.match(room[1] ?? '', /Without (a|b): vm migrate (a|b) --host h-1$/);
  });

  it('names one that is there already and leaves it out; none is left: refused as one is', () => {
    const some = plan(['a', 'my vm'], { input: { hostId: idOf('h-1') } });
    const all = plan(['a', 'b'], { input: { hostId: idOf('h-0') } });

    assert.deepEqual(some.blockers, []);
    assert.deepEqual(notesOf(some).slice(0, 1), ['my vm is on h-1 already, and is left out.']);
    assert.deepEqual(Object.keys(some.bounds.effects), [idOf('a')]);
    assert.deepEqual(wordsOf(all), ['a is on h-0 already.', 'b is on h-0 already.']);
  });

  it('needs room for the files of all where they go', () => {
    const vms = {
      a: onHost('h-0', { disks: [disk('ds-san', 40)] }),
      b: onHost('h-0', { disks: [disk('ds-san', 40)] }),
    };
    const move = (gib: number) =>
      plan(['a', 'b'], {
        ...{ ...STORES, vms, input: { datastoreId: idOf('ds-new') } },
        datastores: { 'ds-new': { capacityBytes: 1000 * GIB, freeBytes: gib * GIB } },
      });

    assert.deepEqual(wordsOf(move(120)), ['ds-new: 70 GiB free, 80 GiB wanted']);
    const { reserves, bounds, blockers } = move(130);
    assert.deepEqual(blockers, []);
    assert.equal(bounds.atMost.diskBytes, 80 * GIB);
    assert.deepEqual(
      reserves?.places.map(({ diskBytes, memoryBytes }) => [diskBytes, memoryBytes]),
      [
        [40 * GIB, 0],
        [40 * GIB, 0],
      ],
    );
  });

  it('takes files along for those of which the host does not see them, and names those', () => {
    const hosts = { ...HOSTS, 'h-1': { datastoreHandles: ['ds-new'] } };
    const vms = {
      a: onHost('h-0', { disks: [disk('ds-san', 40)] }),
      b: onHost('h-0', { datastoreHandle: 'ds-new', disks: [disk('ds-new', 10)] }),
    };

    const made = plan(['a', 'b'], {
      ...{ ...STORES, hosts, vms, input: { hostId: idOf('h-1') } },
      datastores: { 'ds-new': { freeBytes: 500 * GIB } },
    });

    assert.deepEqual(made.blockers, []);
    assert.match(notesOf(made)[0] ?? '', /does not see the files of a: they go along to ds-new\.$/);
    assert.equal(made.bounds.atMost.diskBytes, 40 * GIB);
  });

  it('stays at its start inside what was agreed, and spares who is there by then', () => {
    const agreed = plan(['a', 'b'], { input: { hostId: idOf('h-1') } });
    const moved = { ...VMS, b: onHost('h-1') };
    const later = plan(['a', 'b'], {
      ...{ vms: moved, input: { hostId: idOf('h-1') }, within: agreed.bounds },
    });
    const back = plan(['a', 'b'], { input: { hostId: idOf('h-1') } });
    const agreedLess = later;

    assert.deepEqual(listDifferences(later.bounds, agreed.bounds), []);
    assert.ok(isDeedWithin(later, agreed));
    // One that was left out and has left since is no part of what was agreed to.
    assert.ok(listDifferences(back.bounds, agreedLess.bounds).length > 0);
    const elsewhere = plan(['a', 'b'], {
      within: { ...plan(['a', 'b']).bounds, oneOf: { hosts: [idOf('h-2')], datastores: [] } },
    });
    assert.deepEqual(
      elsewhere.advice.moves?.map(({ toName }) => toName),
      ['h-2', 'h-2'],
    );
  });

  it('H03 a new handle of one is outside what was agreed', () => {
    const agreed = plan(['a', 'b']);
    const exact = { ...agreed.bounds.exact, [`vm:${idOf('b')}`]: 'identity-of-b vm-9' };

    const differences = listDifferences({ ...agreed.bounds, exact }, agreed.bounds);

    assert.deepEqual(
      differences.map(({ key }) => key),
      [`vm:${idOf('b')}`],
    );
  });

  it('never exceeds what hosts have, in whatever order its steps permit', () => {
    const estate = fc.record({
      vms: fc.array(fc.record({ host: fc.nat({ max: 2 }), gib: fc.integer({ min: 1, max: 12 }) }), {
        minLength: 2,
        maxLength: 8,
      }),
      free: fc.array(fc.nat({ max: 16 }), { minLength: 3, maxLength: 3 }),
      choices: fc.array(fc.nat(), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(estate, ({ vms: wished, free, choices }) => {
        const names = wished.map((_, at) => `v-${at}`);
        const usedGib = (host: number) =>
          wished.reduce((sum, { host: own, gib }) => sum + (own === host ? gib : 0), 0);
        const sizes = free.map((gib, host) => ({
          memoryBytes: Math.ceil(((usedGib(host) + gib) * GIB) / 0.9),
          memoryUsedBytes: usedGib(host) * GIB,
        }));
        const hosts = Object.fromEntries(sizes.map((one, at) => [`h-${at}`, one]));
        const vms = Object.fromEntries(
          wished.map(({ host, gib }, at) => [
            `v-${at}`,
            onHost(`h-${host}`, { memoryBytes: gib * GIB }),
          ]),
        );
        const made = plan(names, { hosts, vms });
        const moves = made.advice.moves ?? [];
        const afterOf = new Map(made.steps.map(({ key, after }) => [key, after]));
        const problem = {
          hosts: sizes.map((one, at) => ({
            ...one,
            id: idOf(`h-${at}`),
            name: `h-${at}`,
            cpuCores: 16,
          })),
          vms: wished.map(({ host, gib }, at) => ({
            ...{ id: idOf(`v-${at}`), name: `v-${at}`, priority: 1, hostId: idOf(`h-${host}`) },
            ...{ memoryBytes: gib * GIB, cpuCores: 1, moveMs: 1, candidates: [], mustLeave: true },
          })),
          ...{ others: new Map<string, string>(), rules: [], goal: 'balance' },
          reserves: { memoryReserveShare: 0.1, cpuReserveShare: 0.1 },
        };
        const given = moves.map(({ vmId, toId, stars }) => ({
          ...{ vmId, fromHostId: '', toHostId: toId, stars },
          afterVmIds: (afterOf.get(`move-${vmId}`) ?? []).map((key) => key.slice('move-'.length)),
        }));
        const wrong = findWrong(problem as never, { moves: given } as never, choices);
        assert.equal(wrong, undefined);
        assert.equal(made.blockers.length > 0, moves.length < wished.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('vm.migrate of several, of several connections', () => {
  it('is refused with a line for each', () => {
    const world = makeMovesWorld({ hosts: HOSTS, vms: VMS });
    const input = { vmId: idOf('a'), moreVmIds: [idOf('b'), idOf('my vm')], quick: false };
    const index = {
      ...world.index,
      get: ((kind: 'vm', id: string) => {
        const found = world.index.get(kind, id);
        return found && id === idOf('b') ? { ...found, connectionId: 'hv' } : found;
      }) as never,
    };

    const { blockers, steps } = vmMigrate.plan(input, { ...world, index });

    assert.deepEqual(steps, []);
    assert.deepEqual(blockers.map(toNoteWords), [
      'One line moves VMs of one connection. Of vc: vm migrate a "my vm"',
      'One line moves VMs of one connection. Of hv: vm migrate b',
    ]);
  });
});
