/** Who was told, places that take nothing, copies whose place is gone, and who reads where several do. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { OpenContractStore } from './store-contract.ts';
import { on } from './store-trial.ts';

const PLACE = ['slack', 'C0OPS'] as const;
const back = { transport: 'slack', since: new Date(0) };

async function addCopies(store: ApprovalStore, places: readonly string[]): Promise<void> {
  await store.transact(async ({ cards }) => {
    await cards.insert({ id: 'card', kind: 'request', subjectId: 'r1', content: null });
    for (const place of places)
      await cards.insertCopy({
        ...{ id: `copy ${place}`, cardId: 'card', transport: 'slack', place, personId: null },
      });
  });
}

export function describeTellings(open: OpenContractStore): void {
  describe('tellings', () => {
    const insert = (store: ApprovalStore, ...ids: readonly string[]) =>
      store.transact(({ tellings }) =>
        tellings.insert(
          ids.map((id) => ({
            ...{ requestId: 'r1', personId: id, personName: id.toUpperCase() },
            ...{ outcome: 'waiting', code: null },
          })),
        ),
      );

    it(
      'of thousands are written at once, and are counted with the first names of each kind',
      on(open, async (store) => {
        const ids = Array.from({ length: 11_000 }, (_, at) => `p${String(at).padStart(5, '0')}`);
        await insert(store, ...ids);
        await store.transact(async ({ tellings }) => {
          for (const id of ['p00007', 'p00003', 'p00005'])
            await tellings.change('r1', id, { outcome: 'told', code: null });
          await tellings.change('r1', 'p00001', { outcome: 'not_reached', code: 'dead' });
        });

        const { counts, told, notReached } = await store.read(({ tellings }) =>
          tellings.sum('r1', 2),
        );

        assert.deepEqual(counts, { waiting: 10_996, told: 3, not_reached: 1 });
        assert.deepEqual(
          [told, notReached].map((first) => first.map(({ personName }) => personName)),
          [['P00003', 'P00005'], ['P00001']],
        );
        const none = await store.read(({ tellings }) => tellings.sum('r2', 2));
        const counted = { waiting: 0, told: 0, not_reached: 0 };
        assert.deepEqual(none, { counts: counted, told: [], notReached: [] });
      }),
    );

    it(
      'are one a person and request; a second one changes nothing',
      on(open, async (store) => {
        await insert(store, 'bob', 'ann');
        const change = (outcome: 'told' | 'not_reached', code: 'archived' | 'dead' | null) =>
          store.transact(({ tellings }) => tellings.change('r1', 'bob', { outcome, code }));

        assert.equal(await change('not_reached', 'archived'), true);
        assert.equal(await change('not_reached', 'archived'), false);
        assert.equal(await change('not_reached', 'dead'), true);
        await insert(store, 'bob', 'eva');

        const rows = await store.read(({ tellings }) => tellings.list('r1'));
        assert.deepEqual(
          rows.map(({ personName, outcome, code }) => [personName, outcome, code]),
          [
            ['ANN', 'waiting', null],
            ['BOB', 'not_reached', 'dead'],
            ['EVA', 'waiting', null],
          ],
        );
        const missed = await store.read(({ tellings }) => tellings.listMissed('bob'));
        assert.deepEqual(
          missed.map(({ requestId }) => requestId),
          ['r1'],
        );
        assert.equal(await change('told', null), true);
        assert.equal(await change('told', null), false);
        assert.deepEqual(await store.read(({ tellings }) => tellings.listMissed('bob')), []);
      }),
    );

    it(
      'say whether some are on their way, and know nobody who was not meant',
      on(open, async (store) => {
        const told = { outcome: 'told', code: null } as const;
        const isWaiting = () => store.read(({ tellings }) => tellings.hasWaiting('r1'));
        assert.equal(await isWaiting(), false);
        await insert(store, 'bob', 'ann');

        await store.transact(({ tellings }) => tellings.change('r1', 'bob', told));
        assert.equal(await isWaiting(), true);
        await store.transact(({ tellings }) => tellings.change('r1', 'ann', told));

        assert.equal(await isWaiting(), false);
        const nobody = await store.transact(({ tellings }) => tellings.change('r1', 'gus', told));
        assert.equal(nobody, false);
        assert.equal(await store.transact(({ tellings }) => tellings.lock('r1', 'gus')), undefined);
      }),
    );
  });

  describe('places that fail', () => {
    it(
      'count failures in a row, also of several at once, and die once',
      on(open, async (store) => {
        const fail = () => store.transact((tx) => tx.destinations.fail(...PLACE, 'archived'));
        const die = () => store.transact((tx) => tx.destinations.markDead(...PLACE));
        assert.equal(await die(), false);

        const counts = await Promise.all([fail(), fail(), fail()]);
        const deaths = await Promise.all([die(), die()]);

        assert.deepEqual(counts.map(({ failures }) => failures).toSorted(), [1, 2, 3]);
        assert.deepEqual(deaths.toSorted(), [false, true]);
        const dead = await store.read(({ destinations }) => destinations.listDead(9));
        assert.deepEqual(
          dead.map(({ place, failures, code }) => [place, failures, code]),
          [['C0OPS', 3, 'archived']],
        );
        const removed = await store.transact((tx) => tx.destinations.remove(...PLACE));
        assert.equal(removed?.failures, 3);
        assert.equal((await fail()).failures, 1);
        assert.deepEqual(await store.read(({ destinations }) => destinations.listDead(9)), []);
      }),
    );
  });

  describe('copies whose place is gone', () => {
    it(
      'are behind no more, and are again when it or its threads come back',
      on(open, async (store) => {
        const places = ['C0OPS', 'C0OPS/1.1', 'C0OPSX', 'C0OTHER'];
        await addCopies(store, places);
        const listBehind = () => store.read(({ cards }) => cards.listBehind(9));
        for (const place of places)
          await store.transact(({ cards }) => cards.markGone(`copy ${place}`, 'place'));
        assert.deepEqual(await listBehind(), []);

        const revive = () =>
          store.transact(({ cards }) => cards.revive({ ...back, place: 'C0OPS', begin: 'C0OPS/' }));
        assert.deepEqual(await revive(), ['card']);

        assert.deepEqual(await revive(), []);
        assert.deepEqual(await listBehind(), ['card']);
        const copies = await store.read(({ cards }) => cards.listCopies('card'));
        assert.deepEqual(
          copies.map(({ goneCode }) => goneCode),
          [null, null, 'place', 'place'],
        );
      }),
    );

    it(
      'stay given up where a person deleted the message, or the chat takes no such card',
      on(open, async (store) => {
        await addCopies(store, ['C1', 'C2']);
        await store.transact(({ cards }) => cards.markGone('copy C1', 'message'));
        assert.equal(await store.transact(({ cards }) => cards.markGone('copy C1', 'card')), false);

        assert.deepEqual(
          await store.transact(({ cards }) => cards.revive({ ...back, place: 'C1', begin: 'C1/' })),
          [],
        );
        assert.equal(await store.transact(({ cards }) => cards.markFailed('copy C2')), 1);
        assert.equal((await store.read(({ cards }) => cards.listBehind(9))).length, 1);
        assert.equal(await store.transact(({ cards }) => cards.markFailed('copy C2', 1)), 2);
        assert.deepEqual(await store.read(({ cards }) => cards.listBehind(9)), []);
      }),
    );
  });

  describe('readers of a conversation', () => {
    it(
      'are known once, the newest first, until they leave or the conversation goes',
      on(open, async (store) => {
        const reader = { transport: 'teams', place: '19:ops' };
        const put = (userId: string, readerId = `29:${userId}`) =>
          store.transact((tx) => tx.chatPlaces.putReader({ ...reader, userId, readerId }));
        const list = async (limit = 9) =>
          (await store.read((reads) => reads.chatPlaces.listReaders('teams', '19:ops', limit))).map(
            ({ readerId }) => readerId,
          );
        await put('ann');
        await put('bob');
        await put('bob', '29:bob-anew');
        await put('eva');
        assert.deepEqual((await list()).toSorted(), ['29:ann', '29:bob-anew', '29:eva']);
        assert.equal((await list(2)).length, 2);

        await store.transact((tx) => tx.chatPlaces.removeReader('teams', '19:ops', '29:ann'));
        assert.deepEqual((await list()).toSorted(), ['29:bob-anew', '29:eva']);
        const place = { ...reader, userId: null, teamId: 'team', reference: {} };
        await store.transact((tx) => tx.chatPlaces.put(place));
        await store.transact((tx) => tx.chatPlaces.remove('teams', { teamId: 'team' }));

        assert.deepEqual(await list(), []);
      }),
    );
  });
}
