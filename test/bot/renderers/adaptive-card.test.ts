import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Card } from '#bot/cards/card.ts';
import { readSubmitData, toAdaptiveCard } from '#bot/renderers/adaptive-card.ts';
import { consoleHost, teamsHost } from '#bot/renderers/adaptive-limits.ts';
import { rendererWords } from '#bot/renderers/renderer-words.ts';
import { toVisibleText } from '#bot/renderers/visible-text.ts';
import { isChromiumPresent, launchChromium } from '#test/helpers/peers/chromium.ts';
import { anyCard, anyWord, nastyWords } from './any-card.ts';
import { exampleCards } from './example-cards.ts';
import { assertGoldenJson } from './golden.ts';
import { validateAdaptiveCard } from './validate-adaptive-card.ts';

interface Element {
  readonly type?: string;
  readonly [name: string]: unknown;
}

/** Every object of the card, outer ones first. */
function* walk(json: unknown): Generator<Element> {
  if (typeof json !== 'object' || json === null) return;
  if (!Array.isArray(json)) yield json as Element;
  for (const inner of Object.values(json)) yield* walk(inner);
}

function listTexts(json: unknown): readonly string[] {
  return [...walk(json)]
    .filter((element) => element.type === 'RichTextBlock')
    .map((element) => element.inlines as readonly (string | { readonly text: string })[])
    .map((inlines) => inlines.map((one) => (typeof one === 'string' ? one : one.text)).join(''));
}

const toPlainSpaces = (text: string) => text.replaceAll('\u00a0', ' ');
const runs = { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 150) };

describe('a card as Adaptive Card', () => {
  for (const [name, card] of Object.entries(exampleCards)) {
    it(`draws ${name} as before, without a complaint of the official parser`, () => {
      const json = toAdaptiveCard(card);

      assertGoldenJson(name, json);
      assert.deepEqual(validateAdaptiveCard(json), []);
    });
  }

  for (const [name, host] of Object.entries({ Teams: teamsHost, console: consoleHost })) {
    it(`is valid and small enough for ${name}, whatever stands on it`, () => {
      fc.assert(
        fc.property(anyCard, (card) => {
          const json = toAdaptiveCard(card, host);
          assert.ok(Buffer.byteLength(JSON.stringify(json)) <= host.bytes);
          const faults = validateAdaptiveCard(json);
          // Our own page shows any number of buttons.
          const others = faults.filter((fault) => !host.reflows || !/^TooManyActions/.test(fault));
          assert.deepEqual(others, []);
        }),
        runs,
      );
    });
  }

  it('H35 puts words of others into no element that interprets them', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        for (const element of walk(toAdaptiveCard(card))) {
          assert.ok(!/^(TextBlock|FactSet|Fact|Image|Media)$/.test(element.type ?? ''));
          assert.ok(element.type !== 'Action.OpenUrl' && !('url' in element));
          if (element.type === 'Input.Toggle') assert.equal(element.title, rendererWords.toggleOn);
          if (element.type === 'Input.ChoiceSet') assert.equal(element.style, 'compact');
          const message = element.errorMessage;
          assert.ok(message === undefined || message === rendererWords.inputNeeded);
        }
      }),
      runs,
    );
  });

  it('H35 shows every name letter by letter, in each place a name can stand', () => {
    fc.assert(
      fc.property(anyWord, (word) => {
        const texts = listTexts(toAdaptiveCard(toCardOf(word))).map(toPlainSpaces);
        const visible = toVisibleText(word);
        // title, state, text, label, value, two cells, two step texts
        assert.ok(texts.filter((text) => text === toPlainSpaces(visible)).length >= 9);
        assert.ok(texts.includes(`✖ ${toPlainSpaces(visible)}`));
      }),
      runs,
    );
  });

  it('gives each input an id of its own and finds its name again', () => {
    const ask = { name: 'reason', label: 'Reason', required: true };
    const actions = ['Approve', 'Deny'].map(
      (label) => ({ id: label, label, style: 'normal', ask }) as const,
    );
    const json = toAdaptiveCard({ ...exampleCards.approval, actions });

    const ids = [...walk(json)].filter((one) => one.type === 'Input.Text').map((one) => one.id);
    assert.deepEqual(ids, ['reason', 'reason#2']);
    assert.deepEqual(readSubmitData({ actionId: 'Deny', 'reason#2': 'no room' }), {
      actionId: 'Deny',
      inputs: { reason: 'no room' },
    });
    assert.equal(readSubmitData({ reason: 'x' }), undefined);
    assert.equal(readSubmitData('x'), undefined);
  });

  it('says what it left out', () => {
    const rows = Array.from({ length: 500 }, (_, at) => [`vm-${at}`, 'x'.repeat(60)]);
    const columns = [{ title: 'Name' }, { title: 'Notes' }];
    const card: Card = { ...exampleCards.table, body: [{ block: 'table', columns, rows }] };

    const texts = listTexts(toAdaptiveCard(card));

    assert.ok(texts.some((text) => /^\d+ of 500 shown$/.test(text)));
  });
});

