import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { escapeSlack } from '#bot/renderers/block-kit-text.ts';
import { readSlackText, stripMention } from '#bot/slack/read-text.ts';
import { parse } from '#test/bot/grammar/shapes.ts';

const FILE = new URL('fixtures/slack-markup.json', import.meta.url);
const { texts } = JSON.parse(readFileSync(FILE, 'utf8')) as {
  texts: readonly { id: string; text: string; reads: string }[];
};

/** Names that became links, and people and channels as arguments. */
const cases: Readonly<Record<string, string>> = {
  ...{ S09: 'B02 ', S10: 'B02 ', S11: 'B02 ', S12: 'B04 ', S13: 'B04 ', S14: 'B04 ', S15: 'B04 ' },
  ...{ S16: 'B04 ', S17: 'B04 ', S18: 'B04 ', S19: 'B04 ' },
};

describe('a text as Slack delivers it', () => {
  for (const { id, text, reads } of texts) {
    it(`${cases[id] ?? ''}text ${id} reads ${reads}`, () => {
      assert.equal(readSlackText(text), reads);
    });
  }

  for (const [id, target, options] of [
    ['S09', 'web-07.corp.example', {}],
    ['S12', 'web-07', { notify: 'C0OPS' }],
    ['S13', 'web-07', { notify: 'C0PRIV' }],
    ['S18', 'web-07', { reason: 'ping @channel' }],
    ['S20', 'R&D-01', {}],
    ['S21', 'R&amp;D', {}],
    ['S22', undefined, { where: 'cpu>4' }],
  ] as const) {
    it(`${cases[id] ?? ''}text ${id} runs as the one command that was meant`, () => {
      const command = parse(readSlackText(texts.find((one) => one.id === id)?.text ?? ''));

      assert.equal(command.target, target);
      assert.deepEqual(command.options, options);
    });
  }

  it('reads what was typed, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        assert.equal(readSlackText(escapeSlack(typed)), typed);
      }),
    );
  });

  it('keeps both readings of a link that says one thing and means another', () => {
    const text = readSlackText('vm start <http://web-70|web-07>');

    assert.equal(text, 'vm start <http://web-70|web-07>');
  });

  it('takes away the mention that it begins with, and no other', () => {
    const strip = (text: string) => stripMention(text, 'UDROVER');

    assert.equal(strip('<@UDROVER> vm list'), 'vm list');
    assert.equal(strip(' <@UDROVER|drover>: vm list'), 'vm list');
    assert.equal(strip('<@UDROVER>\u00a0vm list'), 'vm list');
    assert.equal(strip('<@UBOB> vm list'), '<@UBOB> vm list');
    assert.equal(strip('vm list <@UDROVER>'), 'vm list <@UDROVER>');
    assert.equal(strip('<@UDROVER>'), '');
  });

  it('lesson S12: reads a text of any length in a moment', () => {
    const before = process.cpuUsage();
    for (const unit of ['<', '<@', '<!', '<http://', '|', '&amp;', '<@UDROVER> ']) {
      readSlackText(unit.repeat(20_000));
      stripMention(unit.repeat(20_000), 'UDROVER');
    }

    // Of its own, whatever else the machine does.
    const { user } = process.cpuUsage(before);
    assert.ok(user < 1_000_000, `${user / 1000} ms`);
  });
});
