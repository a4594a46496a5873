/** Whatever one changes, removes or swaps is found at its row. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { SealedEvent } from '#core/audit/sealed-events.ts';
import { AT, change, flipBit, sealChain, toAnchor, verify } from './sealed-chain.ts';

const bodies = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), {
  minLength: 3,
  maxLength: 45,
});
/** A chain, one of its events, two in order, and any number. */
const trial = fc.tuple(bodies, fc.nat(), fc.nat(), fc.nat()).map(([texts, one, other, number]) => {
  const chain = sealChain(texts);
  const a = one % chain.length;
  const b = (a + 1 + (other % (chain.length - 1))) % chain.length;
  const [first, second] = [chain[Math.min(a, b)], chain[Math.max(a, b)]];
  const any = chain[number % chain.length];
  assert.ok(first && second && any);
  return { chain, number, any, first, second };
});
type Trial = typeof trial extends fc.Arbitrary<infer Value> ? Value : never;

function always(what: string, check: (trial: Trial) => Promise<void>): void {
  it(what, () => fc.assert(fc.asyncProperty(trial, check), { numRuns: 300 }));
}

const changed = ({ chainIndex, id }: SealedEvent) => {
  return { fault: 'row_changed', chainIndex, last: chainIndex, id };
};

describe('H38 tampering', () => {
  always('finds a turned bit of a body', async ({ chain, first, number }) => {
    const body = flipBit(Buffer.from(first.body), number);

    const { faults } = await verify(change(chain, first.chainIndex, { body }));

    assert.deepEqual(faults, [changed(first)]);
  });

  always('finds a turned bit of a hash', async ({ chain, first, number }) => {
    const hash = Buffer.from(flipBit(Buffer.from(first.hash ?? ''), number)).toString('latin1');

    const { faults } = await verify(change(chain, first.chainIndex, { hash }));

    assert.deepEqual(faults, [changed(first)]);
  });

  always('finds a removed event; the last one by its anchor', async ({ chain, any: first }) => {
    const rest = chain.filter((event) => event !== first);
    const { chainIndex } = first;
    const last = chain.at(-1);
    assert.ok(last);

    const { faults } = await verify(rest, [toAnchor(last)]);

    const cut = { fault: 'tail_cut', chainIndex: chainIndex - 1, anchored: chainIndex, at: AT };
    const gap = { fault: 'rows_missing', chainIndex, last: chainIndex };
    assert.deepEqual(faults, [first === last ? cut : gap]);
  });

  always('finds a removed event that others close up to', async ({ chain, any: first }) => {
    const closed = chain
      .filter((event) => event !== first)
      .map((event) =>
        event.chainIndex > first.chainIndex
          ? { ...event, chainIndex: event.chainIndex - 1 }
          : event,
      );
    const last = chain.at(-1);
    assert.ok(last);

    const { faults } = await verify(closed, [toAnchor(last)]);

    // The last one was cut off: the chain ends before it.
    assert.equal(faults[0]?.chainIndex, first === last ? closed.length : first.chainIndex);
  });

  always('finds two swapped events', async ({ chain, first, second }) => {
    const swapped = change(
      change(chain, first.chainIndex, { ...second, chainIndex: first.chainIndex }),
      second.chainIndex,
      { ...first, chainIndex: second.chainIndex },
    );

    const { faults } = await verify(swapped);

    const moved = (event: SealedEvent, to: SealedEvent) => ({
      ...{ fault: 'row_moved', chainIndex: to.chainIndex, id: event.id },
      belongsAt: event.chainIndex,
    });
    assert.deepEqual(faults, [moved(second, first), moved(first, second)]);
  });

  always('finds two swapped bodies', async ({ chain, first, second }) => {
    const swapped = change(
      change(chain, first.chainIndex, { body: second.body }),
      second.chainIndex,
      { body: first.body },
    );

    const { faults } = await verify(swapped);

    assert.deepEqual(faults, [changed(first), changed(second)]);
  });

  always('finds an inserted event', async ({ chain, first, number }) => {
    const pushed = chain.map((event) =>
      event.chainIndex >= first.chainIndex ? { ...event, chainIndex: event.chainIndex + 1 } : event,
    );
    const hash = number.toString(16).padStart(64, '0');

    const { faults } = await verify([...pushed, { ...first, id: 7, body: 'new', hash }]);

    const fault = faults[0];
    assert.equal(fault?.chainIndex, first.chainIndex);
    assert.equal(fault?.fault === 'row_changed' && fault.id, 7);
  });
});
