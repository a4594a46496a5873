/** Accounts for views: shared while they are read, kept for a while, never when it went wrong. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAccountCache } from '#adapters/active-directory/account-cache.ts';
import type { Account } from '#core/ports/directory.ts';

const ann: Account = { id: 'a', name: 'Ann', login: 'ann', state: 'active', groupIds: ['g'] };

function openCache(maxAgeMs = 30_000) {
  let nowMs = 0;
  const reads: { readonly id: string; answer(account?: Account): void; fail(): void }[] = [];
  const directory = {
    findAccount: (id: string) => {
      const { promise, resolve, reject } = Promise.withResolvers<Account | undefined>();
      reads.push({ id, answer: resolve, fail: () => reject(new Error('down')) });
      return promise;
    },
  };
  const cache = createAccountCache(directory, { elapsedMs: () => nowMs }, { maxAgeMs });
  return {
    ...{ cache, reads },
    /** Reads, and is answered at once. */
    async read(account?: Account) {
      const before = reads.length;
      const reading = cache.findAccount('a');
      if (reads.length > before) reads.at(-1)?.answer(account);
      return await reading;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('the account cache', () => {
  it('answers from what it read until that is too old', async () => {
    const { read, reads, pass } = openCache(30_000);

    assert.equal(await read(ann), ann);
    pass(29_999);
    assert.equal(await read({ ...ann, state: 'disabled' }), ann);
    pass(1);

    assert.equal((await read({ ...ann, state: 'disabled' }))?.state, 'disabled');
    assert.equal(reads.length, 2);
  });

  it('counts the age from when it asked, not from when the answer came', async () => {
    const { cache, reads, read, pass } = openCache(1_000);
    const slow = cache.findAccount('a');
    pass(900);
    reads[0]?.answer(ann);
    await slow;
    pass(100);

    await read({ ...ann, name: 'New' });

    assert.equal(reads.length, 2);
  });

  it('asks once for all who ask at the same time', async () => {
    const { cache, reads, pass } = openCache(1_000);
    const asking = [cache.findAccount('a'), cache.findAccount('a')];
    pass(5_000);
    asking.push(cache.findAccount('a'));
    reads[0]?.answer(ann);

    assert.deepEqual(await Promise.all(asking), [ann, ann, ann]);
    assert.equal(reads.length, 1);
  });

  it('keeps accounts apart', async () => {
    const { cache, reads } = openCache();
    const [one, other] = [cache.findAccount('a'), cache.findAccount('b')];
    reads[0]?.answer(ann);
    reads[1]?.answer();

    assert.deepEqual([await one, await other], [ann, undefined]);
    assert.deepEqual(
      reads.map(({ id }) => id),
      ['a', 'b'],
    );
  });

  it('keeps no error', async () => {
    const { cache, reads, read } = openCache();
    const failing = cache.findAccount('a');
    reads[0]?.fail();
    await assert.rejects(failing, /down/);

    assert.equal(await read(ann), ann);
  });

  it('shows nothing older than a minute', () => {
    for (const maxAgeMs of [60_001, -1, Number.NaN])
      assert.throws(() => openCache(maxAgeMs), RangeError);
  });
});
