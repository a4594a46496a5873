import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import type { Card } from '#bot/cards/card.ts';
import { toPlainText } from '#bot/renderers/plain-text.ts';
import { cutText, measureText, wrapText } from '#bot/renderers/text-width.ts';
import { toVisibleText } from '#bot/renderers/visible-text.ts';
import { anyCard, anyWord } from './any-card.ts';
import { exampleCards } from './example-cards.ts';
import { assertGoldenText } from './golden.ts';

const runs = { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 150) };

function draw(card: Card, width: number, colour = false): string {
  const numberOf = (action: Card['actions'][number]) => card.actions.indexOf(action) + 1;
  const detailsNumber = card.actions.length + 1;
  return toPlainText(card, { width, colour, numberOf, detailsNumber });
}

describe('a card as plain text', () => {
  for (const [name, card] of Object.entries(exampleCards)) {
    it(`draws ${name} as before, wide and narrow`, () => {
      const details = toPlainText(card, { width: 78, colour: false, showDetails: true });

      assertGoldenText(name, [draw(card, 78), draw(card, 40), details].join('\n\n'));
    });
  }

  it('fits its width, code apart, at any width from 40 to 200', () => {
    fc.assert(
      fc.property(anyCard, fc.integer({ min: 40, max: 200 }), (card, width) => {
        const withoutCode = {
          ...card,
          body: card.body.filter((block) => block.block !== 'code'),
          details: card.details?.filter((block) => block.block !== 'code') ?? [],
        };
        const text = toPlainText(withoutCode, { width, colour: false, showDetails: true });
        for (const line of text.split('\n')) assert.ok(measureText(line) <= width, line);
      }),
      runs,
    );
  });

  it('H35 lets no word drive the terminal or begin a line', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const text = draw(card, 80, true);
        const bare = stripVTControlCharacters(text);
        assert.doesNotMatch(bare, /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
        assert.equal(bare, draw(card, 80)); // nothing is said by colour alone
      }),
      runs,
    );
  });

  it('H35 keeps every letter of a name', () => {
    fc.assert(
      fc.property(anyWord, (word) => {
        const card: Card = {
          ...exampleCards.refused,
          title: word,
          body: [{ block: 'text', text: word }],
        };
        const toLetters = (text: string) => text.replaceAll(/\s/g, '');
        const visible = toLetters(toVisibleText(word));
        assert.equal(toLetters(draw(card, 80)), visible + visible);
      }),
      runs,
    );
  });

  it('writes one line a cell where a table has more columns than the width has room for', () => {
    const columns = Array.from({ length: 12 }, (_, at) => ({ title: `c${at}` }));
    const rows = [columns.map((_, at) => `value ${at}`)];
    const lines = draw(
      { ...exampleCards.table, actions: [], body: [{ block: 'table', columns, rows }] },
      40,
    );

    assert.match(lines, /^- c0: value 0$/m);
    assert.match(lines, /^ {2}c11: value 11$/m);
  });
});

describe('the width of a text', () => {
  it('counts what a terminal shows', () => {
    const widths = {
      abc: 3,
      日本: 4,
      '👩‍👩‍👧‍👦': 2,
      'e\u0301': 1,
      '🇩🇪': 2,
      '✔': 1,
      '': 0,
      ｗ: 2,
      '★½': 2,
    };

    for (const [text, width] of Object.entries(widths))
      assert.equal(measureText(text), width, text);
  });

  it('keeps white space that is no plain space', () => {
    assert.deepEqual(wrapText('\u00a0 ', 2), ['\u00a0']);
    assert.deepEqual(wrapText('a\u00a0 b', 3), ['a\u00a0', 'b']);
  });

  it('is kept by cutting and wrapping, and no letter is lost by wrapping', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 30 }),
        (text, width) => {
          assert.ok(measureText(cutText(text, width)) <= width);
          const lines = wrapText(text, width);
          for (const line of lines) assert.ok(measureText(line) <= width);
          assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
        },
      ),
      runs,
    );
  });
});
