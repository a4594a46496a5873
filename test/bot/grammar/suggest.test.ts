import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { countSlips, createSlipCounter } from '#bot/grammar/edit-distance.ts';
import { suggestNames, suggestNearest } from '#bot/grammar/suggest.ts';

const options = ['template', 'memory', 'cpu', 'reason', 'plan', 'notify'];

/** The textbook table, whole: what the bounded search must agree with. */
function countPlainly(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, line) =>
    Array.from({ length: b.length + 1 }, (_, column) => (line === 0 ? column : line)),
  );
  const at = (line: number, column: number) => table[line]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let count = Math.min(at(i - 1, j - 1) + same, at(i - 1, j) + 1, at(i, j - 1) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        count = Math.min(count, at(i - 2, j - 2) + 1);
      }
      table[i]?.splice(j, 1, count);
    }
  }
  return at(a.length, b.length);
}

describe('nearest names', () => {
  it('finds a name with letters changed over, missing, too many or wrong', () => {
    for (const typed of ['memroy', 'memor', 'memoryy', 'nemory', 'MEMORY', 'mem']) {
      assert.equal(suggestNearest(typed, options), 'memory');
    }
  });

  it('suggests nothing for far-off words', () => {
    for (const typed of ['', 'x', 'force', 'disk', 'me', '\u200b', 'y'.repeat(5000)]) {
      assert.equal(suggestNearest(typed, options), undefined);
    }
  });

  it('H08 finds the name that looks the same first', () => {
    const names = ['web-08', 'web-70', 'web-07'];

    assert.deepEqual(suggestNames('ｗｅｂ-07', names), ['web-07']);
    assert.deepEqual(suggestNames('web\u200b-07', names), ['web-07']);
    assert.deepEqual(suggestNames('wеb‑07', names), ['web-07']);
    assert.deepEqual(suggestNames('WEB-07', names), ['web-07']);
    assert.deepEqual(suggestNames('web-07', ['web\u200b-07']), ['web\u200b-07']);
  });

  it('H08 finds names that begin with the word, shortest first', () => {
    const names = ['web-07.corp.example', 'db-01', 'web-07.lab'];

    assert.deepEqual(suggestNames('web-07', names), ['web-07.lab', 'web-07.corp.example']);
  });

  it('gives the fewest slips, the same whatever the order of the names', () => {
    const names = ['web-12', 'web-06', 'web-08', 'web-09', 'web-01'];

    assert.deepEqual(suggestNames('web-07', names), ['web-01', 'web-06', 'web-08']);
    assert.deepEqual(suggestNames('web-07', names.toReversed()), ['web-01', 'web-06', 'web-08']);
  });

  it('finds one name among 25,000 and bounds the work', () => {
    const names = Array.from({ length: 25_000 }, (_, index) => `web-${index}.corp.example`);

    assert.equal(suggestNearest('web-24070.corp.exmaple', names), 'web-24070.corp.example');
    assert.deepEqual(suggestNames('nothing-like-this', names), []);
  });

  it('counts slips as the whole table does, up to the bound', () => {
    const counter = createSlipCounter(40);
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 4 }), (a, b, bound) => {
        const expected = Math.min(countPlainly(a, b), bound + 1);
        assert.equal(countSlips(a, b, bound, counter), expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds every name that is one slip away', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcweb-017'), minLength: 3, maxLength: 20 });
    fc.assert(
      fc.property(name, fc.nat(), (text, at) => {
        const index = at % text.length;
        const typed = text.slice(0, index) + text.slice(index + 1);
        assert.ok(typed.length < 2 || suggestNearest(typed, ['zzzzzz', text]) === text);
      }),
    );
  });
});
