import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { quoteWord } from '#bot/grammar/quote.ts';
import { parse } from './shapes.ts';

const marks = fc.constantFrom(...'"\'“”„‟«»‹›‘’‚「」 -–—=•ab\u00a0\u200b\\');
const anyName = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.string({ unit: marks, minLength: 1, maxLength: 20 }),
);

/** What a phone makes of straight quotes. */
function smarten(text: string): string {
  return text.replace(/"([^"]*)"/g, '“$1”').replace(/'([^']*)'/g, '‘$1’');
}

describe('names written back', () => {
  it('B08 leaves plain names bare and quotes the others', () => {
    assert.equal(quoteWord('web-07'), 'web-07');
    assert.equal(quoteWord('owner’s'), 'owner’s');
    assert.equal(quoteWord('Web Server (old)'), '"Web Server (old)"');
    assert.equal(quoteWord('--odd-name'), '"--odd-name"');
    assert.equal(quoteWord('a" b'), `'a" b'`);
    assert.equal(quoteWord('  padded  '), '"  padded  "');
    assert.equal(quoteWord(''), '""');
  });

  it('B08 writes any name so that it is read back letter-true', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        assert.equal(parse(`vm show ${quoteWord(name)}`).target, name);
      }),
      { numRuns: 3000 },
    );
  });

  it('B08 writes names that stand beside each other and behind =', () => {
    fc.assert(
      fc.property(anyName, anyName, anyName, (vm, channel, reason) => {
        const text = `vm stop --notify=${quoteWord(channel)} ${quoteWord(vm)} --reason ${quoteWord(reason)}`;
        const command = parse(text);
        assert.equal(command.target, vm);
        assert.deepEqual(command.options, { notify: channel, reason });
      }),
      { numRuns: 3000 },
    );
  });

  it('B08 writes names that survive the marks a phone makes of the quotes', () => {
    for (const name of [
      'Web Server (old)',
      '--odd-name',
      'External LAN',
      'owner’s VM',
      '-v',
      '5 “x”',
    ]) {
      assert.equal(parse(smarten(`vm show ${quoteWord(name)}`)).target, name);
    }
  });
});
