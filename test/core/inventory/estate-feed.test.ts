/** The index holds what was committed before it was asked to catch up. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEstateFeed } from '#core/inventory/estate-feed.ts';
import { createEstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';
import { make } from '../estate-makers.ts';

const openStore = () => openTestStore(() => ({ enqueue: async () => undefined }));

function toWrite(object: EstateObject) {
  const { changeSeq: _seq, seenAt: _at, ...write } = object;
  return write as Omit<EstateObject, 'changeSeq' | 'seenAt'>;
}

describe('estate feed', () => {
  it('reads all pages, and afterwards only what changed', async () => {
    await using opened = await openStore();
    const { store } = opened;
    const index = createEstateIndex();
    const feed = createEstateFeed(store, index);
    const vms = Array.from({ length: 1100 }, (_, at) => make('vm', `vm-${at}`));
    for (let at = 0; at < vms.length; at += 200)
      await store.transact((tx) => tx.estate.write(vms.slice(at, at + 200).map(toWrite)));

    await feed.catchUp();

    assert.equal(index.count('vm'), 1100);
    const seq = index.changeSeq();
    await store.transact((tx) => tx.estate.write([toWrite(make('vm', 'vm-7', { gone: true }))]));
    await feed.catchUp();
    assert.equal(index.count('vm'), 1099);
    assert.equal(index.changeSeq(), seq + 1);
  });

  it('reads once more for whoever asks during a reading', async () => {
    await using opened = await openStore();
    const { store } = opened;
    const index = createEstateIndex();
    const feed = createEstateFeed(store, index);

    const first = feed.catchUp();
    await store.transact((tx) => tx.estate.write([toWrite(make('vm', 'vm-1'))]));
    await Promise.all([first, feed.catchUp(), feed.catchUp()]);

    assert.equal(index.count('vm'), 1);
  });

  it('goes on after a reading that failed', async () => {
    await using opened = await openStore();
    const { store } = opened;
    let isBroken = true;
    const index = createEstateIndex();
    const feed = createEstateFeed(
      {
        async read(work) {
          if (isBroken) throw new Error('disk away');
          return store.read(work);
        },
      },
      index,
    );
    await store.transact((tx) => tx.estate.write([toWrite(make('vm', 'vm-1'))]));
    await assert.rejects(feed.catchUp(), /disk away/);

    isBroken = false;
    await feed.catchUp();

    assert.equal(index.count('vm'), 1);
  });
});
