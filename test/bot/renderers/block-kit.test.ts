import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Card, Input } from '#bot/cards/card.ts';
import { readActionId } from '#bot/renderers/block-kit-ids.ts';
import { readFormState, toOptions } from '#bot/renderers/block-kit-inputs.ts';
import { toSlackMessage } from '#bot/renderers/block-kit-message.ts';
import { toSlackDetails, toSlackModal } from '#bot/renderers/block-kit-modal.ts';
import { readOptionValue, toOptionValue } from '#bot/renderers/block-kit-values.ts';
import { rendererWords } from '#bot/renderers/renderer-words.ts';
import { toVisibleText } from '#bot/renderers/visible-text.ts';
import { anyCard, anyWord } from './any-card.ts';
import { exampleCards } from './example-cards.ts';
import { assertGoldenJson } from './golden.ts';
import { validateSlackMessage, validateSlackModal } from './validate-block-kit.ts';

interface Element {
  readonly type?: string;
  readonly text?: unknown;
  readonly [name: string]: unknown;
}

/** Every object, outer ones first. */
function* walk(json: unknown): Generator<Element> {
  if (typeof json !== 'object' || json === null) return;
  if (!Array.isArray(json)) yield json as Element;
  for (const inner of Object.values(json)) yield* walk(inner);
}

/** As a reader sees it: text objects are in Slack's escaped letters, all else is data. */
function unescapeSlack(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function listTexts(json: unknown): readonly string[] {
  return [...walk(json)]
    .filter(({ text }) => typeof text === 'string')
    .map(({ type, text }) => (type === 'plain_text' ? unescapeSlack(`${text}`) : `${text}`))
    .map(toPlainSpaces);
}

const toPlainSpaces = (text: string) => text.replaceAll('\u00a0', ' ');
const runs = { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 150) };
const metadata = JSON.stringify({ actionId: 'a-1', place: 'C1/1.1' });

describe('a card as Slack message', () => {
  for (const [name, card] of Object.entries(exampleCards)) {
    it(`draws ${name} as before, valid by Slack's types and lengths`, () => {
      const message = toSlackMessage(card, { detailsRef: 'copy-1' });

      assertGoldenJson(`${name}.slack`, message);
      assert.deepEqual(validateSlackMessage(message), []);
    });
  }

  it('is valid, whatever stands on it, with its details and without', () => {
    fc.assert(
      fc.property(anyCard, fc.boolean(), (card, hasRef) => {
        const options = hasRef ? { detailsRef: 'copy-1' } : {};
        assert.deepEqual(validateSlackMessage(toSlackMessage(card, options)), []);
      }),
      runs,
    );
  });

  it('H35 lesson S21: puts words of others into no element that reads mark-up', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const message = toSlackMessage(card);
        for (const element of walk([message.blocks, toSlackDetails(card)])) {
          assert.ok(
            !/^(mrkdwn|markdown|link|user|usergroup|broadcast|channel)$/.test(element.type ?? ''),
          );
          if (element.type === 'plain_text') assert.equal(element.emoji, false);
          assert.ok(!('url' in element));
        }
        const bare = message.text.replaceAll(/&(amp|lt|gt);/g, '');
        assert.ok(!/[<>&]/.test(bare), 'no mention and no link in the notification');
      }),
      runs,
    );
  });

  it('H35 shows every name letter by letter, in each place a name can stand', () => {
    fc.assert(
      fc.property(anyWord, (word) => {
        const expected = toPlainSpaces(toVisibleText(word)) || '–';
        const texts = listTexts(toSlackMessage(toCardOf(word)).blocks);
        const times = texts.filter((text) => text === expected).length;
        // title, state, text, quiet text, label, value, two cells, two step texts, a fault
        assert.ok(times >= 11, `${expected} stands ${times} times in ${texts.join('|')}`);
      }),
      runs,
    );
  });

  it('says of what it leaves out where the whole of it is', () => {
    const rows = Array.from({ length: 500 }, (_, at) => [`vm-${at}`, 'x'.repeat(60)]);
    const columns = [{ title: 'Name' }, { title: 'Notes' }];
    const table: Card = { ...exampleCards.table, body: [{ block: 'table', columns, rows }] };
    const long = { block: 'text', text: 'y'.repeat(2_900) } as const;
    const details: Card = { ...exampleCards.refused, details: Array(8).fill(long) };

    const texts = listTexts(toSlackMessage(table).blocks);

    assert.ok(texts.some((text) => /^\d+ of 500 shown$/.test(text)));
    assert.ok(listTexts(toSlackMessage(details).blocks).includes(rendererWords.notShown));
    assert.ok(listTexts(toSlackMessage(details, { detailsRef: 'c' }).blocks).includes('Details'));
  });

  it('lesson S3, S6: a button carries an opaque id and nothing else', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const ids = new Set(card.actions.map(({ id }) => id));
        for (const element of walk(toSlackMessage(card, { detailsRef: 'copy-1' }).blocks)) {
          if (element.type !== 'button') continue;
          const kind = readActionId(String(element.action_id));
          assert.ok(kind === 'details' ? element.value === 'copy-1' : ids.has(`${element.value}`));
        }
      }),
      runs,
    );
  });

  it('asks in a form for a reason, for inputs, and for a warning too long for a dialog', () => {
    const kindOf = (card: Card, at = 0) => {
      const buttons = [...walk(toSlackMessage(card).blocks)].filter(
        ({ type }) => type === 'button',
      );
      return readActionId(String(buttons[at]?.action_id));
    };
    const warned: Card = {
      ...exampleCards.refused,
      actions: [{ id: 'a', label: 'Go', style: 'danger', confirm: 'x'.repeat(301) }],
    };

    assert.equal(kindOf(exampleCards.approval), 'do');
    assert.equal(kindOf(exampleCards.approval, 1), 'ask');
    assert.equal(kindOf(exampleCards.form), 'ask');
    assert.equal(kindOf(exampleCards.form, 1), 'do');
    assert.equal(kindOf(exampleCards.job), 'do');
    assert.equal(kindOf(warned), 'ask');
    assert.equal(readActionId('other.do.1'), undefined);
    assert.equal(readActionId('drover.drop.1'), undefined);
  });
});