function toCardOf(word: string): Card {
  return {
    title: word,
    state: word,
    tone: 'neutral',
    summary: word,
    body: [
      { block: 'text', text: word },
      { block: 'fields', fields: [{ label: word, value: word }] },
      { block: 'table', columns: [{ title: word }], rows: [[word]] },
      { block: 'steps', steps: [{ mark: 'done', text: word, right: word }] },
    ],
    inputs: [{ name: 'a', label: 'A', required: true, input: 'text', fault: word }],
    actions: [],
  };
}

describe('in a browser, with mark-down switched on', () => {
  const skip = !isChromiumPresent();

  it('B21 shows nasty names letter by letter, at 320 px', { skip }, async () => {
    const bundle = createRequire(import.meta.url).resolve(
      'adaptivecards/dist/adaptivecards.min.js',
    );
    const words = nastyWords.filter((word) => word !== '');
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 320, height: 800 } });
    await page.setContent('<style>* { overflow-wrap: anywhere }</style><div id="card"></div>');
    await page.addScriptTag({ content: readFileSync(bundle, 'utf8') });

    for (const word of words) {
      const shown = await page.evaluate(drawInPage, toAdaptiveCard(toCardOf(word)) as object);
      const expected = toPlainSpaces(toVisibleText(word));
      const times = toPlainSpaces(shown.text).split(expected).length - 1;
      assert.ok(times >= 9, `${word} stands ${times} times in ${shown.text}`);
      assert.ok(shown.width <= 320, `${word} is ${shown.width} px wide`);
      assert.equal(shown.marked, 0);
    }
  });
});

/** Runs in the page. Whatever the library takes for mark-down comes out as `<mark>`. */
function drawInPage(json: object): { text: string; width: number; marked: number } {
  // biome-ignore lint/suspicious/noExplicitAny: the page's global, not this process's
  const library = (globalThis as any).AdaptiveCards;
  const { document } = globalThis as unknown as { document: PageDocument };
  library.AdaptiveCard.onProcessMarkdown = (text: string, result: Record<string, unknown>) => {
    result.outputHtml = `<mark>${text}</mark>`;
    result.didProcess = true;
  };
  const card = new library.AdaptiveCard();
  card.parse(json);
  const holder = document.getElementById('card');
  holder.replaceChildren(card.render());
  const marked = holder.querySelectorAll('mark').length;
  return { text: holder.textContent, width: document.documentElement.scrollWidth, marked };
}

interface PageDocument {
  readonly documentElement: { readonly scrollWidth: number };
  getElementById(id: string): {
    readonly textContent: string;
    replaceChildren(child: unknown): void;
    querySelectorAll(selector: string): { readonly length: number };
  };
}
