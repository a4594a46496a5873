/** Plans and bounds for property tests. */
import fc from 'fast-check';
import { type Bounds, EFFECTS } from '#core/plan/bounds.ts';
import type { Plan } from '#core/plan/plan.ts';

const key = fc.constantFrom('a', 'b', 'c');
const parts = fc.uniqueArray(fc.constantFrom('disk 1', 'disk 2', 'disk 3', 'snapshot 9'));
const sorted = parts.map((list) => list.toSorted());

/** Few keys and values, so that two of them are often comparable. */
export const arbitraryBounds: fc.Arbitrary<Bounds> = fc.record({
  effects: fc.dictionary(key, fc.constantFrom(...EFFECTS), { maxKeys: 2 }),
  exact: fc.dictionary(key, fc.constantFrom('x', 'y'), { maxKeys: 1 }),
  atMost: fc.dictionary(key, fc.nat(3), { maxKeys: 2 }),
  oneOf: fc.dictionary(key, sorted, { maxKeys: 2 }),
  deletes: sorted,
  keeps: sorted,
});

/** Bounds that lie inside `outer` or leave it a little: two of unrelated ones rarely compare. */
export function arbitraryInside(outer: Bounds): fc.Arbitrary<Bounds> {
  const part = (list: readonly string[]) =>
    fc.subarray([...list]).map((chosen) => chosen.toSorted());
  return fc.record({
    effects: mapRecord(outer.effects, (effect) =>
      fc.constantFrom(...EFFECTS.slice(0, EFFECTS.indexOf(effect) + 1)),
    ),
    exact: fc.constant(outer.exact),
    atMost: mapRecord(outer.atMost, (most) => fc.nat(most)),
    oneOf: mapRecord(outer.oneOf, part),
    deletes: part(outer.deletes),
    keeps: sorted.map((more) => [...new Set([...outer.keeps, ...more])].toSorted()),
  });
}

function mapRecord<V>(
  values: Readonly<Record<string, V>>,
  toArbitrary: (value: V) => fc.Arbitrary<V>,
): fc.Arbitrary<Record<string, V>> {
  const fields = Object.entries(values).map(([name, value]) => [name, toArbitrary(value)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] }) as fc.Arbitrary<
    Record<string, V>
  >;
}

export const PLAN: Plan = {
  operation: 'vm.delete',
  targets: [{ id: 'id-1', kind: 'vm', name: 'web-01' }],
  steps: [
    {
      key: 'detach-disks',
      kind: 'detach-disks',
      version: 1,
      input: { vm: 'vm-1', keys: ['2001'] },
      after: [],
    },
    {
      key: 'delete-vm',
      kind: 'delete-vm',
      version: 1,
      input: { vm: 'vm-1' },
      after: ['detach-disks'],
    },
  ],
  bounds: {
    effects: { 'id-1': 'data_loss' },
    exact: { vm: 'i-1' },
    atMost: { snapshots: 2 },
    oneOf: { hosts: ['h-1', 'h-2'] },
    deletes: ['disk 2000'],
    keeps: ['disk 2001'],
  },
  advice: { ratings: [], dataAgeMs: 5, notes: [] },
  blockers: [],
  reserves: undefined,
};
