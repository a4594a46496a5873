import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readTeamsText } from '#bot/teams/read-text.ts';
import type { TeamsEntity } from '#bot/teams/schema.ts';

const botId = '28:bot';
const mention = (name: string, id = botId, text?: string): TeamsEntity => ({
  type: 'mention',
  mentioned: { id, name },
  ...(text === undefined ? {} : { text }),
});
const read = (text: string, entities: readonly TeamsEntity[] = []) =>
  readTeamsText({ text, entities, botId });

describe('the words that a person typed in Teams', () => {
  it('are without the mention of Drover, wherever it stands', () => {
    const drover = mention('Drover', botId, '<at>Drover</at>');

    assert.equal(read('<at>Drover</at> vm list', [drover]), 'vm list');
    assert.equal(read('<at>Drover</at>&nbsp;vm list\r\n', [drover]), 'vm list');
    assert.equal(read('vm list <at>Drover</at>', [drover]), 'vm list');
  });

  it('keep the names of others, also of who is called like Drover', () => {
    const both = [mention('Drover'), mention('Drover', '29:x')];

    assert.equal(
      read('<at>Drover</at> approval delegate <at>Quinn (R&amp;D) $1</at>', [
        mention('Drover'),
        mention('Quinn (R&D) $1', '29:q'),
      ]),
      'approval delegate Quinn (R&D) $1',
    );
    assert.equal(read('<at>Drover</at> grant <at>Drover</at>', both), 'grant Drover');
    assert.equal(read('<at>Drover</at> vm list'), 'Drover vm list');
  });

  it('H35 hold each sign as it was typed, read once', () => {
    assert.equal(read('vm show a&amp;b'), 'vm show a&b');
    assert.equal(read('vm show &amp;lt;b&amp;gt;'), 'vm show &lt;b&gt;');
    assert.equal(read('vm show &lt;at&gt;x&lt;/at&gt;'), 'vm show <at>x</at>');
    assert.equal(read('vm\u00a0list\u00a0--all'), 'vm list --all');
    assert.equal(read('a<br>b\r\nc<br/>d'), 'a\nb\nc\nd');
    assert.equal(read('&#39;x&#x27; &bogus; &#0; &#1114112;'), "'x' &bogus; &#0; &#1114112;");
    assert.equal(read('<at>open'), '<at>open');
  });

  it('come back letter by letter, whatever was typed', () => {
    const toDelivered = (text: string) =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const typed = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .filter((text) => text === text.trim() && !/[\r\u00a0]/.test(text));

    fc.assert(
      fc.property(typed, (text) => {
        assert.equal(read(`<at>Drover</at> ${toDelivered(text)}`, [mention('Drover')]), text);
      }),
    );
  });

  it('lesson S12: are read in no time, however long and odd they are', () => {
    const odd = `${'<at>'.repeat(20_000)}${'&'.repeat(20_000)}${'<br'.repeat(20_000)}`;
    const before = process.cpuUsage();

    read(odd);
    read('<at>a</at>'.repeat(2_000), [mention('a')]);

    // Of its own, whatever else the machine does.
    const { user } = process.cpuUsage(before);
    assert.ok(user < 500_000, `${user / 1000} ms`);
  });
});
