/** Requests and votes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OpenContractStore } from './store-contract.ts';
import { HARD_TEXTS, newRequest, newVote } from './store-samples.ts';
import { on } from './store-trial.ts';

export function describeRequests(open: OpenContractStore): void {
  describe('requests', () => {
    it(
      'begin open, and are found by id and number',
      on(open, async (store) => {
        const request = newRequest({ number: 128, reason: HARD_TEXTS.quotes });
        await store.transact((tx) => tx.requests.insert(request));

        const stored = await store.read((reads) => reads.requests.find(request.id));

        const fresh = { revision: 1, state: 'open', cameBack: null, createdAt: stored?.createdAt };
        const blank = { decidedAt: null, code: null, facts: null };
        assert.deepEqual(stored, { ...request, ...fresh, ...blank });
        assert.deepEqual(await store.read((reads) => reads.requests.findByNumber(128)), stored);
        assert.equal(await store.read((reads) => reads.requests.find('none')), undefined);
      }),
    );

    it(
      'are decided once',
      on(open, async (store) => {
        const { id } = newRequest({ number: 1 });
        await store.transact((tx) => tx.requests.insert(newRequest({ id, number: 1 })));
        const decide = (state: 'approved' | 'denied') =>
          store.transact((tx) =>
            tx.requests.change(id, 'open', { state, decidedAt: tx.now, cameBack: [1] }),
          );

        const results = await Promise.all([decide('approved'), decide('denied')]);

        assert.deepEqual(results.toSorted(), [false, true]);
        const stored = await store.read((reads) => reads.requests.find(id));
        assert.equal(stored?.state, results[0] ? 'approved' : 'denied');
        assert.deepEqual(stored?.cameBack, [1]);
      }),
    );

    it(
      'count two votes that come at once (H22)',
      on(open, async (store) => {
        const { id } = newRequest({ number: 1 });
        await store.transact((tx) => tx.requests.insert(newRequest({ id, number: 1 })));
        const vote = (person: string) =>
          store.transact(async ({ requests }) => {
            const request = await requests.lock(id);
            if (request?.state !== 'open') return 'too late';
            await requests.putVote(newVote(id, person));
            const votes = await requests.listVotes(id, 1);
            if (votes.length < 2) return 'counted';
            await requests.change(id, 'open', { state: 'approved' });
            return 'decided';
          });

        const results = await Promise.all(['bob', 'carl', 'dora'].map(vote));

        assert.deepEqual(results.toSorted(), ['counted', 'decided', 'too late']);
        const votes = await store.read((reads) => reads.requests.listVotes(id, 1));
        assert.equal(votes.length, 2);
      }),
    );

    it(
      'keep the last word of a person, and void it with a reason',
      on(open, async (store) => {
        const put = (person: string, word: 'approve' | 'deny') =>
          store.transact((tx) => tx.requests.putVote(newVote('r', person, { word, reason: word })));
        await put('bob', 'approve');
        await put('carl', 'approve');
        await store.transact((tx) => tx.requests.voidVote('r', 1, 'carl', 'left_group'));
        await store.transact((tx) => tx.requests.putVote(newVote('r', 'bob', { revision: 2 })));
        await store.transact((tx) => tx.requests.voidVote('r', 1, 'bob', 'x'));
        await put('bob', 'deny');

        const votes = await store.read((reads) => reads.requests.listVotes('r', 1));

        const shown = votes.map(({ personId, word, reason, voidCode }) =>
          [personId, word, reason, voidCode].join(' '),
        );
        assert.deepEqual(shown.toSorted(), ['bob deny deny ', 'carl approve approve left_group']);
        assert.deepEqual(Object.keys(votes[0] ?? {}).toSorted(), [
          'personId',
          'personName',
          'reason',
          'requestId',
          'revision',
          'via',
          'voidCode',
          'votedAt',
          'word',
        ]);
      }),
    );

    it(
      'are listed newest first, by state and person',
      on(open, async (store) => {
        await store.transact(async ({ requests }) => {
          for (const number of [1, 2, 3]) {
            const requesterId = number === 2 ? 'bob' : 'ann';
            await requests.insert(newRequest({ id: `r${number}`, number, requesterId }));
          }
          await requests.change('r3', 'open', {
            state: 'expired',
            code: 'too_old',
            facts: { a: 1 },
          });
        });
        const list = async (where: { states?: ['open'] | []; requesterId?: string }) => {
          const requests = await store.read((reads) => reads.requests.list({ ...where, limit: 2 }));
          return requests.map(({ id }) => id);
        };

        assert.deepEqual(await list({}), ['r3', 'r2']);
        assert.deepEqual(await list({ states: ['open'] }), ['r2', 'r1']);
        assert.deepEqual(await list({ requesterId: 'ann' }), ['r3', 'r1']);
        assert.deepEqual(await list({ states: [] }), []);
      }),
    );
  });
}
