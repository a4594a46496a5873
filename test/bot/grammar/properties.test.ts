import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { drawCaret } from '#bot/grammar/caret.ts';
import { findInvisible } from '#bot/grammar/find-invisible.ts';
import { applyNearest } from '#bot/grammar/grammar-error.ts';
import { parseCommand } from '#bot/grammar/parse-command.ts';
import { textLimit, tokenize } from '#bot/grammar/tokenize.ts';
import { shapes } from './shapes.ts';

const pieces = fc.constantFrom(
  ...[
    'vm',
    'create',
    'stop',
    'help',
    'x',
    '--',
    '--memory',
    '--plan',
    '=',
    '16GB',
    '1m',
    ' ',
    '\n',
  ],
  ...[
    '"',
    "'",
    '“',
    '”',
    '„',
    '«',
    '»',
    '‘',
    '’',
    '「',
    '」',
    '—',
    '–',
    '−',
    '-',
    '•',
    '\u200b',
    '\ud800',
  ],
);
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(pieces, { maxLength: 40 }).map((list) => list.join('')),
  fc.array(pieces, { maxLength: 20 }).map((list) => `vm create ${list.join(' ')}`),
  fc.array(pieces, { maxLength: 20 }).map((list) => `vm move ${list.join(' ')}`),
);

/** Counts how often a reader looks at a character of the text. */
function countLooks(text: string): number {
  let looks = 0;
  const watched = new Proxy(Object(text), {
    get(_, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) looks += 1;
      const value = Reflect.get(Object(text), key);
      return typeof value === 'function' ? value.bind(text) : value;
    },
  });
  tokenize(watched as unknown as string);
  return looks;
}

describe('any text', () => {
  it('is answered, never thrown at, with a place inside it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const parsed = parseCommand(text, shapes);
        findInvisible(text);
        if (parsed.ok) return;
        const { at } = parsed.error;
        assert.ok(at.start >= 0 && at.start <= at.end && at.end <= text.length);
        drawCaret(text, at);
        applyNearest(text, parsed.error);
      }),
      { numRuns: 5000 },
    );
  });

  it('is read letter-true: words and what parts them make the whole text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tokens = tokenize(text);
        if (!tokens.ok) return;
        let end = 0;
        for (const word of tokens.value.words) {
          assert.match(text.slice(end, word.at.start), /^[\s\u0085\p{Cf}•—–-]*$/u);
          const last = word.kind === 'option' ? (word.value ?? word) : word;
          end = last.at.end;
        }
        assert.match(text.slice(end), /^[\s\u0085\p{Cf}•—–-]*$/u);
      }),
      { numRuns: 5000 },
    );
  });

  it('never drops, splits or adds a word', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'abcXYZ019._-/\\:%&<>@#日é'),
      minLength: 1,
      maxLength: 12,
    });
    const bare = word.filter((text) => !text.startsWith('-'));
    const gap = fc.constantFrom(' ', '  ', '\n', '\u00a0', '\t', '\u3000');
    fc.assert(
      fc.property(fc.array(fc.tuple(bare, gap), { maxLength: 30 }), (list) => {
        const tokens = tokenize(list.flat().join(''));
        assert.ok(tokens.ok);
        const read = tokens.value.words.map((one) => (one.kind === 'plain' ? one.text : one.name));
        assert.deepEqual(
          read,
          list.map(([text]) => text),
        );
      }),
    );
  });

  it('gives every name of many, in order and at its place, or says which is wrong', () => {
    const word = fc.string({ unit: fc.constantFrom(...'ab1. é"'), minLength: 1, maxLength: 4 });
    const quoted = word.filter((text) => !text.includes('"')).map((text) => `"${text}"`);
    const some = fc.array(quoted, { minLength: 1, maxLength: 60 });
    const many = fc.uniqueArray(quoted, { minLength: 48, maxLength: 54 });
    fc.assert(
      fc.property(fc.oneof(some, many), (words) => {
        const text = `vm tag web-01 ${words.join(' ')}`;
        const parsed = parseCommand(text, shapes);
        const places = words.map((one, at) => words.indexOf(one) === at);
        const twice = places.indexOf(false);
        if (parsed.ok) {
          const { named } = parsed.command;
          assert.deepEqual(
            named.map(({ at }) => text.slice(at.start, at.end)),
            words,
          );
          assert.ok(twice < 0 && words.length <= 50);
          return;
        }
        const { code, at } = parsed.error;
        const wrong = code === 'named_twice' ? twice : 50;
        assert.ok(code === 'named_twice' || code === 'too_many_names', code);
        assert.equal(text.slice(0, at.start), `vm tag web-01 ${words.slice(0, wrong).join(' ')} `);
      }),
    );
  });

  it('lesson S12: is read in time that grows with its length', () => {
    const patterns = [
      '"',
      "'",
      '“a" ',
      '‘a’ b ',
      '"a “',
      '«',
      '「」',
      '--a=',
      '—',
      '- ',
      '\u200b',
      '• ',
      '"a" ',
      'a"',
      '„“',
    ];
    for (const pattern of patterns) {
      const [short, long] = [textLimit / 2, textLimit].map((length) =>
        countLooks(pattern.repeat(length).slice(0, length)),
      );
      assert.ok((long ?? 0) <= 2 * (short ?? 0) + 40, `${pattern}: ${short} then ${long}`);
      assert.ok((long ?? 0) <= 30 * textLimit, `${pattern}: ${long} looks`);
    }
  });
});
