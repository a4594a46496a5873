import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TeamsEnvelope } from '#bot/teams/envelope.ts';
import { toIncoming } from '#bot/teams/to-incoming.ts';

const head = {
  transport: 'teams',
  ...{ tenant: 't-1', userId: 'u-1', place: '19:ops@thread.v2' },
  ...{ dedupeKey: 'click:1', sentAt: new Date(0), isPrivate: false },
} as const;
const inputs = { name: 'web-07' };

describe('what was received from Teams', () => {
  it('goes on as said by that chat user, a form as its action', () => {
    const toBody = (body: TeamsEnvelope['body']) => toIncoming({ ...head, body }).body;
    const form = { kind: 'form', actionId: 'a-1', inputs } as const;

    assert.deepEqual(toBody({ kind: 'text', text: 'vm list' }), { kind: 'text', text: 'vm list' });
    assert.deepEqual(toBody(form), { kind: 'action', actionId: 'a-1', inputs });
    const { personId, place, dedupeKey } = toIncoming({ ...head, body: form });
    assert.deepEqual(
      [personId, place, dedupeKey],
      ['teams:t-1:u-1', '19:ops@thread.v2', 'click:1'],
    );
  });
});
