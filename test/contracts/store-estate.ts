/** The estate and its connections. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { OpenContractStore } from './store-contract.ts';
import { HARD_TEXTS, newVm } from './store-samples.ts';
import { on } from './store-trial.ts';

export function describeEstate(open: OpenContractStore): void {
  describe('estate', () => {
    it(
      'replaces an object by id and raises its change',
      on(open, async (store) => {
        await store.transact((tx) => tx.estate.write([newVm('a'), newVm('b')]));
        const [first] = await list(store);
        const changed = newVm('a', { ownerId: 'ann', isTwin: true, gone: true, handle: 'vm-9' });
        const now = await store.transact(async (tx) => {
          await tx.estate.write([changed]);
          return tx.now;
        });

        const [b, a] = await list(store);

        assert.equal(b?.id, 'id-b');
        assert.deepEqual(a, { ...changed, changeSeq: a?.changeSeq, seenAt: now });
        assert.ok(first && b && a && first.changeSeq < b.changeSeq && b.changeSeq < a.changeSeq);
        assert.equal(b && 'ownerId' in b, false);
      }),
    );

    it(
      'is found by id, identity and handle, twins too (H04)',
      on(open, async (store) => {
        const twin = newVm('b', { identity: 'uuid-a', isTwin: true });
        const elsewhere = newVm('c', { identity: 'uuid-a', connectionId: 'vc2' });
        await store.transact((tx) => tx.estate.write([newVm('a'), twin, elsewhere]));

        await store.read(async ({ estate }) => {
          const same = await estate.listByIdentity('vc1', 'vm', 'uuid-a');
          assert.deepEqual(
            same.map(({ id }) => id),
            ['id-a', 'id-b'],
          );
          assert.equal((await estate.listByHandle('vc1', 'vm', 'vm-b'))[0]?.id, 'id-b');
          assert.deepEqual(await estate.listByHandle('vc1', 'host', 'vm-b'), []);
          assert.equal((await estate.find('id-c'))?.connectionId, 'vc2');
          assert.equal(await estate.find('none'), undefined);
        });
      }),
    );

    it(
      'is read on after the last change seen',
      on(open, async (store) => {
        const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
        await store.transact((tx) => tx.estate.write(names.map((name) => newVm(name))));
        await store.transact((tx) => tx.estate.write([]));

        const page = await list(store, 0, 150);
        const rest = await list(store, page.at(-1)?.changeSeq);

        assert.deepEqual(
          [...page, ...rest].map(({ body }) => body.name),
          names,
        );
        const many = [...names, 'one more'].map((name) => newVm(name));
        await assert.rejects(store.transact((tx) => tx.estate.write(many)));
      }),
    );

    it(
      'becomes visible in the order of its changes, however many write',
      on(open, async (store) => {
        const seen: number[] = [];
        let isWriting = true;
        const follow = async () => {
          while (isWriting) {
            const objects = await list(store, seen.at(-1));
            seen.push(...objects.map(({ changeSeq }) => changeSeq));
            // A database in this thread answers at once: who asks without a pause keeps the writers from running.
            await letOthersRun();
          }
        };
        const write = (writer: number) => async (round: number) =>
          store.transact(async (tx) => {
            await tx.estate.write([newVm(`${writer}-${round}-a`)]);
            await tx.findMark('a moment');
            await tx.estate.write([newVm(`${writer}-${round}-b`)]);
          });
        const following = follow();

        await Promise.all(
          [0, 1, 2, 3].map(async (writer) => {
            for (let round = 0; round < 10; round += 1) await write(writer)(round);
          }),
        );
        isWriting = false;
        await following;
        seen.push(...(await list(store, seen.at(-1))).map(({ changeSeq }) => changeSeq));

        assert.equal(seen.length, 80);
        assert.deepEqual(
          seen,
          seen.toSorted((a, b) => a - b),
        );
      }),
    );

    it(
      'keeps names as platforms show them',
      on(open, async (store) => {
        const vms = Object.entries(HARD_TEXTS).map(([key, name]) => {
          const vm = newVm(key);
          return { ...vm, body: { ...vm.body, name } };
        });
        await store.transact((tx) => tx.estate.write(vms));

        const stored = await list(store);

        assert.deepEqual(
          stored.map(({ body }) => body.name),
          Object.values(HARD_TEXTS),
        );
      }),
    );
  });

  describe('connections', () => {
    it(
      'are saved field by field',
      on(open, async (store) => {
        const since = new Date(1_700_000_000_123);
        await store.transact((tx) => tx.connections.save('vc2', {}));
        await store.transact((tx) =>
          tx.connections.save('vc1', { product: 'vCenter', holdSince: since }),
        );
        await store.transact((tx) =>
          tx.connections.save('vc1', { holdCode: 'went_back', holdFacts: { a: 1 } }),
        );
        await store.transact((tx) => tx.connections.save('vc1', { holdSince: null }));

        const [first, second] = await store.read((reads) => reads.connections.list());

        const blank = { identity: null, product: null, holdCode: null, holdFacts: null };
        const times = { holdSince: null, answeredAt: null, failingSince: null, syncedAt: null };
        const none = { id: 'vc2', ...blank, ...times, errorCode: null, errorFacts: null };
        const kept = { product: 'vCenter', holdCode: 'went_back', holdFacts: { a: 1 } };
        assert.deepEqual(second, none);
        assert.deepEqual(first, { ...none, id: 'vc1', ...kept });
        assert.deepEqual(await store.read((reads) => reads.connections.find('vc1')), first);
        assert.equal(await store.read((reads) => reads.connections.find('vc3')), undefined);
      }),
    );
  });
}

function list(store: ApprovalStore, after = 0, limit = 1000) {
  return store.read((reads) => reads.estate.listChangedAfter(after, limit));
}
