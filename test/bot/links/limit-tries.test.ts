import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeTry, type Limit } from '#bot/links/limit-tries.ts';

const MINUTE = 60_000;

function openTries(limit: Limit) {
  const marks = new Map<string, string>();
  return (atMs: number) =>
    judgeTry(
      {
        now: new Date(atMs),
        lock: async () => undefined,
        findMark: async (key) => marks.get(key),
        setMark: async (key, value) => void marks.set(key, value),
      },
      'sign-in of ann',
      limit,
    );
}

describe('tries that are limited', () => {
  it('never meet over two stretches of time: whoever goes on waits again', async () => {
    const attempt = openTries({ most: 2, withinMs: 30 * MINUTE, since: 'last' });
    const verdicts = [];
    for (const at of [0, 29.9, 30, 30.1, 59.8]) verdicts.push(await attempt(at * MINUTE));

    assert.deepEqual(verdicts, ['may', 'may', 'refused', 'refused_again', 'refused_again']);
    assert.equal(await attempt(60 * MINUTE), 'may');
  });

  it('begin anew after their time, where that alone counts', async () => {
    const attempt = openTries({ most: 2, withinMs: 10 * MINUTE, since: 'first' });
    const verdicts = [];
    for (const at of [0, 9, 9.5, 10, 11]) verdicts.push(await attempt(at * MINUTE));

    assert.deepEqual(verdicts, ['may', 'may', 'refused', 'may', 'may']);
  });
});
