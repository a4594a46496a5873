/** What an approval binds to: everything that is done and the worst it may do, and nothing that changes by itself. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hashJson, hashPlan, isSameJson, toCanonicalJson } from '#core/plan/canonical-hash.ts';
import type { Json, Plan } from '#core/plan/plan.ts';
import { arbitraryBounds, PLAN } from './arbitrary-plans.ts';

const [detach, remove] = PLAN.steps;
if (!detach || !remove) throw new Error('the plan has two steps');

const withStep = (changes: Partial<Plan['steps'][number]>): Plan => ({
  ...PLAN,
  steps: [{ ...detach, ...changes }, remove],
});
const withBounds = (changes: Partial<Plan['bounds']>): Plan => ({
  ...PLAN,
  bounds: { ...PLAN.bounds, ...changes },
});

describe('canonical form', () => {
  it('is the same exactly when the values are told to be', () => {
    const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
    const withAbsent = (one: Json) =>
      one && typeof one === 'object' && !Array.isArray(one) ? { ...one, absent: undefined } : one;
    fc.assert(
      fc.property(value, value, (one, other) => {
        assert.equal(isSameJson(one, other), toCanonicalJson(one) === toCanonicalJson(other));
        assert.ok(isSameJson(structuredClone(one), withAbsent(one) as Json));
      }),
    );
  });

  it('does not depend on the order in which keys were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<Json>), (fields) => {
        const turned = Object.fromEntries(Object.entries(fields).toReversed());

        assert.equal(toCanonicalJson(turned), toCanonicalJson(fields));
      }),
    );
  });

  it('is JSON with the same content, so that two contents never share it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<Json>, (value) => {
        const plain = JSON.parse(JSON.stringify(value));

        assert.deepEqual(JSON.parse(toCanonicalJson(value)), plain);
      }),
    );
  });

  it('is the form of RFC 8785: keys by code unit, no spaces, the shortest numbers and escapes', () => {
    const value = { '\u20ac': 1e21, '\r': [null, true, 0.1], a: { '10': 1, '9': '"\u0007é' } };

    assert.equal(
      toCanonicalJson(value),
      '{"\\r":[null,true,0.1],"a":{"10":1,"9":"\\"\\u0007é"},"€":1e+21}',
    );
  });

  it('takes an absent field and a field without value for the same, and null for another', () => {
    const absent = hashJson({ name: 'web-01' });

    assert.equal(hashJson({ name: 'web-01', disk: undefined } as unknown as Json), absent);
    assert.notEqual(hashJson({ name: 'web-01', disk: null }), absent);
  });
});

describe('hash of a plan', () => {
  it('stays the same when only placement, advice, notes, names, blockers or reserves change', () => {
    const place = { hostId: 'h-2', hostName: 'b', stars: 4, verdict: 'fits', reasons: [] } as const;
    const same: readonly Plan[] = [
      withStep({ placement: { host: 'h-2', datastore: 'd-7' } }),
      {
        ...PLAN,
        advice: {
          place,
          ratings: [place],
          durationMs: 9,
          dataAgeMs: 77,
          notes: [{ code: 'load_unknown', facts: {} }],
        },
      },
      { ...PLAN, targets: [{ id: 'id-1', kind: 'vm', name: 'renamed' }] },
      { ...PLAN, blockers: [{ code: 'vm_is_twin', facts: {} }] },
      {
        ...PLAN,
        reserves: {
          ...{ connectionId: 'vc', places: [] },
          ...{ vms: 1, cpus: 1, memoryBytes: 1, diskBytes: 1 },
        },
      },
    ];

    for (const plan of same) assert.equal(hashPlan(plan), hashPlan(PLAN));
  });

  it('differs after every change of operation, step or bounds', () => {
    const others: readonly Plan[] = [
      { ...PLAN, operation: 'vm.stop' },
      withStep({ key: 'detach' }),
      withStep({ kind: 'unplug-disks' }),
      withStep({ version: 2 }),
      withStep({ input: { vm: 'vm-2', keys: ['2001'] } }),
      withStep({ input: { vm: 'vm-1', keys: ['2001', '2002'] } }),
      withStep({ after: ['x'] }),
      { ...PLAN, steps: [remove, detach] },
      { ...PLAN, steps: [remove] },
      withBounds({ effects: { 'id-1': 'off' } }),
      withBounds({ effects: { 'id-1': 'data_loss', 'id-2': 'none' } }),
      withBounds({ exact: { vm: 'i-2' } }),
      withBounds({ atMost: { snapshots: 3 } }),
      withBounds({ oneOf: { hosts: ['h-1'] } }),
      withBounds({ deletes: [] }),
      withBounds({ keeps: ['disk 2001', 'disk 2002'] }),
    ];

    const hashes = new Set([PLAN, ...others].map(hashPlan));
    assert.equal(hashes.size, others.length + 1);
  });

  it('is equal for equal bounds alone', () => {
    fc.assert(
      fc.property(arbitraryBounds, arbitraryBounds, (one, other) => {
        const isEqual = toCanonicalJson({ ...one }) === toCanonicalJson({ ...other });

        assert.equal(hashPlan(withBounds(one)) === hashPlan(withBounds(other)), isEqual);
      }),
    );
  });
});
