/** Messages on their way into a chat, and the copies that they become. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { OpenContractStore } from './store-contract.ts';
import { on } from './store-trial.ts';

const begin = (store: ApprovalStore, replaces = '', copyId = 'k1') =>
  store.transact((tx) => tx.postNotes.begin(copyId, replaces));
const undo = (store: ApprovalStore) => store.transact((tx) => tx.postNotes.undo('k1'));
const find = (store: ApprovalStore) => store.read((reads) => reads.postNotes.find('k1'));

export function describePostNotes(open: OpenContractStore): void {
  describe('notes of posts', () => {
    it(
      'say how many may have arrived before, each copy for itself',
      on(open, async (store) => {
        assert.equal(await find(store), undefined);

        const first = await begin(store);
        const other = await begin(store, '', 'k2');
        const second = await begin(store);

        assert.deepEqual([first, other, second], [0, 0, 1]);
        const note = await find(store);
        assert.ok(note?.begunAt instanceof Date);
        const { begunAt } = note;
        assert.deepEqual(note, { copyId: 'k1', replaces: '', posts: 2, begunAt });
      }),
    );

    it(
      'tell no two who post at once the same',
      on(open, async (store) => {
        const told = await Promise.all(Array.from({ length: 8 }, () => begin(store)));

        assert.deepEqual(told.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7]);
      }),
    );

    it(
      'forget what surely did not arrive, and nothing that was not begun',
      on(open, async (store) => {
        await undo(store);
        await begin(store);
        await begin(store);

        await undo(store);
        assert.equal(await begin(store), 1);
        for (let times = 0; times < 5; times += 1) await undo(store);

        assert.equal(await begin(store), 0);
      }),
    );

    it(
      'are not written by a transaction that does not end',
      on(open, async (store) => {
        const cut = store.transact(async (tx) => {
          await tx.postNotes.begin('k1', '');
          throw new Error('cut');
        });

        await assert.rejects(cut, /cut/);

        assert.equal(await find(store), undefined);
      }),
    );

    it(
      'let one deleted message be replaced, and no second one',
      on(open, async (store) => {
        await begin(store);

        const told = [await begin(store, 'm1'), await begin(store, 'm1')];
        const second = await begin(store, 'm2');

        assert.deepEqual([...told, second], [0, 1, undefined]);
        const { replaces, posts } = (await find(store)) ?? {};
        assert.deepEqual({ replaces, posts }, { replaces: 'm1', posts: 2 });
      }),
    );
  });

  describe('a copy that is locked', () => {
    it(
      'is changed by nobody else until the transaction ends',
      on(open, async (store) => {
        await store.transact(async (tx) => {
          await tx.cards.insert({ id: 'c1', kind: 'job', subjectId: 'j1', content: null });
          const copy = { id: 'k1', cardId: 'c1', transport: 'teams', place: 'p', personId: null };
          await tx.cards.insertCopy(copy);
        });

        const add = (messageId: string) =>
          store.transact(async (tx) => {
            const copy = await tx.cards.lockCopy('k1');
            const ids = copy?.messageRef?.split(' ') ?? [];
            await tx.cards.setMessageRef('k1', [...ids, messageId].join(' '));
          });
        await Promise.all(['m1', 'm2', 'm3'].map(add));

        const copy = await store.transact((tx) => tx.cards.lockCopy('k1'));
        assert.deepEqual(copy?.messageRef?.split(' ').toSorted(), ['m1', 'm2', 'm3']);
        assert.equal(await store.transact((tx) => tx.cards.lockCopy('none')), undefined);
      }),
    );
  });
}
