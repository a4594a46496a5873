/** A request that a large group is asked for: telling all of them costs as much as they are, not its square. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliverCard, toDelivering } from '#bot/delivery/deliver.ts';
import type { House } from '#bot/house.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';
import { openOffice, versionOf } from './office.ts';

const PEOPLE = Array.from({ length: 60 }, (_, at) => `p${at}`);
const toUser = (id: string) => `U0${id.toUpperCase()}`;

async function openCrowd() {
  const office = await openOffice();
  await office.store.transact(async ({ links }) => {
    for (const id of PEOPLE)
      await links.put({ chatId: `slack:T0:${toUser(id)}`, personId: id, personName: id });
  });
  return office;
}

describe('a large group', () => {
  it('H33 is put before all of them with one wake-up, and one for the operators’ channel', async () => {
    await using office = await openOffice();

    await office.ask(1, ...PEOPLE);

    assert.equal((await office.tellings(1)).length, PEOPLE.length);
    assert.deepEqual(
      office.woken.map(({ topic }) => topic),
      ['delivery', 'delivery'],
    );
  });

  it('H33 that cannot be reached has its card drawn anew once, when the last of them is known', async () => {
    await using office = await openCrowd();
    await office.ask(1, ...PEOPLE);

    for (const id of PEOPLE.slice(1)) await office.fail(1, toUser(id));
    const before = await versionOf(office, 1);
    await office.fail(1, toUser(PEOPLE[0] ?? ''));

    assert.deepEqual([before, await versionOf(office, 1)], [1, 2]);
    assert.equal(
      (await office.tellings(1)).every((one) => /not_reached archived/.test(one)),
      true,
    );
  });

  it('H33 has each copy drawn and sent once, however often the card is woken meanwhile', async () => {
    await using opened = await openTestStore(() => ({ enqueue: async () => undefined }));
    const { store } = opened;
    const card = { title: 'x', summary: 'x', tone: 'plain', body: [], actions: [] };
    await store.transact(async ({ cards }) => {
      await cards.insert({ id: 'c', kind: 'answer', subjectId: null, content: { card } });
      for (const place of PEOPLE)
        await cards.insertCopy({
          ...{ id: place, cardId: 'c', transport: 'slack', place, personId: null },
        });
    });
    const [all, tooMany, answer] = [1, 2, 3].map(() => Promise.withResolvers<void>());
    assert.ok(all && tooMany && answer);
    const sent: string[] = [];
    const sender = {
      transport: 'slack',
      async deliver({ copyId }: { readonly copyId: string }) {
        sent.push(copyId);
        if (sent.length === PEOPLE.length) all.resolve();
        if (sent.length > PEOPLE.length) tooMany.resolve();
        await answer.promise;
        return copyId;
      },
    };
    const house = { store, onError: assert.fail } as unknown as House;
    const delivering = toDelivering({ house, senders: new Map([['slack', sender]]) });
    const deliver = () => deliverCard(delivering, 'c', 'chats');

    const first = deliver();
    await all.promise;
    await Promise.race([Promise.all(PEOPLE.map(deliver)), tooMany.promise]);
    answer.resolve();
    await first;
    await deliver();

    assert.deepEqual(sent.toSorted(), PEOPLE.toSorted());
    const copies = await store.read((reads) => reads.cards.listCopies('c'));
    assert.equal(
      copies.every(({ sentVersion }) => sentVersion === 1),
      true,
    );
  });
});
