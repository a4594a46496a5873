import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textLimit, tokenize } from '#bot/grammar/tokenize.ts';

/** The words as written in tests: options with their dashes and value, plain words as they are. */
function words(text: string): readonly string[] {
  const tokens = tokenize(text);
  assert.ok(tokens.ok, `refused: ${JSON.stringify(tokens)}`);
  return tokens.value.words.map((word) =>
    word.kind === 'plain' ? word.text : `--${word.name}${word.value ? `=${word.value.text}` : ''}`,
  );
}

function refused(text: string): string {
  const tokens = tokenize(text);
  assert.ok(!tokens.ok, `accepted: ${JSON.stringify(tokens)}`);
  return `${tokens.error.code} ${tokens.error.at.start}`;
}

describe('words', () => {
  it('keeps Windows paths, shares and host:port as typed', () => {
    assert.deepEqual(words(String.raw`C:\iso\a.iso \\nas\share\ host:5985`), [
      String.raw`C:\iso\a.iso`,
      String.raw`\\nas\share${'\\'}`,
      'host:5985',
    ]);
  });

  it('parts words at every kind of space and line break', () => {
    assert.deepEqual(words('a\u00a0b\u2003c\u202fd\u3000e\tf\r\ng\u2028h'), [...'abcdefgh']);
  });

  it('gives positions in the original text', () => {
    const tokens = tokenize(' vm  \u{1f680}-01 --reason=“a b”');

    assert.ok(tokens.ok);
    assert.deepEqual(
      tokens.value.words.map((word) => word.at),
      [
        { start: 1, end: 3 },
        { start: 5, end: 10 },
        { start: 11, end: 19 },
      ],
    );
    const option = tokens.value.words[2];
    assert.ok(option?.kind === 'option');
    assert.deepEqual(option.value?.at, { start: 20, end: 25 });
  });

  it('drops invisible characters around the text and notes it, but never inside', () => {
    const tokens = tokenize('\u2060vm web\u200b-07\ufeff');

    assert.ok(tokens.ok);
    assert.deepEqual(words('\u2060vm web\u200b-07\ufeff'), ['vm', 'web\u200b-07']);
    assert.deepEqual(
      tokens.value.readings.map(({ code, typed }) => [code, typed]),
      [
        ['invisible_dropped', '\u2060'],
        ['invisible_dropped', '\ufeff'],
      ],
    );
  });

  it('keeps the variation selector of an emoji at the end', () => {
    assert.deepEqual(words('vm ☁\ufe0f'), ['vm', '☁\ufe0f']);
  });

  it('drops a list mark and notes it', () => {
    const tokens = tokenize('•\tvm list');

    assert.ok(tokens.ok);
    assert.equal(tokens.value.readings[0]?.code, 'list_mark_dropped');
    assert.deepEqual(words('•\tvm list'), ['vm', 'list']);
    assert.deepEqual(words('vm • list'), ['vm', '•', 'list']);
  });

  it('refuses a text over the limit, at the limit', () => {
    assert.deepEqual(words('x'.repeat(textLimit)).length, 1);
    assert.equal(refused('x'.repeat(textLimit + 1)), `text_too_long ${textLimit}`);
  });
});

describe('quotes', () => {
  for (const text of ['"a b"', "'a b'", '“a b”', '„a b“', '„a b”', '‟a b”', '«a b»', '»a b«']) {
    it(`B01 reads ${text} as one word`, () =>
      assert.deepEqual(words(`x ${text} y`), ['x', 'a b', 'y']));
  }
  for (const text of [
    '‹a b›',
    '›a b‹',
    '‘a b’',
    '‚a b‘',
    '”a b”',
    '’a b’',
    '「a b」',
    '"a b”',
    '“a b"',
  ]) {
    it(`B01 reads ${text} as one word`, () =>
      assert.deepEqual(words(`x ${text} y`), ['x', 'a b', 'y']));
  }

  it('B01 keeps marks inside as typed', () => {
    assert.deepEqual(words(`"DMZ 'old'"`), ["DMZ 'old'"]);
    assert.deepEqual(words('"he said "no" twice"'), ['he said "no" twice']);
    assert.deepEqual(words('„Er sagte ‚nein‘ heute“'), ['Er sagte ‚nein‘ heute']);
    assert.deepEqual(words('«\u202fa «\u00a0b\u00a0» c\u202f»'), ['a «\u00a0b\u00a0» c']);
    assert.deepEqual(words('"said “later”, twice"'), ['said “later”, twice']);
  });

  it('B01 takes an apostrophe inside a word as a letter', () => {
    assert.deepEqual(words("owner’s it's 'it's fine'"), ['owner’s', "it's", "it's fine"]);
  });

  it('opens a quote only at the start of a word or of a value', () => {
    assert.deepEqual(words('a"b'), ['a"b']);
    assert.deepEqual(words('x=“y'), ['x=“y']);
    assert.deepEqual(words('--x=“y z”'), ['--x=y z']);
  });

  it('B01 refuses a quote that is not closed, at its mark', () => {
    assert.equal(refused('vm “half open'), 'quote_unclosed 3');
    assert.equal(refused('vm --reason="half open'), 'quote_unclosed 12');
  });

  it('B01 refuses marks that allow two readings, at the mark', () => {
    assert.equal(refused('“5" wide”'), 'quote_unclear 8');
    assert.equal(refused("'the owners' request'"), 'quote_unclear 20');
    assert.equal(refused('said"later one"'), 'quote_unclear 14');
    assert.equal(refused('"a"b'), 'quote_unclear 2');
    assert.equal(refused('vm 」x'), 'quote_unclear 3');
    assert.equal(refused('「a」b'), 'quote_unclear 2');
  });

  it('takes an empty quote as an empty word', () => {
    assert.deepEqual(words('a "" b'), ['a', '', 'b']);
  });
});

describe('dashes', () => {
  for (const dash of ['—', '–', '−', '‒', '―', '––', '-–']) {
    it(`reads ${dash} before a letter as -- and notes it`, () => {
      const tokens = tokenize(`vm ${dash}plan`);

      assert.ok(tokens.ok);
      assert.deepEqual(words(`vm ${dash}plan`), ['vm', '--plan']);
      assert.deepEqual(tokens.value.readings, [
        { code: 'dash_as_option', at: { start: 3, end: 3 + dash.length }, typed: dash, as: '--' },
      ]);
    });
  }

  it('keeps a dash before a digit and inside a word', () => {
    assert.deepEqual(words('−4GiB -4 a–b web—07'), ['−4GiB', '-4', 'a–b', 'web—07']);
  });

  it('takes everything after a lone -- as names', () => {
    assert.deepEqual(words('vm -- --odd –x -v "--y z"'), ['vm', '--odd', '–x', '-v', '--y z']);
    assert.deepEqual(words('vm — --odd'), ['vm', '--odd']);
  });

  it('splits an option at its first = only', () => {
    assert.deepEqual(words('--where=a=b --x='), ['--where=a=b', '--x=']);
  });
});
