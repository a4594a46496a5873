import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Card } from '#bot/cards/card.ts';
import { toAdaptiveCard } from '#bot/renderers/adaptive-card.ts';
import { toTeamsCard, toTeamsMessage, viewersAtMost } from '#bot/renderers/teams-card.ts';
import { readDataset } from '#bot/renderers/teams-ids.ts';
import { toVisibleText } from '#bot/renderers/visible-text.ts';
import { anyCard } from '#test/bot/renderers/any-card.ts';
import { exampleCards } from '#test/bot/renderers/example-cards.ts';
import { judgeCard, walkCard } from '#test/helpers/peers/teams.ts';

const runs = { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 150) };
const textsOf = (json: unknown) =>
  [...walkCard(json)]
    .filter(({ type }) => type === 'RichTextBlock')
    .map(({ inlines }) =>
      inlines.map((one: string | { text: string }) => (typeof one === 'string' ? one : one.text)),
    );

describe('a card as a message in Teams', () => {
  for (const [name, card] of Object.entries(exampleCards)) {
    it(`draws ${name} with the words of the Adaptive Card renderer, without a complaint of the official parser`, () => {
      const drawn = toTeamsCard(card, { ref: 'copy-1' });

      assert.deepEqual(judgeCard(drawn), []);
      assert.deepEqual(textsOf(drawn), textsOf(toAdaptiveCard(card)));
    });
  }

  it('is valid and small enough, whatever stands on it', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const message = toTeamsMessage(card, { ref: 'copy-1', viewers: Array(200).fill('29:x') });
        assert.ok(Buffer.byteLength(JSON.stringify(message)) <= 27_000);
        assert.deepEqual(judgeCard(message.attachments[0]?.content ?? {}), []);
      }),
      runs,
    );
  });

  it('H35 lesson S21: puts words of others into no element that interprets them', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        for (const element of walkCard(toTeamsCard(card, { ref: 'copy-1' }))) {
          assert.ok(!/^(?:TextBlock|FactSet|Fact|Image|Media)$/.test(element.type ?? ''));
          assert.ok(element.type !== 'Action.OpenUrl' && !('url' in element));
        }
      }),
      runs,
    );
  });

  it('lesson S3, S6: an action carries an opaque id and nothing else, with a way for older clients', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const ids = new Set(card.actions.map(({ id }) => id));
        for (const { type, data, verb, fallback } of walkCard(toTeamsCard(card, { ref: 'c-1' }))) {
          if (type === 'Action.Submit') assert.deepEqual(Object.keys(data), ['actionId']);
          if (type !== 'Action.Execute') continue;
          if (verb === 'drover.refresh') assert.deepEqual(data, { ref: 'c-1' });
          else {
            assert.ok(ids.has(data.actionId));
            assert.deepEqual(Object.keys(data), ['actionId']);
            assert.deepEqual([fallback.type, fallback.data], ['Action.Submit', data]);
          }
        }
      }),
      runs,
    );
  });

  it('writes no words in a colour that can hardly be read on white', () => {
    for (const card of Object.values(exampleCards)) {
      for (const { type, color, text } of walkCard(toTeamsCard(card))) {
        if (type !== 'TextRun') continue;
        assert.notEqual(color, 'Warning');
        assert.ok(color !== 'Good' || text.length === 1, text);
      }
    }
  });

  it('says in one line what it is, for notifications', () => {
    const { summary } = toTeamsMessage({ ...exampleCards.approval, summary: 'a\nb<at>x</at>' });

    assert.equal(summary, toVisibleText('a\nb<at>x</at>'));
  });

  it('asks for views of at most 60 people, or of everybody', () => {
    const viewers = Array.from({ length: 100 }, (_, at) => `29:${at}`);
    const some = toTeamsCard(exampleCards.approval, { ref: 'c', viewers }).refresh?.userIds;
    const all = toTeamsCard(exampleCards.approval, { ref: 'c', viewers: [] }).refresh;

    assert.deepEqual(some, viewers.slice(0, viewersAtMost));
    assert.ok(all && !('userIds' in all));
    assert.equal(toTeamsCard(exampleCards.approval).refresh, undefined);
  });

  it('keeps what was chosen in a list that is searched', () => {
    const choices = Array.from({ length: 300 }, (_, at) => ({
      title: `h-${at}`,
      value: `h-${at}`,
    }));
    const card: Card = {
      ...exampleCards.approval,
      inputs: [
        { name: 'host', label: 'Host', required: true, input: 'choice', value: 'h-250', choices },
      ],
    };

    const list = [...walkCard(toTeamsCard(card))].find(({ type }) => type === 'Input.ChoiceSet');

    assert.equal(list?.value, 'h-250');
    assert.ok(list?.choices.some(({ value }: { value: string }) => value === 'h-250'));
    assert.deepEqual(readDataset(list?.['choices.data'].dataset), {
      actionId: 'a-approve',
      input: 'host',
    });
  });

  it('offers the first of more names than a list holds, and searches the others', () => {
    const host = { name: 'host', label: 'Host', required: true, input: 'text' } as const;
    const show = (value: string | undefined) => {
      const inputs = [{ ...host, value, offered: ['esx-01', 'esx-02'] }];
      const card = toTeamsCard({ ...exampleCards.approval, inputs });
      return [...walkCard(card)].find(({ type }) => type === 'Input.ChoiceSet');
    };

    const values = (list: ReturnType<typeof show>) =>
      list?.choices.map((choice: { value: string }) => choice.value);
    assert.deepEqual(values(show(undefined)), ['esx-01', 'esx-02']);
    assert.deepEqual(values(show('esx-99')), ['esx-99', 'esx-01', 'esx-02']);
    assert.equal(show('esx-99')?.value, 'esx-99');
    assert.equal(show(undefined)?.['choices.data'].type, 'Data.Query');
  });
});
