import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Card } from '#bot/cards/card.ts';
import { scriptCards } from '#bot/cards/script-card.ts';
import { toAdaptiveCard } from '#bot/renderers/adaptive-card.ts';
import { toSlackMessage } from '#bot/renderers/block-kit-message.ts';
import { toPlainText } from '#bot/renderers/plain-text.ts';
import type { Plan } from '#core/plan/plan.ts';

const plan = {
  ...{ operation: 'vm.delete', targets: [{ id: '1', kind: 'vm', name: 'db-01' }] },
  bounds: { exact: {} },
} as unknown as Plan;
const lines = Array.from(
  { length: 400 },
  (_, at) => `  line${at} = "<&>\\${'x'.repeat(90 + (at % 90))}"`,
);
const scripts = [{ host: 'hv-1', text: `${lines.join('\n')}\n`, leftOut: ['SetUpImage'] }];
const toCard = (draft: object): Card => ({ ...draft, actions: [] }) as unknown as Card;

describe('the card of a script', () => {
  it('is one message where one takes it all, with its words before the text and in it', () => {
    const cards = scriptCards(plan, scripts, { inMessages: false });

    assert.equal(cards.length, 1);
    const text = toPlainText(toCard(cards[0]), { width: 80, colour: false, showDetails: true });
    assert.match(text, /^Script: delete db-01/);
    assert.match(text, /# Run it on hv-1/);
    assert.match(text, /# Left out, since it may hold secrets: SetUpImage\./);
    for (const line of lines) assert.ok(text.includes(line), line);
  });

  it('is as many messages as a chat needs, none of them cut in Slack or Teams', () => {
    const cards = scriptCards(plan, scripts, { inMessages: true });

    assert.ok(cards.length > 3);
    assert.equal(cards[1]?.title, `Script: delete db-01 (2 of ${cards.length})`);
    const slack = cards.map((draft) => JSON.stringify(toSlackMessage(toCard(draft)).blocks));
    const teams = cards.map((draft) => JSON.stringify(toAdaptiveCard(toCard(draft))));
    for (const drawn of [slack, teams]) {
      assert.ok(!drawn.some((one) => /not shown|lines shown/i.test(one)));
      const all = drawn.join('\n').replaceAll('\u00a0', ' ');
      for (const at of lines.keys()) assert.match(all, new RegExp(`line${at} = `));
    }
    const codes = cards.flatMap(({ body }) =>
      body.flatMap((block) => (block.block === 'code' ? [block.text] : [])),
    );
    assert.ok(codes.join('\n').endsWith(lines.join('\n')));
  });
});
