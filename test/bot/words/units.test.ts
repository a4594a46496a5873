/** Sizes in words: exact where something is planned, in one unit where two are compared. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NOTICED_TEXTS } from '#bot/words/en/noticed-words.ts';
import { toSize, toSizesOf } from '#bot/words/units.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const TIB = 1024 ** 4;

describe('a part and its whole', () => {
  const pairs: [number, number, string][] = [
    [206_856 * MIB, 512 * GIB, '202 GiB of 512 GiB'],
    [0, 512 * GIB, '0 GiB of 512 GiB'],
    [512 * GIB, 512 * GIB, '512 GiB of 512 GiB'],
    [512 * GIB - 20 * MIB, 512 * GIB, '511.9 GiB of 512 GiB'],
    [Math.floor(28.8 * GIB), Math.floor(28.8 * GIB), '28.8 GiB of 28.8 GiB'],
    [1.5 * TIB, 8 * TIB, '1.5 TiB of 8 TiB'],
    [20 * GIB, 8 * TIB, '20 GiB of 8,192 GiB'],
    [300 * MIB, 8 * TIB, '0.2 GiB of 8,192 GiB'],
    [1, 8 * TIB, '< 0.1 GiB of 8,192 GiB'],
    [1, 0, '1 B of 0 B'],
  ];
  for (const [part, whole, words] of pairs)
    it(`are said in one unit: ${words}`, () => {
      assert.equal(toSizesOf(part, whole).join(' of '), words);
    });

  it('are free space in a notice', () => {
    const words = NOTICED_TEXTS.free(0.0999 * 20 * TIB, 20 * TIB);

    assert.equal(words, '1.9 TiB of 20 TiB free, 9.9 %');
  });

  it('are rounded there alone: a size that is asked for stays exact', () => {
    assert.equal(toSize(206_856 * MIB), '206,856 MiB');
  });
});
