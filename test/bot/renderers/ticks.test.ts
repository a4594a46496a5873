/** Some of several are chosen before an action is sent: drawn and read back by each transport. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Action, type Card, splitValues, toAskInput } from '#bot/cards/card.ts';
import { startDialog } from '#bot/cli/chat-dialog.ts';
import { readSubmitData, toConsoleCard } from '#bot/renderers/adaptive-card.ts';
import { readFormState } from '#bot/renderers/block-kit-inputs.ts';
import { toSlackModal } from '#bot/renderers/block-kit-modal.ts';
import { toTeamsCard } from '#bot/renderers/teams-card.ts';

const toChoices = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ title: `web-${at}: a → b`, value: `id-${at}` }));
const toAction = (count: number): Action => ({
  ...{ id: 'a-1', label: 'Choose moves…', style: 'normal' },
  ask: { name: 'moves', label: 'Which?', required: true, choices: toChoices(count) },
});
const toCard = (count: number): Card => ({
  ...{ title: 'T', tone: 'neutral', summary: 'S', body: [], actions: [toAction(count)] },
});
const allOf = (count: number) => toChoices(count).map(({ value }) => value);

interface Element {
  readonly type?: string;
  readonly [key: string]: unknown;
}

/** Everything in it that has a type. */
function listElements(value: unknown): Element[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value ? [value as Element] : [];
  return [...own, ...Object.values(value).flatMap(listElements)];
}

describe('choosing some of several', () => {
  it('starts with all of them ticked', () => {
    assert.deepEqual(splitValues(toAskInput(toAction(3).ask as never).value), allOf(3));
  });

  for (const [name, draw] of [
    ['Teams', toTeamsCard],
    ['the console', toConsoleCard],
  ] as const)
    it(`is a box each behind the button, in ${name}, and is read back by id`, () => {
      const boxes = listElements(draw(toCard(12))).filter(({ type }) => type === 'Input.Toggle');
      const filled = boxes.map(({ id, value }, at) => [id, at % 5 === 0 ? value : ''] as const);
      const none = boxes.map(({ id }) => [id, ''] as const);
      const read = (values: typeof filled) =>
        readSubmitData({ actionId: 'a-1', ...Object.fromEntries(values) })?.inputs;

      assert.deepEqual(
        boxes.map(({ valueOn }) => valueOn),
        allOf(12),
      );
      assert.match(String(boxes[1]?.label), /^web-1: a → b$/);
      assert.deepEqual(read(filled), { moves: 'id-0,id-5,id-10' });
      assert.deepEqual(read(none), { moves: '' });
    });

  for (const [count, type] of [
    [10, 'checkboxes'],
    [11, 'multi_static_select'],
  ] as const)
    it(`is ${type} for ${count} in a form of Slack, which takes ten boxes`, () => {
      const modal = toSlackModal(toCard(count), toAction(count), '');
      const [field] = listElements(modal).filter((one) => one.type === type);

      assert.ok(field);
      assert.equal((field.options as unknown[]).length, count);
      assert.equal((field.initial_options as unknown[]).length, count);
    });

  it('is read back by id from a form of Slack, also when nothing is ticked', () => {
    const read = (type: string, values: readonly string[]) => {
      const modal = toSlackModal(toCard(3), toAction(3), '');
      const block = modal.blocks.find(({ block_id }) => block_id !== undefined);
      assert.ok(block);
      const { action_id } = block.element as { action_id: string };
      const selected_options = values.map((value) => ({ value }));
      return readFormState({
        [String(block?.block_id)]: { [action_id]: { type, selected_options } },
      });
    };

    assert.deepEqual(read('checkboxes', ['id-0', 'id-2']), { moves: 'id-0,id-2' });
    assert.deepEqual(read('multi_static_select', ['id-1']), { moves: 'id-1' });
    assert.deepEqual(read('checkboxes', []), { moves: '' });
  });

  it('is asked for by numbers in a terminal, and an empty line takes all', () => {
    const answer = (typed: string) => {
      const asked = startDialog(toCard(3), toAction(3));
      assert.ok(asked.kind === 'ask');
      return { asked: asked.dialog, outcome: asked.dialog.answer(typed) };
    };

    const { asked } = answer('1');
    const wrong = answer('1 9').outcome;

    assert.deepEqual(asked.lines, [
      'Which?:',
      '  1 web-0: a → b',
      '  2 web-1: a → b',
      '  3 web-2: a → b',
    ]);
    assert.match(asked.prompt, /Numbers.*\[all\]/);
    assert.deepEqual(answer('3, 1').outcome, { kind: 'send', inputs: { moves: 'id-0,id-2' } });
    assert.deepEqual(answer('').outcome, { kind: 'send', inputs: { moves: 'id-0,id-1,id-2' } });
    assert.match(
      wrong.kind === 'ask' ? wrong.dialog.lines.join() : '',
      /“9” is none of the choices/,
    );
    assert.equal(answer('.').outcome.kind, 'given_up');
  });
});
