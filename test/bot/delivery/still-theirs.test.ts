/** A copy in a direct message was made for one person; the chat user may be somebody else's by now. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliverCard, toDelivering } from '#bot/delivery/deliver.ts';
import type { House } from '#bot/house.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';

const chatId = 'slack:T0:U0ANN';

describe('a card in a direct message', () => {
  for (const [whose, sentVersion] of [
    ['nobody', 1],
    ['bob', 1],
    ['ann', 0],
  ] as const) {
    it(`is ${sentVersion === 1 ? 'shown no more' : 'still drawn'} when that chat user is ${whose}’s`, async () => {
      await using opened = await openTestStore(() => ({ enqueue: async () => undefined }));
      const { store } = opened;
      await store.transact(async (tx) => {
        if (whose !== 'nobody') await tx.links.put({ chatId, personId: whose, personName: whose });
        await tx.cards.insert({ id: 'c', kind: 'request', subjectId: 'r', content: null });
        const copy = { id: 'copy', cardId: 'c', transport: 'slack', place: 'U0ANN' };
        await tx.cards.insertCopy({ ...copy, personId: 'ann' });
      });
      const sent: unknown[] = [];
      const sender = { transport: 'slack', deliver: async () => String(sent.push('sent')) };
      // Nothing is left to draw: how far it comes is what is looked at.
      const directory = { findAccount: async () => undefined };
      const house = { store, directory, onError: assert.fail } as unknown as House;

      const delivering = toDelivering({ house, senders: new Map([['slack', sender]]) });

      await deliverCard(delivering, 'c', 'chats');

      const [copy] = await store.read((reads) => reads.cards.listCopies('c'));
      assert.deepEqual([copy?.sentVersion, copy?.messageRef, sent], [sentVersion, null, []]);
    });
  }
});