describe('the judge of blocks', () => {
  const plain = (text: string) => ({ type: 'plain_text', text });
  const button = { type: 'button', action_id: 'a', text: plain('A') };
  const bad: Readonly<Record<string, readonly unknown[]>> = {
    'mark-up in a header': [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
    'a style that is none': [{ type: 'actions', elements: [{ ...button, style: 'warning' }] }],
    'a block that is none': [{ type: 'progress', value: 3 }],
    'an empty section': [{ type: 'section' }],
    'a long header': [{ type: 'header', text: plain('x'.repeat(151)) }],
    'a long value': [{ type: 'actions', elements: [{ ...button, value: 'x'.repeat(2_001) }] }],
    'the same button twice': [{ type: 'actions', elements: [button, button] }],
    '51 blocks': Array(51).fill({ type: 'divider' }),
    'too much in all': Array(6).fill({ type: 'section', text: plain('x'.repeat(2_500)) }),
    'two tables': Array(2).fill({ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }),
  };
  for (const [name, blocks] of Object.entries(bad)) {
    it(`complains of ${name}`, () => {
      assert.notDeepEqual(validateSlackMessage({ text: 'x', blocks }), []);
    });
  }
});

describe('a card as Slack form', () => {
  it('is valid, whatever is asked', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        for (const action of card.actions.slice(0, 3)) {
          assert.deepEqual(validateSlackModal(toSlackModal(card, action, metadata)), []);
        }
        assert.deepEqual(validateSlackModal(toSlackDetails(card)), []);
      }),
      runs,
    );
  });

  it('draws the form and the question as before', () => {
    const [create] = exampleCards.form.actions;
    const deny = exampleCards.approval.actions[1];
    assert.ok(create && deny);

    assertGoldenJson('form.slack-modal', toSlackModal(exampleCards.form, create, metadata));
    assertGoldenJson('approval.slack-modal', toSlackModal(exampleCards.approval, deny, metadata));
  });

  it('H35 keeps what was typed and what is chosen to the letter, there and back', () => {
    fc.assert(
      fc.property(anyWord, (word) => {
        const value = word.toWellFormed();
        const sent = toOptionValue(value);
        if (sent === undefined) assert.ok(value === '' || Buffer.byteLength(value) > 50);
        else assert.equal(readOptionValue(sent), value);
        const card = toFormOf({ input: 'text', value });
        const typed = [...walk(toSlackModal(card, submit, ''))].find(
          ({ type }) => type === 'plain_text_input',
        );
        assert.equal(typed?.initial_value ?? '', value);
      }),
      runs,
    );
  });

  it('searches as one types where there are more choices than a list takes', () => {
    const choices = Array.from({ length: 101 }, (_, at) => ({ title: `t-${at}`, value: `${at}` }));
    const card = toFormOf({ input: 'choice', choices, value: '100' });

    const element = [...walk(toSlackModal(card, submit, ''))].find(
      ({ type }) => type === 'external_select',
    );

    assert.equal((element?.initial_option as Element | undefined)?.value, '100');
    assert.equal(element?.min_query_length, 0);
    assert.equal(toOptions(choices).length, 100);
  });

  it('searches a name of which there are more than a list takes; what was named stays', () => {
    const find = (value: string | undefined) => {
      const card = toFormOf({ input: 'text', offered: ['esx-01'], ...(value && { value }) });
      return [...walk(toSlackModal(card, submit, ''))].find(
        ({ type }) => type === 'external_select',
      );
    };

    assert.equal((find('esx-99')?.initial_option as Element | undefined)?.value, 'esx-99');
    assert.ok(!('initial_option' in (find(undefined) ?? {})));
  });

  it('tells choices apart that only their ends tell apart', () => {
    const same = '/datacenter/'.repeat(8);
    const options = toOptions(['a', 'b'].map((end) => ({ title: same + end, value: end })));

    const shown = options.map((option) => listTexts(option).join(' '));
    assert.equal(new Set(shown).size, 2);
    assert.match(shown[0] ?? '', /a$/);
  });

  it('reads back what a form holds, by the names of the inputs', () => {
    const { inputs = [], actions } = exampleCards.form;
    const [create] = actions;
    assert.ok(create);
    const blocks = [...walk(toSlackModal(exampleCards.form, create, ''))]
      .filter(({ type }) => type === 'input')
      .map(({ block_id }) => String(block_id));
    const fields = [
      { type: 'plain_text_input', value: 'web-08 & <b>' },
      { type: 'static_select', selected_option: { value: 't-2' } },
      { type: 'plain_text_input', value: null },
      { type: 'checkboxes', selected_options: [] },
      { type: 'plain_text_input', value: 'two\nlines' },
    ];
    const state = Object.fromEntries(fields.map((field, at) => [blocks[at], { any: field }]));

    assert.equal(inputs.length, fields.length);
    assert.deepEqual(readFormState(state), {
      name: 'web-08 & <b>',
      template: 't-2',
      start: 'false',
      why: 'two\nlines',
    });
  });
});

const submit = { id: 's', label: 'Send', style: 'primary' } as const;

function toFormOf(
  input: Pick<Input, 'value'> &
    (
      | { input: 'text'; offered?: string[] }
      | { input: 'choice'; choices: { title: string; value: string }[] }
    ),
): Card {
  const asked = { name: 'a', label: 'A', required: true, ...input } as Input;
  return { ...exampleCards.form, inputs: [asked], actions: [submit] };
}

function toCardOf(word: string): Card {
  return {
    title: word,
    state: word,
    tone: 'neutral',
    summary: word,
    body: [
      { block: 'text', text: word },
      { block: 'text', text: word, weight: 'quiet' },
      { block: 'fields', fields: [{ label: word, value: word }] },
      { block: 'table', columns: [{ title: word }], rows: [[word]] },
      { block: 'steps', steps: [{ mark: 'done', text: word, right: word }] },
    ],
    inputs: [{ name: 'a', label: 'A', required: true, input: 'text', fault: word }],
    actions: [],
  };
}
