/** A place that takes nothing any more: when it is dead, who is told of it, and how it comes back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openStore } from '#adapters/database/database.ts';
import type { ApprovalStore } from '#approvals/request-store.ts';
import { comeBack } from '#bot/conversation/come-back.ts';
import { addressNotice } from '#bot/delivery/address-notice.ts';
import type { House } from '#bot/house.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startPostgres } from '#test/helpers/peers/postgres.ts';
import { EVA, hire, type Office, openOffice, toOffice, versionOf } from './office.ts';

describe('a place that fails five times in a row', () => {
  it('H33 is dead then and not before, and one notice is due', async () => {
    await using office = await openOffice();

    await office.failTimes(4);
    const before = await office.store.read((reads) => reads.destinations.find('slack', 'U0BOB'));
    await office.failTimes(1, 5);

    assert.deepEqual([before?.failures, before?.deadAt], [4, null]);
    const [dead, ...more] = await office.events('destination_dead');
    assert.deepEqual(dead, { transport: 'slack', place: 'U0BOB', code: 'archived', failures: 5 });
    assert.deepEqual(more, []);
  });

  it('H33 counts failures in a row: what arrives in between begins anew', async () => {
    await using office = await openOffice();
    await office.failTimes(4);

    await office.store.transact((tx) => comeBack(tx, { transport: 'slack', place: 'U0BOB' }));
    await office.failTimes(4, 5);

    assert.deepEqual(await office.events('destination_dead'), []);
  });

  it('H33 is alive when somebody writes from it, and what was missed there is due again', async () => {
    await using office = await openOffice();
    await office.failTimes(5);
    await office.ask(6, 'bob');
    await office.fail(6, 'U0BOB', { what: 'dead' });
    assert.deepEqual(await office.tellings(6), ['bob not_reached dead']);

    await office.store.transact((tx) => comeBack(tx, { transport: 'slack', place: 'U0BOB' }));

    assert.deepEqual(await office.places(6), ['U0BOB', 'C0OPS']);
    const alive = await office.events('destination_alive');
    assert.deepEqual(alive, [{ transport: 'slack', place: 'U0BOB' }]);
    const behind = await office.store.read(({ cards }) => cards.listBehind(100));
    assert.equal(behind.length, 6);
  });

  it('H31 is told of the last seven days when it is back, not of what is older than any open request', async () => {
    await using office = await openOffice();
    await office.failTimes(5);
    const day = 24 * 3_600_000;
    const comeBackAfter = (ms: number) =>
      office.store.transact((tx) => {
        const later = { now: { value: new Date(tx.now.getTime() + ms) } };
        return comeBack(Object.create(tx, later) as typeof tx, {
          ...{ transport: 'slack', place: 'U0BOB' },
        });
      });

    await comeBackAfter(7 * day + 60_000);
    assert.deepEqual(await office.places(5), ['U0BOB place', 'C0OPS']);

    await office.ask(6, 'bob');
    await office.fail(6, 'U0BOB');
    await comeBackAfter(6 * day);
    assert.deepEqual(await office.places(6), ['U0BOB', 'C0OPS']);
  });

  it('H33 cut between the count and the notice, counts nothing; done again, it is told once', async () => {
    await using office = await openOffice();
    await office.failTimes(4);
    await office.ask(5, 'bob');
    const { store } = office;
    const dying: ApprovalStore = {
      ...store,
      transact: (work) =>
        store.transact((tx) => {
          const insert = () => Promise.reject(new Error('killed'));
          return work(Object.create(tx, { cards: { value: { ...tx.cards, insert } } }));
        }),
    };

    await assert.rejects(toOffice(dying).fail(5, 'U0BOB'), /killed/);
    assert.deepEqual(await office.events('destination_dead'), []);
    await office.fail(5, 'U0BOB');

    assert.equal((await office.events('destination_dead')).length, 1);
  });
});

describe('the notice of a dead place', () => {
  const administrators = (...ids: readonly string[]) => ({
    rules: { roles: [{ allow: ['connection.accept'], members: [{ id: 'admins', name: 'x' }] }] },
    directory: {
      listMembers: async () => ({
        people: ids.map((id) => ({ id, name: id, login: id, state: 'active', groupIds: [] })),
        unreadable: [],
      }),
    },
  });

  async function bury(office: Office): Promise<string> {
    await office.failTimes(5);
    const [id = '', ...more] = await office.findNotices();
    assert.deepEqual(more, []);
    return id;
  }

  async function address(office: Office, cardId: string, ...ids: readonly string[]) {
    const { card, copies } = await office.store.read(async ({ cards }) => ({
      card: await cards.find(cardId),
      copies: await cards.listCopies(cardId),
    }));
    assert.ok(card);
    const house = { ...office.house, ...administrators(...ids) } as unknown as House;
    await addressNotice(house, card, copies);
  }

  const placesOf = async ({ store }: Office, cardId: string) =>
    (await store.read(({ cards }) => cards.listCopies(cardId))).map(({ place }) => place);

  it('H33 goes to the operators’ channel, once, also where two processes send it', async () => {
    await using office = await openOffice();
    const id = await bury(office);

    await Promise.all([address(office, id, 'dora'), address(office, id, 'dora')]);
    await address(office, id, 'dora');

    assert.deepEqual(await placesOf(office, id), ['C0OPS']);
  });

  it('H33 goes to each administrator alone where no channel takes it', async () => {
    await using office = await openOffice();
    const id = await bury(office);
    await address(office, id, 'eva');
    const [copy] = await office.store.read(({ cards }) => cards.listCopies(id));
    await office.store.transact((tx) => tx.cards.markGone(copy?.id ?? '', 'place'));

    await address(office, id, 'eva');
    const copies = await office.store.read(({ cards }) => cards.listCopies(id));
    for (const copy of copies)
      await office.store.transact((tx) => tx.cards.markGone(copy.id, 'place'));
    const { length } = office.woken;
    await address(office, id, 'eva');

    // Nobody is left to tell: nothing is due for it.
    assert.equal(office.woken.length, length);
    assert.deepEqual(await placesOf(office, id), ['C0OPS', 'person:eva', 'U0EVA', EVA]);
  });
});

describe('with several processes', needsPeer('postgres'), () => {
  it('H33 a place dies once, and of two tellings that end at once one draws the card', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    const open = () =>
      openStore(
        { url, connections: 4 },
        { createQueue: async () => ({ enqueue: async () => undefined }) },
      );
    const processes = [await open(), await open()];
    const [one, two] = processes.map(({ store }) => toOffice(store)) as [Office, Office];
    await hire(one.store);

    for (let number = 1; number <= 4; number += 1) {
      await one.ask(number, 'bob');
      await one.fail(number, 'U0BOB');
    }
    await one.ask(5, 'bob');
    await one.ask(6, 'bob');
    await Promise.all([one.fail(5, 'U0BOB'), two.fail(6, 'U0BOB')]);
    assert.equal((await one.events('destination_dead')).length, 1);

    for (let number = 11; number <= 30; number += 1) {
      await one.ask(number, 'bob', 'eva');
      await Promise.all([one.arrive(number, 'U0BOB'), two.arrive(number, 'U0EVA')]);
      assert.equal(await versionOf(one, number), 2);
      await Promise.all([one.fail(number, 'U0EVA'), two.fail(number, EVA)]);
      assert.deepEqual(await one.tellings(number), ['bob told', 'eva not_reached archived']);
    }
    await Promise.all(processes.map(({ close }) => close()));
  });
});
