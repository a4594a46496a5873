import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findInvisible } from '#bot/grammar/find-invisible.ts';

describe('characters that are not what they seem', () => {
  it('H08 names a zero-width space and its place', () => {
    assert.deepEqual(findInvisible('web\u200b-07'), [
      { index: 3, kind: 'invisible', codePoint: 'U+200B', name: 'zero-width space' },
    ]);
  });

  it('H08 names full-width letters and what they look like', () => {
    const [first, ...more] = findInvisible('ｗｅｂ-07');

    assert.deepEqual(first, {
      index: 0,
      kind: 'full_width',
      codePoint: 'U+FF57',
      name: 'full-width w',
      looksLike: 'w',
    });
    assert.equal(more.length, 2);
  });

  it('H08 names Cyrillic and Greek letters among Latin ones', () => {
    const found = findInvisible('wеb-Α');

    assert.deepEqual(
      found.map(({ index, looksLike }) => [index, looksLike]),
      [
        [1, 'e'],
        [4, 'A'],
      ],
    );
    assert.match(found[0]?.name ?? '', /^Cyrillic small letter/);
    assert.match(found[1]?.name ?? '', /^Greek capital letter/);
  });

  it('H08 names a word whose every letter passes for a Latin one', () => {
    assert.equal(findInvisible('сор-01').length, 3);
  });

  it('H08 names dashes and spaces that pass for plain ones', () => {
    assert.deepEqual(
      findInvisible('web\u201107\u00a0b').map((odd) => odd.name),
      ['no-break hyphen', 'no-break space'],
    );
  });

  it('H08 names control characters and marks that turn the line around', () => {
    assert.deepEqual(
      findInvisible('a\u202eb\u0007\nc').map((odd) => odd.name),
      ['right-to-left override', 'control character', 'line break'],
    );
  });

  for (const name of [
    'web-07',
    'Müller',
    'сервер-01',
    'διακομιστής',
    '日本-01',
    '🚀-01',
    '☁\ufe0f',
    '👩\u200d💻',
    'می\u200cخواهم',
    'R&D "x"',
  ]) {
    it(`H08 finds nothing odd in ${name}`, () => assert.deepEqual(findInvisible(name), []));
  }
});
