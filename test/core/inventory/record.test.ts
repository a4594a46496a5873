/** What a step read is written with its end, and only if that is committed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEstateFeed } from '#core/inventory/estate-feed.ts';
import { createEstateIndex } from '#core/inventory/estate-index.ts';
import { createRecorder } from '#core/inventory/record.ts';
import type { Tx } from '#core/ports/store.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';
import { observe } from './observe.ts';

async function openRecords() {
  const opened = await openTestStore(() => ({ enqueue: async () => undefined }));
  const { store } = opened;
  const index = createEstateIndex();
  const feed = createEstateFeed(store, index);
  const recorder = createRecorder(index, () => {});
  const recordMove = async (tx: Tx, hostHandle: string, cpuUsedShare: number) => {
    await recorder.record(tx, 'vc', observe('vm', 'vm-1', undefined, { hostHandle }));
    await recorder.record(tx, 'vc', observe('host', 'host-2', undefined, { cpuUsedShare }));
  };
  await store.transact((tx) => recordMove(tx, 'host-1', 0));
  await feed.catchUp();
  return {
    ...{ store, index, feed, recordMove },
    hostOf: () => index.byHandle('vc', 'vm', 'vm-1')?.body.hostHandle,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

describe('what a step read of several objects', () => {
  it('is not known when its transaction is undone, and is written by the next one', async () => {
    await using records = await openRecords();
    const { store, feed, recordMove, hostOf } = records;
    const undone = store.transact(async (tx) => {
      await recordMove(tx, 'host-2', 0.5);
      throw new Error('cut');
    });
    await assert.rejects(undone, /cut/);
    const afterwards = hostOf();

    await store.transact((tx) => recordMove(tx, 'host-2', 0.5));
    await feed.catchUp();

    assert.equal(afterwards, 'host-1');
    assert.equal(hostOf(), 'host-2');
    const [row] = await store.read((reads) => reads.estate.listByHandle('vc', 'vm', 'vm-1'));
    assert.equal(row?.kind === 'vm' && row.body.hostHandle, 'host-2');
  });
});
