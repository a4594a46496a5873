/** The audit and its chain. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ApprovalStore } from '#approvals/request-store.ts';
import { toCanonicalJson } from '#core/plan/canonical-hash.ts';
import type { Json } from '#core/plan/plan.ts';
import type { OpenContractStore } from './store-contract.ts';
import { HARD_TEXTS } from './store-samples.ts';
import { on } from './store-trial.ts';

export function describeAudit(open: OpenContractStore): void {
  describe('audit', () => {
    it(
      'stores each event as one canonical text',
      on(open, async (store) => {
        const now = await store.transact(async (tx) => {
          const facts = { b: 2, a: 'x' };
          await tx.audit.insert({ event: 'vote_cast', personId: 'ann', requestId: 'r1', facts });
          return tx.now;
        });

        const [row] = await store.read((reads) => reads.audit.list({ limit: 1 }));

        const body = `{"at":${now.getTime()},"event":"vote_cast","facts":{"a":"x","b":2},"personId":"ann","requestId":"r1"}`;
        assert.deepEqual(row, { id: row?.id, body, chainIndex: null, hash: null });
      }),
    );

    it(
      'lists newest first, by request, job and event',
      on(open, async (store) => {
        await store.transact(async ({ audit }) => {
          await audit.insert({ event: 'asked', requestId: 'r1', facts: 1 });
          await audit.insert({ event: 'started', requestId: 'r1', jobId: 'j1', facts: 2 });
          await audit.insert({ event: 'asked', requestId: 'r2', facts: 3 });
        });
        const list = async (where: { requestId?: string; jobId?: string; event?: string }) => {
          const rows = await store.read((reads) => reads.audit.list({ ...where, limit: 2 }));
          return rows.map(({ body }) => JSON.parse(body).facts);
        };

        assert.deepEqual(await list({}), [3, 2]);
        assert.deepEqual(await list({ requestId: 'r1' }), [2, 1]);
        assert.deepEqual(await list({ jobId: 'j1' }), [2]);
        assert.deepEqual(await list({ event: 'asked', requestId: 'r2' }), [3]);
      }),
    );

    it(
      'is sealed into a chain, each event once',
      on(open, async (store) => {
        await store.transact(async ({ audit }) => {
          for (const facts of [1, 2, 3]) await audit.insert({ event: 'x', facts });
        });

        const sealers = [1, 2, 3].map(() => store.transact((tx) => sealTwo(tx.audit)));
        await Promise.all(sealers);

        await store.read(async ({ audit }) => {
          assert.deepEqual(await audit.listUnsealed(10), []);
          const chain = await audit.listSealedAfter(0, 10);
          assert.deepEqual(
            chain.map(({ chainIndex, hash }) => `${chainIndex} ${hash}`),
            ['1 hash-1', '2 hash-2', '3 hash-3'],
          );
          assert.deepEqual(await audit.findHead(), { chainIndex: 3, hash: 'hash-3' });
          assert.equal((await audit.listSealedAfter(1, 1))[0]?.chainIndex, 2);
        });
      }),
    );

    it(
      'has no head before the first seal, and seals no event twice',
      on(open, async (store) => {
        assert.equal(await store.read((reads) => reads.audit.findHead()), undefined);
        await store.transact((tx) => tx.audit.insert({ event: 'x', facts: null }));
        await store.transact((tx) => sealTwo(tx.audit));
        const [row] = await store.read((reads) => reads.audit.listSealedAfter(0, 1));
        assert.ok(row);

        const again = { id: row.id, chainIndex: 2, hash: 'other' };
        await store.transact((tx) => tx.audit.seal([again]));

        assert.equal((await store.read((reads) => reads.audit.findHead()))?.hash, 'hash-1');
      }),
    );

    it(
      'H38 keeps every text to the byte',
      on(open, async (store) => {
        const long = 'ä\0\ud800'.repeat(350_000);
        await assertKept(store, [{ ...HARD_TEXTS }, Object.keys(HARD_TEXTS), long]);
        const text = fc.string({ unit: 'binary' });
        const anything = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>;
        const facts = fc.array(fc.oneof(anything, text, fc.dictionary(text, text)), {
          maxLength: 5,
        });

        await fc.assert(
          fc.asyncProperty(facts, (values) => assertKept(store, values)),
          { numRuns: 40 },
        );
      }),
    );
  });
}

async function sealTwo(audit: Parameters<Parameters<ApprovalStore['transact']>[0]>[0]['audit']) {
  await audit.lockChain();
  const { chainIndex = 0 } = (await audit.findHead()) ?? {};
  const rows = await audit.listUnsealed(2);
  const toLink = ({ id }: { id: number }, index: number) => {
    const next = chainIndex + 1 + index;
    return { id, chainIndex: next, hash: `hash-${next}` };
  };
  await audit.seal(rows.map(toLink));
}

async function assertKept(store: ApprovalStore, values: readonly Json[]): Promise<void> {
  const at = await store.transact(async (tx) => {
    for (const facts of values) await tx.audit.insert({ event: 'x', facts });
    return tx.now.getTime();
  });
  const rows = await store.read((reads) => reads.audit.list({ limit: values.length || 1 }));
  const kept = rows.toReversed().slice(0, values.length);
  for (const [index, facts] of values.entries()) {
    const expected = toCanonicalJson({ at, event: 'x', facts });
    // Not assert.equal: its report of a megabyte takes seconds.
    assert.ok(kept[index]?.body === expected, JSON.stringify(facts).slice(0, 200));
    assert.deepEqual(JSON.parse(expected).facts, JSON.parse(JSON.stringify(facts)));
  }
}
