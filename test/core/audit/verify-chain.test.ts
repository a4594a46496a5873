/** Each way to tamper with a chain is found at its row. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashEvent } from '#core/audit/seal.ts';
import { verifyChain } from '#core/audit/verify-chain.ts';
import { AT, change, sealChain, toAnchor, toSealedEvents, verify } from './sealed-chain.ts';

const CHAIN = sealChain(Array.from({ length: 9 }, (_, index) => `{"facts":${index}}`));
const at = (place: number) => {
  const event = CHAIN[place - 1];
  assert.ok(event);
  return event;
};
const ANCHORS = [toAnchor(at(4)), toAnchor(at(9))];

describe('verifying a chain', () => {
  it('H38 finds nothing wrong with a whole one, and names what is not sealed yet', async () => {
    const proof = await verifyChain(toSealedEvents(CHAIN, 3), ANCHORS, async () => {});

    const { chainIndex, hash = '' } = at(9);
    assert.deepEqual(proof, {
      ...{ head: { chainIndex, hash }, unsealed: 3, anchorsAgree: 2, anchorsAccepted: 0 },
      ...{ faults: [], moreFaults: 0 },
    });
  });

  it('finds nothing wrong with an empty one', async () => {
    assert.deepEqual((await verify([])).faults, []);
    assert.equal((await verify([])).head, undefined);
  });

  it('H38 tells a changed body and a changed hash from what merely follows', async () => {
    const body = await verify(change(CHAIN, 5, { body: '{"facts":99}' }), ANCHORS);
    const hash = await verify(change(CHAIN, 5, { hash: 'f'.repeat(64) }), ANCHORS);
    const none = await verify(change(CHAIN, 5, { hash: null }), ANCHORS);

    const fault = { fault: 'row_changed', chainIndex: 5, last: 5, id: 105 };
    for (const { faults } of [body, hash, none]) assert.deepEqual(faults, [fault]);
  });

  it('H38 tells a removed event, and goes on behind it', async () => {
    const without = CHAIN.filter(({ chainIndex }) => chainIndex !== 5 && chainIndex !== 6);
    const changed = change(without, 8, { body: '{}' });

    const { faults } = await verify(changed, ANCHORS);

    assert.deepEqual(faults, [
      { fault: 'rows_missing', chainIndex: 5, last: 6 },
      { fault: 'row_changed', chainIndex: 8, last: 8, id: 108 },
    ]);
  });

  it('proves what follows a gap when an anchor stands there', async () => {
    const without = CHAIN.filter(({ chainIndex }) => chainIndex !== 4);

    const { faults } = await verify(change(without, 5, { body: '{}' }), ANCHORS);

    assert.deepEqual(faults[1], { fault: 'row_changed', chainIndex: 5, last: 5, id: 105 });
  });

  it('H38 tells swapped events and where each belongs, side by side too', async () => {
    for (const [one, other] of [
      [3, 7],
      [5, 6],
      [8, 9],
    ] as const) {
      const swapped = change(change(CHAIN, one, { ...at(other), chainIndex: one }), other, {
        ...at(one),
        chainIndex: other,
      });

      const { faults } = await verify(swapped);

      assert.deepEqual(faults, [
        { fault: 'row_moved', chainIndex: one, id: 100 + other, belongsAt: other },
        { fault: 'row_moved', chainIndex: other, id: 100 + one, belongsAt: one },
      ]);
    }
  });

  it('H38 tells an inserted event from those it pushed on', async () => {
    const pushed = CHAIN.slice(6).map((event) => ({ ...event, chainIndex: event.chainIndex + 1 }));
    const made = { ...at(7), id: 500, body: '{}', hash: hashEvent(at(6).hash ?? '', 7, 'other') };

    const { faults } = await verify([...CHAIN.slice(0, 6), made, ...pushed]);

    assert.deepEqual(faults, [
      { fault: 'row_changed', chainIndex: 7, last: 7, id: 500 },
      { fault: 'row_moved', chainIndex: 8, id: 107, belongsAt: 7 },
      { fault: 'row_moved', chainIndex: 9, id: 108, belongsAt: 8 },
      { fault: 'row_moved', chainIndex: 10, id: 109, belongsAt: 9 },
    ]);
  });

  it('tells of many wrong ones as one run', async () => {
    const long = sealChain(Array.from({ length: 5000 }, (_, index) => `${index}`));
    const [first, ...rest] = long.slice(600);
    assert.ok(first);
    const closed = rest.map((event) => ({ ...event, chainIndex: event.chainIndex - 1 }));

    const { faults } = await verify([...long.slice(0, 600), ...closed]);

    assert.deepEqual(faults, [{ fault: 'row_changed', chainIndex: 601, last: 4999, id: 702 }]);
  });

  it('keeps the first thousand faults and counts the rest', async () => {
    const long = sealChain(Array.from({ length: 5000 }, (_, index) => `${index}`));

    const odd = await verify(long.filter(({ chainIndex }) => chainIndex % 2 === 0));

    assert.equal(odd.faults.length, 1000);
    assert.equal(odd.faults[999]?.chainIndex, 1999);
    assert.equal(odd.moreFaults, 1500);
  });

  it('H38 tells events that hide: twins, and places that are none', async () => {
    const hidden = [
      { ...at(5), id: 7 },
      { ...at(5), id: 8, chainIndex: -3 },
    ];

    const { faults } = await verify([...CHAIN, ...hidden], ANCHORS);

    assert.deepEqual(faults, [
      { fault: 'row_inserted', chainIndex: -3, id: 8 },
      { fault: 'row_inserted', chainIndex: 5, id: 7 },
    ]);
  });

  it('counts rows that no page shows', async () => {
    const events = {
      ...toSealedEvents(CHAIN),
      countEvents: async () => ({ sealed: 11, unsealed: 0 }),
    };

    const { faults } = await verifyChain(events, [], async () => {});

    assert.deepEqual(faults, [{ fault: 'rows_hidden', chainIndex: 9, count: 2 }]);
  });

  it('H38 compares the columns that find an event with what it tells', async () => {
    const body = '{"at":1,"event":"asked","facts":1,"requestId":"r1"}';
    const [event] = sealChain([body]);
    assert.ok(event);
    const found = { event: 'asked', requestId: 'r1', jobId: null };

    assert.deepEqual((await verify([{ ...event, found }])).faults, []);
    const moved = await verify([{ ...event, found: { ...found, requestId: 'r2' } }]);
    assert.deepEqual(moved.faults, [{ fault: 'columns_differ', chainIndex: 1, id: 101 }]);
  });
});

describe('verifying against anchors', () => {
  it('H38 finds a cut tail, and a chain that is gone', async () => {
    const cut = await verify(CHAIN.slice(0, 6), ANCHORS);
    const gone = await verify([], ANCHORS);

    assert.deepEqual(cut.faults, [{ fault: 'tail_cut', chainIndex: 6, anchored: 9, at: AT }]);
    assert.equal(cut.anchorsAgree, 1);
    assert.deepEqual(gone.faults, [{ fault: 'tail_cut', chainIndex: 0, anchored: 9, at: AT }]);
  });

  it('H38 finds a chain that was written anew with all its hashes', async () => {
    const forged = sealChain(CHAIN.map(({ body }, index) => (index === 5 ? '{}' : `${body}`)));

    const { faults, anchorsAgree } = await verify(forged, ANCHORS);

    assert.deepEqual(faults, [{ fault: 'anchor_differs', chainIndex: 9, at: AT }]);
    assert.equal(anchorsAgree, 1);
  });

  it('finds a wrong anchor', async () => {
    const wrong = { ...toAnchor(at(7)), hash: 'a'.repeat(64) };

    const { faults } = await verify(CHAIN, [...ANCHORS, wrong]);

    assert.deepEqual(faults, [{ fault: 'anchor_differs', chainIndex: 7, at: AT }]);
  });

  it('H37 sets aside what an operator gave up, and nothing that came later', async () => {
    const other = sealChain([...CHAIN.slice(0, 6).map(({ body }) => `${body}`), 'x', 'y']);
    const [seventh, eighth] = other.slice(6).map(toAnchor);
    assert.ok(seventh && eighth);
    const accepted = [...ANCHORS, toAnchor(at(7)), { ...seventh, isRestored: true } as const];

    const good = await verify(other, [...accepted, eighth]);
    const cut = await verify(other.slice(0, 7), [...accepted, eighth]);

    assert.deepEqual(good.faults, []);
    assert.deepEqual([good.anchorsAgree, good.anchorsAccepted], [3, 2]);
    assert.deepEqual(cut.faults, [{ fault: 'tail_cut', chainIndex: 7, anchored: 8, at: AT }]);
  });
});
