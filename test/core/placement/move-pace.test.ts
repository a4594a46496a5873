/** How long a move will take, by those before it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { learnMove, toDownSeconds, toMoveMs } from '#core/placement/move-pace.ts';
import type { MovePace, Paced } from '#core/ports/move-pace.ts';
import { GIB } from '../estate-makers.ts';

function learn(moves: readonly (readonly [gib: number, seconds: number])[], what: Paced = 'live') {
  let pace: MovePace | undefined;
  for (const [gib, seconds] of moves)
    pace = learnMove(pace, { connectionId: 'vc', what, bytes: gib * GIB, seconds });
  return pace ? [pace] : [];
}
const live = (gib: number, paces: readonly MovePace[] = []) =>
  toMoveMs({ way: 'live', memoryBytes: gib * GIB, fileBytes: 0 }, paces) / 1000;
const isNear = (value: number, wished: number) =>
  assert.ok(Math.abs(value - wished) < 0.05 * wished, `${value} is not about ${wished}`);

describe('the pace of moves', () => {
  it('is a usual one until three were seen', () => {
    const few = learn([
      [4, 40],
      [8, 80],
    ]);

    assert.equal(live(4, few), live(4));
    assert.ok(live(16) > live(4));
  });

  it('is the line through those that were seen', () => {
    // 2 s and 1 s for each GiB.
    const paces = learn([
      [4, 6],
      [8, 10],
      [16, 18],
      [2, 4],
    ]);

    isNear(live(4, paces), 6);
    isNear(live(32, paces), 34);
  });

  it('is their mean when all had one size', () => {
    const paces = learn([
      [4, 9],
      [4, 10],
      [4, 11],
    ]);

    isNear(live(4, paces), 10);
    isNear(live(8, paces), 10);
  });

  it('follows a network that has become slower', () => {
    const fast = Array.from({ length: 30 }, (_, at) => [2 + (at % 8), 4 + (at % 8)] as const);
    const slow = Array.from({ length: 60 }, (_, at) => [2 + (at % 8), 40 + 10 * (at % 8)] as const);

    isNear(live(5, learn([...fast, ...slow])), 70);
  });

  it('is never below nothing', () => {
    const paces = learn([
      [100, 10],
      [110, 21],
      [120, 31],
    ]);

    assert.ok(live(1, paces) > 0);
  });

  it('of files says nothing of memory', () => {
    const paces = learn(
      [
        [40, 400],
        [80, 800],
        [20, 200],
      ],
      'files',
    );

    assert.equal(live(4, paces), live(4));
    isNear(toMoveMs({ way: 'off', memoryBytes: 0, fileBytes: 10 * GIB }, paces) / 1000, 100);
  });

  it('says how long a VM stands still', () => {
    const paces = learn(
      [
        [4, 20],
        [8, 36],
        [16, 68],
      ],
      'quick',
    );

    assert.equal(toDownSeconds({ way: 'live', memoryBytes: 8 * GIB }), 1);
    assert.equal(toDownSeconds({ way: 'off', memoryBytes: 8 * GIB }), 0);
    isNear(toDownSeconds({ way: 'quick', memoryBytes: 8 * GIB }, paces), 36);
  });
});
