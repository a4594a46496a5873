import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RemoteError } from '#adapters/hyperv/remote-scripts.ts';
import { createTurns } from '#adapters/hyperv/winrm/turns.ts';

const never = new AbortController().signal;
const LONG_MS = 120_000;

describe('turns', () => {
  it('are given in the order of asking, and never more than there are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat(40), async (places, count) => {
        const turns = createTurns(places);
        const order: number[] = [];
        let atOnce = 0;
        let most = 0;

        await Promise.all(
          Array.from({ length: count }, async (_, index) => {
            using _turn = await turns.take(LONG_MS, never);
            order.push(index);
            atOnce += 1;
            most = Math.max(most, atOnce);
            await new Promise((resolve) => setImmediate(resolve));
            atOnce -= 1;
          }),
        );

        assert.deepEqual(
          order,
          order.toSorted((a, b) => a - b),
        );
        assert.equal(order.length, count);
        assert.ok(most <= places);
      }),
      { numRuns: 50 },
    );
  });

  it('pass over who has gone, in time or by signal, and lose no place', async () => {
    const turns = createTurns(1);
    const held = await turns.take(LONG_MS, never);
    const gone = new AbortController();
    const aborted = turns.take(LONG_MS, gone.signal);
    const late = turns.take(10, never);
    const next = turns.take(LONG_MS, never);

    gone.abort();
    const is = (failure: string) => (error: unknown) =>
      error instanceof RemoteError && error.failure === failure && error.end === 'not_started';
    await assert.rejects(aborted, is('aborted'));
    await assert.rejects(late, is('late'));
    held[Symbol.dispose]();
    held[Symbol.dispose](); // twice gives back one

    const taken = await next;
    await assert.rejects(turns.take(10, never), is('late'));
    taken[Symbol.dispose]();
    (await turns.take(10, never))[Symbol.dispose]();
  });
});
