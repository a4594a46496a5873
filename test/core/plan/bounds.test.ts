/** Whether a plan made anew stays inside what was approved. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Bounds, EFFECTS, isWithin, listDifferences } from '#core/plan/bounds.ts';
import { hashJson } from '#core/plan/canonical-hash.ts';
import { arbitraryBounds, arbitraryInside } from './arbitrary-plans.ts';

const APPROVED: Bounds = {
  effects: { 'vm-1': 'restart' },
  exact: { name: 'web-01' },
  atMost: { memoryBytes: 8 },
  oneOf: { hosts: ['h-1', 'h-2'] },
  deletes: ['disk 1', 'disk 2'],
  keeps: ['disk 9'],
};
const now = (changes: Partial<Bounds>): Bounds => ({ ...APPROVED, ...changes });

const runs = { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 1_000) };

/** Mostly inside, for two of unrelated ones rarely compare. */
const nearly = (outer: Bounds) =>
  fc.oneof({ weight: 4, arbitrary: arbitraryInside(outer) }, arbitraryBounds);

describe('isWithin is a partial order', () => {
  it('is reflexive', () => {
    fc.assert(
      fc.property(arbitraryBounds, (bounds) => isWithin(bounds, bounds)),
      runs,
    );
  });

  it('is antisymmetric: two that lie within each other are the same to the hash', () => {
    const pair = arbitraryBounds.chain((outer) => fc.tuple(nearly(outer), fc.constant(outer)));
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const isMutual = isWithin(one, other) && isWithin(other, one);

        assert.equal(isMutual, hashJson({ ...one }) === hashJson({ ...other }));
      }),
      runs,
    );
  });

  it('is transitive', () => {
    const chain = arbitraryBounds.chain((outer) =>
      nearly(outer).chain((middle) =>
        fc.tuple(nearly(middle), fc.constant(middle), fc.constant(outer)),
      ),
    );
    fc.assert(
      fc.property(chain, ([inner, middle, outer]) => {
        const isChain = isWithin(inner, middle) && isWithin(middle, outer);

        assert.ok(!isChain || isWithin(inner, outer));
      }),
      runs,
    );
  });
});

describe('isWithin', () => {
  it('allows less of everything, and more that is kept', () => {
    const less = [
      now({ effects: { 'vm-1': 'pause' } }),
      now({ effects: {} }),
      now({ atMost: { memoryBytes: 4 } }),
      now({ atMost: {} }),
      now({ oneOf: { hosts: ['h-2'] } }),
      now({ deletes: ['disk 2'] }),
      now({ keeps: ['disk 2', 'disk 9'] }),
    ];

    for (const bounds of less) assert.deepEqual(listDifferences(bounds, APPROVED), []);
  });

  it('orders effects from none to loss of data', () => {
    for (const [worse, effect] of EFFECTS.entries()) {
      for (const [better, lesser] of EFFECTS.entries()) {
        const isInside = isWithin(now({ effects: { v: lesser } }), now({ effects: { v: effect } }));
        assert.equal(isInside, better <= worse);
      }
    }
  });

  it('does not let a VM, a size or a place in that the approval does not name', () => {
    const none: Bounds = {
      ...{ effects: {}, exact: {}, atMost: {}, oneOf: {}, deletes: [], keeps: [] },
    };

    assert.ok(!isWithin({ ...none, effects: { 'vm-2': 'none' } }, none));
    assert.ok(!isWithin({ ...none, atMost: { vms: 0 } }, none));
    assert.ok(!isWithin({ ...none, oneOf: { hosts: [] } }, none));
    assert.ok(!isWithin({ ...none, exact: { name: '' } }, none));
  });
});

describe('listDifferences', () => {
  it('names each part and key with what was approved and what it is now', () => {
    const other: Bounds = {
      effects: { 'vm-1': 'off', 'vm-2': 'none' },
      exact: { name: 'web-02', folder: 'f-1' },
      atMost: { memoryBytes: 9 },
      oneOf: { hosts: ['h-2', 'h-3'] },
      deletes: ['disk 1', 'disk 3'],
      keeps: [],
    };

    assert.deepEqual(listDifferences(other, APPROVED), [
      { part: 'exact', key: 'folder', approved: undefined, now: 'f-1' },
      { part: 'exact', key: 'name', approved: 'web-01', now: 'web-02' },
      { part: 'effects', key: 'vm-1', approved: 'restart', now: 'off' },
      { part: 'effects', key: 'vm-2', approved: undefined, now: 'none' },
      { part: 'atMost', key: 'memoryBytes', approved: 8, now: 9 },
      { part: 'oneOf', key: 'hosts', approved: ['h-1', 'h-2'], now: ['h-2', 'h-3'] },
      {
        part: 'deletes',
        key: 'deletes',
        approved: ['disk 1', 'disk 2'],
        now: ['disk 1', 'disk 3'],
      },
      { part: 'keeps', key: 'keeps', approved: ['disk 9'], now: [] },
    ]);
  });

  it('H19 names a disk that would be deleted and was not listed when it was approved', () => {
    const [difference] = listDifferences(
      now({ deletes: ['disk 1', 'disk 2', 'disk 3'] }),
      APPROVED,
    );

    assert.equal(difference?.part, 'deletes');
  });

  it('H03 sends back what is exact: a handle that changed is a difference', () => {
    const approved = now({ exact: { vm: 'i-1', handle: 'vm-7' } });

    const differences = listDifferences(now({ exact: { vm: 'i-1', handle: 'vm-8' } }), approved);

    assert.deepEqual(differences, [
      { part: 'exact', key: 'handle', approved: 'vm-7', now: 'vm-8' },
    ]);
  });
});
