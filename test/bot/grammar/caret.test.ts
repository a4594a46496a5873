import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { drawCaret } from '#bot/grammar/caret.ts';
import { refusal } from './shapes.ts';

function draw(text: string, fault: string, columns?: number): string {
  const start = text.indexOf(fault);
  const { line, underline } = drawCaret(text, { start, end: start + fault.length }, columns);
  return `${line}\n${underline}`;
}

describe('the line with carets', () => {
  it('marks the fault as the card shows it', () => {
    const text = 'vm create web-07 --memroy 16GiB';
    const { line, underline } = drawCaret(text, refusal(text).at);

    assert.equal(line, text);
    assert.equal(underline, '                 ^^^^^^^^');
  });

  it('counts wide characters as two columns and combining ones as none', () => {
    assert.equal(draw('vm 日本 --x', '--x'), 'vm 日本 --x\n        ^^^');
    assert.equal(draw('vm 🚀-01 x', 'x'), 'vm 🚀-01 x\n         ^');
    assert.equal(draw('vm e\u0301 x', 'x'), 'vm e\u0301 x\n     ^');
    assert.equal(draw('vm 日本', '日本'), 'vm 日本\n   ^^^^');
  });

  it('shows a tab as one space and the unseen as a sign', () => {
    assert.equal(draw('vm\tweb\u200b-07', '\u200b'), 'vm web▯-07\n      ^');
    assert.equal(draw('a \u202eb x', 'x'), 'a ▯b x\n     ^');
  });

  it('shows only the line of the fault', () => {
    assert.equal(
      draw('vm create web-07\n--memroy 16GiB\n--cpu 4', '--memroy'),
      '--memroy 16GiB\n^^^^^^^^',
    );
  });

  it('cuts a long line to a window around the fault', () => {
    const text = `vm stop ${'a'.repeat(100)} --wrong ${'b'.repeat(100)}`;

    assert.equal(
      draw(text, '--wrong', 40),
      `…${'a'.repeat(19)} --wrong ${'b'.repeat(10)}…\n${' '.repeat(21)}^^^^^^^`,
    );
  });

  it('marks one column behind the end when something is missing there', () => {
    assert.deepEqual(drawCaret('vm', { start: 2, end: 2 }), { line: 'vm', underline: '  ^' });
    assert.deepEqual(drawCaret('', { start: 0, end: 0 }), { line: '', underline: '^' });
  });

  it('draws any fault in any text on one line, with a caret, within the columns', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 1 }),
      fc.constantFrom(' ', '\n', '日'),
    );
    const text = fc.array(unit, { maxLength: 600 }).map((units) => units.join(''));
    fc.assert(
      fc.property(text, fc.nat(600), fc.nat(30), (line, start, length) => {
        const drawn = drawCaret(line, { start, end: start + length }, 60);
        assert.match(drawn.underline, /^ *\^+$/);
        assert.doesNotMatch(drawn.line, /[\n\r\u2028\u202e\u200b]/);
        assert.ok(drawn.underline.length <= 63);
      }),
    );
  });
});
