import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { searchChoices } from '#bot/conversation/search-choices.ts';
import type { SlackEnvelope } from '#bot/slack/envelope.ts';
import { toIncoming } from '#bot/slack/to-incoming.ts';

const head = {
  transport: 'slack',
  ...{ tenant: 'T0OPS', userId: 'U0ANN', place: 'C0OPS/1.2' },
  ...{ dedupeKey: 'form:V1', sentAt: new Date(0), isPrivate: false },
} as const;
const inputs = { name: 'web-07' };

describe('what was received from Slack', () => {
  it('goes on as said by that chat user, a form as its action', () => {
    const toBody = (body: SlackEnvelope['body']) => toIncoming({ ...head, body }).body;
    const form = { kind: 'form', actionId: 'a-1', inputs } as const;

    assert.deepEqual(toBody({ kind: 'text', text: 'vm list' }), { kind: 'text', text: 'vm list' });
    assert.deepEqual(toBody(form), { kind: 'action', actionId: 'a-1', inputs });
    const { personId, place, dedupeKey } = toIncoming({ ...head, body: form });
    assert.deepEqual([personId, place, dedupeKey], ['slack:T0OPS:U0ANN', 'C0OPS/1.2', 'form:V1']);
  });
});

describe('a search in choices', () => {
  it('finds what holds the letters, what begins with them first', () => {
    const choices = ['x-web', 'Web-2', 'db', 'web-1'].map((title) => ({ title, value: title }));
    const find = (typed: string) => searchChoices(choices, typed).map(({ value }) => value);

    assert.deepEqual(find('web'), ['Web-2', 'web-1', 'x-web']);
    assert.deepEqual(find(''), ['x-web', 'Web-2', 'db', 'web-1']);
    assert.deepEqual(find('.*'), []);
  });
});
