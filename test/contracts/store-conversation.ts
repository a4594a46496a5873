/** Inbox and cards. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CardAction } from '#core/ports/conversation-tables.ts';
import type { OpenContractStore } from './store-contract.ts';
import { HARD_TEXTS, newInboxRow } from './store-samples.ts';
import { on } from './store-trial.ts';

const ACTION: CardAction = {
  id: 'a1',
  cardId: 'c1',
  personId: 'ann',
  verb: 'approve',
  args: { b: 2, a: [1] },
  revision: 1,
};
const CARD = { id: 'c1', kind: 'job', subjectId: 'j1', content: { title: 'x' } } as const;
const COPY = { id: 'k1', cardId: 'c1', transport: 'slack', place: 'slack:C1', personId: null };

export function describeConversation(open: OpenContractStore): void {
  describe('inbox', () => {
    it(
      'takes a message once, by its key',
      on(open, async (store) => {
        const row = newInboxRow({ dedupeKey: 'same' });

        const first = await store.transact((tx) => tx.inbox.insert(row));
        const again = newInboxRow({ dedupeKey: 'same', body: 'other' });
        const second = await store.transact((tx) => tx.inbox.insert(again));

        assert.deepEqual([first, second], [true, false]);
        const stored = await store.read((reads) => reads.inbox.find(row.id));
        assert.ok(stored?.receivedAt instanceof Date);
        assert.deepEqual(stored, { ...row, receivedAt: stored.receivedAt, handledAt: null });
        assert.equal(await store.read((reads) => reads.inbox.find(again.id)), undefined);
      }),
    );

    it(
      'is handled once, and lists what is not in the order of arrival',
      on(open, async (store) => {
        const rows = ['c', 'a', 'b'].map((id) => newInboxRow({ id }));
        await store.transact(async (tx) => {
          for (const row of rows) await tx.inbox.insert(row);
        });

        const handle = () => store.transact((tx) => tx.inbox.markHandled('a'));
        const handled = await Promise.all([handle(), handle()]);

        assert.deepEqual(handled.toSorted(), [false, true]);
        const left = await store.read((reads) => reads.inbox.listUnhandled(10));
        assert.deepEqual(
          left.map(({ id }) => id),
          ['c', 'b'],
        );
        assert.equal((await store.read((reads) => reads.inbox.listUnhandled(1))).length, 1);
      }),
    );

    it(
      'keeps every JSON as it was sent',
      on(open, async (store) => {
        const bodies = [null, true, 0, -1.5, 2 ** 60, 1e300, 'text', '1', [], {}, [null, [{}]]];
        const hard = Object.entries(HARD_TEXTS).map(([name, text]) => ({
          [`${name}${text}`]: text,
        }));
        const rows = [...bodies, ...hard, 'x'.repeat(1_000_000)].map((body) =>
          newInboxRow({ body }),
        );
        await store.transact(async (tx) => {
          for (const row of rows) await tx.inbox.insert(row);
        });

        for (const { id, body } of rows) {
          const stored = await store.read((reads) => reads.inbox.find(id));
          assert.deepEqual(stored?.body, body);
        }
      }),
    );

    it(
      'keeps every text; what no database can keep becomes a replacement character',
      on(open, async (store) => {
        for (const place of Object.values(HARD_TEXTS)) {
          const row = newInboxRow({ place });
          await store.transact((tx) => tx.inbox.insert(row));

          const stored = await store.read((reads) => reads.inbox.find(row.id));

          assert.equal(stored?.place, place.toWellFormed().replaceAll('\0', '\uFFFD'));
        }
      }),
    );
  });

  describe('cards', () => {
    it(
      'rise by one version with each change, in parallel too',
      on(open, async (store) => {
        await store.transact((tx) => tx.cards.insert(CARD));

        await Promise.all(
          Array.from({ length: 5 }, () => store.transact((tx) => tx.cards.touch('c1'))),
        );
        const known = await store.transact((tx) => tx.cards.touch('c1', { title: 'y' }));
        const unknown = await store.transact((tx) => tx.cards.touch('c2'));

        assert.deepEqual([known, unknown], [true, false]);
        const card = await store.read((reads) => reads.cards.findBySubject('job', 'j1'));
        assert.equal(card?.version, 7);
        assert.deepEqual(card?.content, { title: 'y' });
        assert.deepEqual(await store.read((reads) => reads.cards.find('c1')), card);
      }),
    );

    it(
      'are changed and noted as sent at once, and neither waits for the other for ever',
      on(open, async (store) => {
        const copy = { id: 'k1', cardId: 'c1', transport: 'slack', place: 'D1', personId: 'ann' };
        await store.transact(async (tx) => {
          await tx.cards.insert(CARD);
          await tx.cards.insertCopy(copy);
        });
        const show = (personId: string) =>
          store.transact(async (tx) => {
            await tx.cards.touch('c1');
            await tx.cards.insertOwnCopy({ ...copy, id: `k-${personId}`, personId });
          });
        const note = () =>
          store.transact(async (tx) => {
            const now = await tx.cards.lockCopy('k1');
            await tx.cards.find('c1');
            await tx.cards.markSent('k1', (now?.sentVersion ?? 0) + 1, 'm1');
          });

        const rounds = Array.from({ length: 20 }, (_, at) => [show(`person-${at}`), note()]);

        const ends = await Promise.allSettled(rounds.flat());
        assert.deepEqual(
          ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : [])),
          [],
        );
      }),
    );

    it(
      'have one card a subject, and any number without',
      on(open, async (store) => {
        await store.transact((tx) => tx.cards.insert(CARD));
        const answer = { id: 'c2', kind: 'answer', subjectId: null, content: null } as const;
        await store.transact((tx) => tx.cards.insert(answer));
        await store.transact((tx) => tx.cards.insert({ ...answer, id: 'c3' }));

        const second = store.transact((tx) => tx.cards.insert({ ...CARD, id: 'c4' }));

        await assert.rejects(second);
        assert.equal((await store.read((reads) => reads.cards.find('c3')))?.content, null);
      }),
    );

    it(
      'are sent upwards only, and say which of them are behind (H34)',
      on(open, async (store) => {
        const listBehind = () => store.read((reads) => reads.cards.listBehind(10));
        await store.transact(async (tx) => {
          await tx.cards.insert(CARD);
          await tx.cards.insertCopy(COPY);
          await tx.cards.insertCopy({ ...COPY, id: 'k2' });
          await tx.cards.insertCopy({ ...COPY, id: 'k3', place: 'slack:C2', personId: 'bob' });
        });
        assert.deepEqual(await listBehind(), ['c1']);
        await store.transact((tx) => tx.cards.touch('c1'));
        await store.transact((tx) => tx.cards.markFailed('k1'));
        await store.transact((tx) => tx.cards.markFailed('k3'));

        await store.transact((tx) => tx.cards.markSent('k1', 2, 'm2'));
        await store.transact((tx) => tx.cards.markSent('k1', 1, 'm1'));
        assert.deepEqual(await listBehind(), ['c1']);
        await store.transact((tx) => tx.cards.markSent('k3', 2, 'm3'));

        assert.deepEqual(await listBehind(), []);
        const copies = await store.read((reads) => reads.cards.listCopies('c1'));
        assert.deepEqual(
          copies.map(({ id, sentVersion, messageRef }) => [id, sentVersion, messageRef]),
          [
            ['k1', 2, 'm2'],
            ['k3', 2, 'm3'],
          ],
        );
        assert.deepEqual(
          copies.map(({ failures }) => failures),
          [0, 0],
        );
      }),
    );

    it(
      'stand in a place in the order in which they came there',
      on(open, async (store) => {
        await store.transact(async (tx) => {
          for (const id of ['z', 'y', 'x', 'w']) {
            await tx.cards.insert({ id, kind: 'answer', subjectId: null, content: {} });
            await tx.cards.insertCopy({ ...COPY, id: `copy-${id}`, cardId: id, place: 'p' });
          }
          await tx.cards.insertCopy({ ...COPY, id: 'elsewhere', cardId: 'z', place: 'q' });
        });

        const place = await store.read((reads) => reads.cards.listPlace('p', 3));

        assert.deepEqual(
          place.map(({ card, copy }) => [card.id, copy.id]),
          [
            ['y', 'copy-y'],
            ['x', 'copy-x'],
            ['w', 'copy-w'],
          ],
        );
        assert.deepEqual(await store.read((reads) => reads.cards.listPlace('none', 3)), []);
      }),
    );

    it(
      'have one button for the same deed, person and revision',
      on(open, async (store) => {
        const put = (action: CardAction) => store.transact((tx) => tx.cards.putAction(action));

        const first = await put(ACTION);
        const same = await put({ ...ACTION, id: 'a2', args: { a: [1], b: 2 } });
        const newer = await put({ ...ACTION, id: 'a3', revision: 2 });
        const other = await put({ ...ACTION, id: 'a4', personId: 'bob' });

        assert.deepEqual(
          [first, same].map(({ id }) => id),
          ['a1', 'a1'],
        );
        assert.deepEqual(
          [newer, other].map(({ id }) => id),
          ['a3', 'a4'],
        );
        assert.deepEqual(await store.read((reads) => reads.cards.findAction('a1')), ACTION);
        assert.equal(await store.read((reads) => reads.cards.findAction('a2')), undefined);
      }),
    );
  });
}
