import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDeadline } from '#adapters/active-directory/deadline.ts';
import { createWindow, mapInTurns } from '#adapters/active-directory/window.ts';

describe('the window of questions under way', () => {
  it('lets no more through than it has places, in the order in which they came', async () => {
    const window = createWindow(2);
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const passing = [0, 1, 2, 3].map((n) =>
      window.pass(() => {
        began.push(n);
        return new Promise<void>((resolve) => ends.push(resolve));
      }, createDeadline(60_000)),
    );
    await new Promise(setImmediate);
    assert.deepEqual(began, [0, 1]);

    ends[0]?.();
    await passing[0];
    await new Promise(setImmediate);
    assert.deepEqual(began, [0, 1, 2]);

    for (const at of [1, 2]) ends[at]?.();
    await new Promise(setImmediate);
    ends[3]?.();
    await Promise.all(passing);
    assert.deepEqual(began, [0, 1, 2, 3]);
  });

  it('gives up waiting at the deadline, and loses no place by it', async () => {
    const window = createWindow(1);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const first = window.pass(() => held, createDeadline(60_000));

    await assert.rejects(
      window.pass(async () => 'late', createDeadline(0)),
      { failure: 'late' },
    );

    release();
    await first;
    assert.equal(await window.pass(async () => 'next', createDeadline(60_000)), 'next');
  });

  it('frees its place after an error', async () => {
    const window = createWindow(1);
    const failing = window.pass(() => Promise.reject(new Error('no')), createDeadline(60_000));

    await assert.rejects(failing, /no/);
    assert.equal(await window.pass(async () => 1, createDeadline(60_000)), 1);
  });

  it('maps a list in its order, so many at a time', async () => {
    let underWay = 0;
    let most = 0;
    const doubled = await mapInTurns([5, 1, 4, 2, 3], 2, async (n) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return 2 * n;
    });

    assert.deepEqual([doubled, most], [[10, 2, 8, 4, 6], 2]);
  });
});
