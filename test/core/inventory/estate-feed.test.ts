/** The index holds what was committed before it was asked to catch up. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { catchUpInside, createEstateFeed } from '#core/inventory/estate-feed.ts';
import { createEstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { Reads } from '#core/ports/store.ts';
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

type ToldReads = Pick<Reads, 'estate'>;

/** What a database of many connections answers: as it was when it was asked, in whatever order answers arrive. */
function createToldLate(arrival: fc.Scheduler) {
  const rows = new Map<string, EstateObject>();
  let newest = 0;
  const reads = {
    estate: {
      listChangedAfter(changeSeq: number, limit: number) {
        const changed = [...rows.values()].filter((row) => row.changeSeq > changeSeq);
        const page = changed.toSorted((a, b) => a.changeSeq - b.changeSeq).slice(0, limit);
        return arrival.schedule(Promise.resolve(page));
      },
    },
  } as unknown as ToldReads;
  return {
    ...{ rows, reads },
    write(object: EstateObject) {
      newest += 1;
      rows.set(object.id, { ...object, changeSeq: newest });
    },
  };
}

describe('estate feed beside readers of other connections', () => {
  const change = fc.record({
    handle: fc.constantFrom('1', '2', '3'),
    hostHandle: fc.constantFrom('h-1', 'h-2', 'h-3'),
    gone: fc.boolean(),
  });
  const deed = fc.oneof(change, fc.constant('read' as const));

  it('never goes back to what an object was, whichever answer comes last', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(deed, { maxLength: 20 }),
        async (arrival, deeds) => {
          const told = createToldLate(arrival);
          const index = createEstateIndex();
          const readings: Promise<void>[] = [];

          for (const one of deeds) {
            if (one === 'read') readings.push(catchUpInside(told.reads, index));
            else {
              const { handle, gone, hostHandle } = one;
              told.write(make('vm', handle, { gone, body: { hostHandle } }));
            }
          }
          readings.push(catchUpInside(told.reads, index));
          await arrival.waitAll();
          await Promise.all(readings);

          const left = [...told.rows.values()].filter(({ gone }) => !gone);
          for (const row of left) assert.deepEqual(index.get('vm', row.id), row);
          assert.equal(index.count('vm'), left.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});
