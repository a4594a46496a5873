/** Who gets permits: as many as there are, the person who holds least first, nobody for ever last. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chooseGrants, type Waiter } from '#core/jobs/choose-grants.ts';

const NOW = new Date(100_000);
const waiter = (id: string, requesterId: string, permits: readonly string[], waitsMs = 0) => ({
  ...{ id, requesterId, permits },
  waitingSince: new Date(NOW.getTime() - waitsMs),
});
const capacityOf = (capacities: Record<string, number>) => (key: string) => capacities[key];

function choose(
  waiting: readonly Waiter[],
  capacities: Record<string, number>,
  holding: readonly Waiter[] = [],
): string[] {
  const situation = { capacityOf: capacityOf(capacities), holding, waiting, now: NOW };
  return chooseGrants(situation).map(({ id }) => id);
}

describe('permits', () => {
  it('go out by arrival up to the capacity of each resource, all of a step at once', () => {
    const waiting = [
      waiter('1', 'ann', ['host:x', 'ds:s']),
      waiter('2', 'ann', ['host:x']),
      waiter('3', 'ann', ['host:x']),
      waiter('4', 'ann', ['ds:s', 'host:y']),
      waiter('5', 'ann', ['host:y']),
    ];

    assert.deepEqual(choose(waiting, { 'host:x': 2, 'ds:s': 1, 'host:y': 1 }), ['1', '2', '5']);
  });

  it('are not limited where no capacity is set, and never given where it is none', () => {
    assert.deepEqual(choose([waiter('1', 'ann', ['host:x'])], {}), ['1']);
    assert.deepEqual(choose([waiter('1', 'ann', ['host:x'])], { 'host:x': 0 }), []);
  });

  it('go first to the person who holds least, then to who came first', () => {
    const holding = [waiter('0', 'ann', ['host:x'])];
    const waiting = [
      ...['1', '2', '3'].map((id) => waiter(id, 'ann', ['host:x'])),
      waiter('4', 'bob', ['host:x']),
      waiter('5', 'carl', ['host:x']),
    ];

    assert.deepEqual(choose(waiting, { 'host:x': 4 }, holding), ['4', '5', '1']);
  });

  it('alternate between people who came at once', () => {
    const waiting = ['ann', 'ann', 'ann', 'bob', 'bob'].map((person, at) =>
      waiter(`${person} ${at}`, person, ['host:x']),
    );

    assert.deepEqual(choose(waiting, { 'host:x': 4 }), ['ann 0', 'bob 3', 'ann 1', 'bob 4']);
  });

  it('are kept for a step that needs several and has waited long, and not for one that just came', () => {
    const holding = [waiter('0', 'dora', ['ds:s'])];
    const capacities = { 'host:x': 1, 'ds:s': 1 };
    const many = (waitsMs: number) => waiter('many', 'ann', ['host:x', 'ds:s'], waitsMs);
    const one = waiter('one', 'bob', ['host:x']);

    assert.deepEqual(choose([many(1000), one], capacities, holding), ['one']);
    assert.deepEqual(choose([many(3000), one], capacities, holding), []);
  });

  it('never exceed a capacity and leave nothing unused that a young step could use', () => {
    const keys = ['host:x', 'host:y', 'ds:s'];
    const arbitraryWaiters = fc.array(
      fc.record({ person: fc.constantFrom('ann', 'bob', 'carl'), permits: fc.subarray(keys) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        arbitraryWaiters,
        fc.tuple(fc.nat(3), fc.nat(3), fc.option(fc.nat(3), { nil: undefined })),
        ([...wishes], [x, y, s]) => {
          const capacities = {
            'host:x': x,
            'host:y': y,
            ...(s === undefined ? {} : { 'ds:s': s }),
          };
          const waiting = wishes.map(({ person, permits }, at) => waiter(`${at}`, person, permits));

          const chosen = new Set(choose(waiting, capacities));

          const used = (key: string) =>
            waiting.filter(({ id, permits }) => chosen.has(id) && permits.includes(key)).length;
          const limit = (key: string) =>
            (capacities as Record<string, number>)[key] ?? Number.POSITIVE_INFINITY;
          for (const key of keys) assert.ok(used(key) <= limit(key));
          for (const { id, permits } of waiting) {
            const isRoom = permits.every((key) => used(key) < limit(key));
            assert.ok(chosen.has(id) || !isRoom);
          }
        },
      ),
    );
  });
});
