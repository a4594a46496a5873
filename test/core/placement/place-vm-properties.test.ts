/** What holds for every estate. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { type PlaceQuestion, placeVm } from '#core/placement/place-vm.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import type { Reservation } from '#core/ports/reservations.ts';
import { GIB, make, makeIndex } from '../estate-makers.ts';

const goalOf = () => 'balance' as const;

const DATASTORES = ['ds-1', 'ds-2', 'ds-3'];
const gib = (max: number) => fc.nat(max).map((count) => count * GIB);
const maybe = <V>(arbitrary: fc.Arbitrary<V>) => fc.option(arbitrary, { nil: undefined, freq: 5 });

const arbitraryDatastores = fc.tuple(
  ...DATASTORES.map((handle) =>
    fc
      .record({
        freeBytes: maybe(gib(200)),
        accessible: maybe(fc.boolean()),
        isLocal: fc.boolean(),
      })
      .map((body) => make('datastore', handle, { body: { ...body, capacityBytes: 200 * GIB } })),
  ),
);

const arbitraryHosts = fc.array(
  fc.record({
    name: fc.constantFrom('esx', 'esx2', 'esx10'),
    state: fc.constantFrom('connected', 'disconnected', 'unknown'),
    inMaintenance: maybe(fc.boolean()),
    cpuUsedShare: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
    memoryUsedBytes: maybe(gib(100)),
    datastoreHandles: fc.subarray(DATASTORES),
  }),
  { maxLength: 8 },
);

const arbitraryReservations = fc.array(
  fc.record({ host: fc.nat(7), datastore: fc.nat(2), memoryBytes: gib(40), diskBytes: gib(80) }),
  { maxLength: 4 },
);

const arbitraryCase = fc.record({
  datastores: arbitraryDatastores,
  hosts: arbitraryHosts.map((bodies) =>
    bodies.map((body, at) => make('host', `h-${at}`, { body: { ...body, platformState: 'x' } })),
  ),
  reservations: arbitraryReservations.map((list) =>
    list.map(
      ({ host, datastore, ...sizes }, at): Reservation => ({
        ...{ requestId: `r-${at}`, personId: 'bob', roleNames: [], connectionId: 'vc' },
        ...{ vms: 1, cpus: 1, ...sizes },
        places: [
          {
            ...{ key: 'a', hostId: `id-of-h-${host}`, datastoreId: `id-of-ds-${datastore + 1}` },
            ...sizes,
          },
        ],
      }),
    ),
  ),
  memoryBytes: gib(64),
  diskBytes: gib(100),
});

const TEMPLATE = make('template', 'tpl', { body: { datastoreHandle: undefined } });

function toQuestion(sizes: { memoryBytes: number; diskBytes: number }): PlaceQuestion {
  return { connectionId: 'vc', cpus: 2, template: TEMPLATE, ...sizes };
}

const sum = (reservations: readonly Reservation[], what: 'memoryBytes' | 'diskBytes') =>
  reservations.reduce((bytes, reservation) => bytes + reservation[what], 0);

describe('placement, in every estate', () => {
  it('never takes more than a host has beside its reserve and all reservations', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ datastores, hosts, reservations, ...sizes }) => {
        const index = makeIndex([...datastores, ...hosts]);

        const placed = placeVm(toQuestion(sizes), {
          index,
          reservations,
          rules: PLACEMENT_RULES,
          goalOf,
        });

        assert.equal(placed.length, hosts.length);
        for (const { verdict, hostId, datastoreId } of placed) {
          if (verdict === 'blocked') continue;
          const host = index.get('host', hostId)?.body;
          const store = index.get('datastore', datastoreId ?? '');
          const held = sum(
            reservations.filter(({ places }) => places[0]?.hostId === hostId),
            'memoryBytes',
          );
          const taken = (host?.memoryUsedBytes ?? Number.NaN) + held + sizes.memoryBytes;
          assert.ok(taken <= (host?.memoryBytes ?? 0) * 0.9 + 1);
          assert.equal(host?.state, 'connected');
          const stored = reservations.filter(
            ({ places }) => places[0]?.datastoreId === datastoreId,
          );
          const left = (store?.body.freeBytes ?? Number.NaN) - sum(stored, 'diskBytes');
          assert.ok(left - sizes.diskBytes >= 200 * GIB * 0.05 - 1);
          assert.ok(host?.datastoreHandles.includes(store?.handle ?? ''));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives a reason for each host, and blocks none without one', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ datastores, hosts, reservations, ...sizes }) => {
        const world = { index: makeIndex([...datastores, ...hosts]), reservations };

        const placed = placeVm(toQuestion(sizes), { ...world, rules: PLACEMENT_RULES, goalOf });

        for (const { reasons } of placed) assert.ok(reasons.length > 0);
      }),
    );
  });

  it('answers the same for the same estate, in whatever order it was learned', () => {
    const shuffled = arbitraryCase.chain((one) =>
      fc.tuple(
        fc.constant(one),
        fc.shuffledSubarray([...one.hosts, ...one.datastores] as EstateObject[], {
          minLength: one.hosts.length + one.datastores.length,
        }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([{ datastores, hosts, reservations, ...sizes }, objects]) => {
        const place = (index: EstateIndex) =>
          placeVm(toQuestion(sizes), { index, reservations, rules: PLACEMENT_RULES, goalOf });

        assert.deepEqual(place(makeIndex(objects)), place(makeIndex([...datastores, ...hosts])));
      }),
      { numRuns: 300 },
    );
  });

  it('looks at each of 1,000 hosts and at what it sees once', () => {
    const handles = Array.from({ length: 4 }, (_, at) => `ds-${at}`);
    const objects = [
      ...handles.map((handle) => make('datastore', handle)),
      ...Array.from({ length: 1000 }, (_, at) =>
        make('host', `h-${at}`, { body: { datastoreHandles: handles } }),
      ),
    ];
    const counted = countCalls(makeIndex(objects));

    const placed = placeVm(toQuestion({ memoryBytes: GIB, diskBytes: GIB }), {
      ...{ index: counted.index, reservations: [], rules: PLACEMENT_RULES, goalOf },
    });

    assert.equal(placed.filter(({ verdict }) => verdict === 'fits').length, 1000);
    // Once whether another connection shows it as well, once for each datastore.
    assert.ok(counted.calls() <= 1000 * (1 + handles.length) + 10, `${counted.calls()} look-ups`);
  });
});

/** The index with a count of what is asked of it. */
function countCalls(index: EstateIndex): { index: EstateIndex; calls: () => number } {
  let calls = 0;
  const counting = new Proxy(index, {
    get(target, name, receiver) {
      const member = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        calls += 1;
        return member.apply(target, args);
      };
    },
  });
  return { index: counting, calls: () => calls };
}
