/** A second message of a copy that is found while a version of it is on its way is not forgotten, and is brought up to date. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { deliverCard, toDelivering } from '#bot/delivery/deliver.ts';
import type { House } from '#bot/house.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';

const card = { title: 'x', summary: 'x', tone: 'plain', body: [], actions: [] };

for (const [known, sent, recorded] of [
  ['m1', 'm1', 'm1 found'],
  [null, 'm2', 'm2 found'],
] as const) {
  it(`keeps what was found while ${known ? 'an edit' : 'a post'} was on its way`, async () => {
    await using opened = await openTestStore(() => ({ enqueue: async () => undefined }));
    const { store } = opened;
    await store.transact(async (tx) => {
      await tx.cards.insert({ id: 'c', kind: 'answer', subjectId: null, content: { card } });
      const copy = { id: 'copy', cardId: 'c', transport: 'teams', place: 'p', personId: null };
      await tx.cards.insertCopy(copy);
      if (known) await tx.cards.setMessageRef('copy', known);
    });
    const find = async () => {
      const [copy] = await store.read((reads) => reads.cards.listCopies('c'));
      return copy;
    };
    const sender = {
      transport: 'teams',
      async deliver() {
        const ref = [known, 'found'].filter(Boolean).join(' ');
        await store.transact((tx) => tx.cards.setMessageRef('copy', ref));
        return sent;
      },
    };
    const house = { store, onError: assert.fail } as unknown as House;

    const delivering = toDelivering({ house, senders: new Map([['teams', sender]]) });

    await deliverCard(delivering, 'c', 'chats');

    const copy = await find();
    assert.deepEqual([copy?.messageRef, copy?.sentVersion], [recorded, 1]);
    assert.deepEqual(await store.read((reads) => reads.cards.listBehind(10)), ['c']);
  });
}
