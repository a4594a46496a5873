import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Card } from '#bot/cards/card.ts';
import type { SlackHost } from '#bot/slack/host.ts';
import { slackWords } from '#bot/words/en/slack-words.ts';
import { exampleCards } from '#test/bot/renderers/example-cards.ts';
import type { SlackMode } from '#test/helpers/peers/slack.ts';
import { type OpenSlack, openSlack, toOutgoing } from './open-slack.ts';

const { approval, form } = exampleCards;

/** Puts a card into the channel and gives the message as people see it. */
async function show({ slack, workspace }: OpenSlack, card: Card) {
  await slack.sender.deliver(toOutgoing(workspace.channel, card));
  const message = (await workspace.read()).at(-1);
  assert.ok(message);
  return message;
}

for (const mode of ['http', 'socket'] satisfies SlackMode[]) {
  describe(`buttons and forms, by ${mode}`, () => {
    it('takes a click with nothing but the opaque id and who clicked', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox } = open;
      const message = await show(open, approval);

      await workspace.click('bob', message, 'Approve');

      const [envelope] = inbox;
      assert.equal(envelope?.userId, workspace.userId('bob'));
      assert.deepEqual(envelope?.body, { kind: 'action', actionId: 'a-approve', inputs: {} });
      assert.ok((envelope?.dedupeKey.length ?? 101) <= 100);
      assert.ok(Math.abs((envelope?.sentAt.getTime() ?? 0) - Date.now()) < 5_000);
    });

    it('lesson S13: asks for a reason in a form; the form goes through the inbox, once', async () => {
      await using open = await openSlack(mode, { answers: { findCard: async () => approval } });
      const { workspace, inbox } = open;
      const message = await show(open, approval);

      await workspace.click('bob', message, 'Deny…');
      assert.equal(inbox.length, 0);
      const sent = await workspace.submit('bob', { reason: { value: 'no room & <no> time' } });
      await workspace.submit('bob', { reason: { value: 'no room & <no> time' } });

      assert.ok(sent.acked);
      assert.equal(inbox.length, 1);
      assert.deepEqual(inbox[0]?.body, {
        kind: 'form',
        actionId: 'a-deny',
        inputs: { reason: 'no room & <no> time' },
      });
      assert.equal(inbox[0]?.place, workspace.channel);
      const stored = JSON.stringify(inbox);
      const { body } = workspace.front.calls.find(({ method }) => method === 'views.open') ?? {};
      assert.ok(body?.trigger_id && !stored.includes(body.trigger_id), 'a trigger is not stored');
    });

    it('fills in a form with choices and toggles', async () => {
      await using open = await openSlack(mode, { answers: { findCard: async () => form } });
      const { workspace, inbox } = open;
      const message = await show(open, form);

      await workspace.click('ann', message, 'Create…');
      await workspace.submit('ann', {
        name: { value: 'web-08' },
        template: { selected_option: { value: 't-1' } },
        start: { selected_options: [{ value: 'true' }] },
      });

      const inputs = { name: 'web-08', template: 't-1', start: 'true' };
      assert.deepEqual(inbox[0]?.body, { kind: 'form', actionId: 'a-create', inputs });
    });

    it('searches choices for the person who types', async () => {
      const asked: Parameters<SlackHost['choices']>[0][] = [];
      const titles = Array.from({ length: 150 }, (_, at) => `ubuntu-${at} & <co>`);
      const many: Card = {
        ...form,
        inputs: [
          {
            ...{ name: 'template', label: 'Template', required: true, input: 'choice' },
            choices: titles.map((title) => ({ title, value: title })),
          },
        ],
      };
      await using open = await openSlack(mode, {
        answers: {
          findCard: async () => many,
          async choices(query) {
            asked.push(query);
            return titles.filter((one) => one.includes(query.typed)).map(toChoice);
          },
        },
      });
      const { workspace, inbox } = open;
      await workspace.click('ann', await show(open, many), 'Create…');

      const found = await workspace.search('ann', 'template', 'ubuntu-149');
      const [option] = found.answer?.options ?? [];
      await workspace.submit('ann', { template: { selected_option: option } });

      assert.equal(found.answer?.options.length, 1);
      assert.equal(option?.text.text, 'ubuntu-149 &amp; &lt;co&gt;');
      const [query] = asked;
      assert.equal(query?.userId, workspace.userId('ann'));
      assert.deepEqual([query?.actionId, query?.input], ['a-create', 'template']);
      const { body } = inbox[0] ?? {};
      assert.deepEqual(body?.kind === 'form' && body.inputs, { template: 'ubuntu-149 & <co>' });
    });

    it('shows in the open form what is wrong, and takes it when it is right', async () => {
      await using open = await openSlack(mode, {
        answers: {
          findCard: async () => form,
          async checkForm({ inputs }) {
            const faults: Record<string, string> = {};
            if (inputs.name === 'web-07') faults.name = 'A VM called web-07 exists on esx-07.';
            return faults;
          },
        },
      });
      const { workspace, inbox } = open;
      await workspace.click('ann', await show(open, form), 'Create…');

      const wrong = await workspace.submit('ann', { name: { value: 'web-07' } });
      assert.equal(inbox.length, 0);
      const right = await workspace.submit('ann', { name: { value: 'web-08' } });

      assert.equal(wrong.answer?.response_action, 'errors');
      assert.deepEqual(wrong.answer?.errors, {
        'drover.input.0.name': 'A VM called web-07 exists on esx-07.',
      });
      assert.ok(right.acked);
      assert.equal(inbox.length, 1);
    });

    it('says nothing where a list cannot be read, instead of showing an empty one', async () => {
      const many: Card = { ...form, inputs: [toSearched()] };
      await using open = await openSlack(mode, {
        answers: {
          findCard: async () => many,
          choices: () => Promise.reject(new Error('the store is away')),
        },
      });
      await open.workspace.click('ann', await show(open, many), 'Create…');

      const found = await open.workspace.search('ann', 'template', 'u');

      assert.equal(found.acked, false);
      assert.equal(found.answer, undefined);
    });

    it('opens the details for the one who asks', async () => {
      const asked: unknown[] = [];
      await using open = await openSlack(mode, {
        answers: {
          async findCard(query) {
            asked.push(query.what === 'details' && query.ref);
            return approval;
          },
        },
      });
      const { workspace, inbox } = open;

      await workspace.click('bob', await show(open, approval), 'Details');

      assert.deepEqual(asked, ['copy-1']);
      assert.equal(workspace.view('bob').title.text, 'Details');
      assert.match(JSON.stringify(workspace.view('bob').blocks), /reserve place on esx-07/);
      assert.deepEqual(inbox, []);
    });

    it('answers privately when the button is too old, or the form comes too late', async () => {
      let card: Card | undefined;
      await using open = await openSlack(mode, { answers: { findCard: async () => card } });
      const { workspace } = open;
      const message = await show(open, approval);

      await workspace.click('bob', message, 'Deny…');
      card = approval;
      await workspace.click('bob', message, 'Deny…', { trigger_id: '1.2.gone' });

      assert.deepEqual(workspace.privateLines('bob'), [
        slackWords.formIsOld,
        slackWords.formTooLate,
      ]);
    });

    it('lesson S3, S8: opens nothing for a guest and takes no click of one', async () => {
      await using open = await openSlack(mode, { answers: { findCard: async () => approval } });
      const { workspace, inbox } = open;
      const { userFlags } = workspace.front;
      userFlags.set(workspace.userId('gus'), { is_restricted: true });
      const message = await show(open, approval);

      await workspace.click('gus', message, 'Approve');
      await workspace.click('gus', message, 'Deny…');
      await workspace.click('bob', message, 'Approve', {
        user: { id: workspace.userId('bob'), team_id: 'T0OTHER' },
      });

      assert.deepEqual(inbox, []);
      assert.throws(() => workspace.view('gus'), /no form/);
      assert.equal(workspace.privateLines('gus').length, 2);
    });

    it('takes no click on what Drover did not draw', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox } = open;
      const message = await show(open, approval);
      const action = { type: 'button', value: 'a-approve', action_ts: '1712.1' };

      for (const actionId of ['approve', 'drover.do.x', 'drover.run.1', '__proto__.do.1']) {
        const actions = [{ ...action, action_id: actionId }];
        await workspace.click('bob', message, 'Approve', { actions });
      }

      assert.deepEqual(inbox, []);
    });
  });
}

function toChoice(title: string) {
  return { title, value: title };
}

function toSearched() {
  const choices = Array.from({ length: 101 }, (_, at) => toChoice(`t-${at}`));
  const asked = { name: 'template', label: 'Template', required: true };
  return { ...asked, input: 'choice', choices } as const;
}
