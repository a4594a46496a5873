import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { teamsWords } from '#bot/words/en/teams-words.ts';
import { eventually } from '#test/helpers/peers/teams.ts';
import type { Json } from '#test/peers/teams/json.ts';
import {
  groupChat,
  otherTenantId,
  teamsPeople,
  toPersonalChat,
} from '#test/peers/teams/teams-world.ts';
import { openTeams } from './open-teams.ts';

describe('who is refused', () => {
  it('lesson S8: a guest and somebody of another organization, with one answer each', async () => {
    await using open = await openTeams();
    const { tenant } = open;
    const activity = tenant.toActivity('gus', toPersonalChat('gus'), {
      type: 'message',
      text: 'vm list',
    });

    assert.equal((await tenant.deliver(activity)).status, 200);
    assert.equal((await tenant.deliver(activity)).status, 200);
    await tenant.say('eve', 'vm list');
    await eventually('the answers', () => tenant.read(toPersonalChat('eve')).length === 1);

    assert.deepEqual(open.deliveries, []);
    assert.deepEqual(
      open.refusals.map(({ code, place }) => [code, place]),
      [
        ['guest', toPersonalChat('gus')],
        ['guest', toPersonalChat('gus')],
        ['external', toPersonalChat('eve')],
      ],
    );
    assert.equal(tenant.read(toPersonalChat('gus')).length, 1);
    assert.equal(tenant.read(toPersonalChat('gus'))[0]?.text, teamsWords.notAMember);
    assert.equal(open.references.size, 0);
  });

  it('lesson S7: nobody without an account, whatever their name', async () => {
    await using open = await openTeams();

    await open.tenant.say('nia', 'vm list', { from: { id: '29:nia', name: 'Ann Berg' } });
    await open.tenant.say('ann', 'vm list', {
      from: { id: '29:ann', aadObjectId: 'ann@ops.example' },
    });

    assert.deepEqual(open.deliveries, []);
    assert.deepEqual(
      open.refusals.map(({ code, userId }) => [code, userId]),
      [1, 2].map(() => ['nobody', undefined]),
    );
  });

  it('lesson S6: an account that Teams does not know by that id', async () => {
    await using open = await openTeams();

    await open.tenant.say('ann', 'vm list', {
      from: { id: teamsPeople.ann.id, aadObjectId: teamsPeople.bob.aadObjectId },
    });
    await open.tenant.say('ann', 'vm list', {
      from: { id: '29:stranger', aadObjectId: teamsPeople.bob.aadObjectId },
    });

    assert.deepEqual(open.deliveries, []);
    assert.deepEqual(
      open.refusals.map(({ code }) => code),
      ['not_a_member', 'not_a_member'],
    );
  });

  it('is not decided while Teams cannot be asked: the message comes again', async () => {
    await using open = await openTeams();
    open.tenant.connector.faults.add({
      call: 'member',
      fault: { kind: 'answer_status', status: 500 },
    });
    const activity = open.tenant.toActivity('ann', toPersonalChat('ann'), {
      type: 'message',
      text: 'vm list',
    });

    assert.equal((await open.tenant.deliver(activity)).status, 503);
    assert.equal((await open.tenant.deliver(activity)).status, 200);

    assert.equal(open.inbox.length, 1);
  });

  it('lesson S8: another tenant, wherever the activity names it', async () => {
    await using open = await openTeams();
    const { tenant } = open;
    const place = toPersonalChat('ann');
    const conversation = { id: place, conversationType: 'personal', tenantId: otherTenantId };
    const foreign: readonly Json[] = [
      { conversation },
      { channelData: { tenant: { id: otherTenantId } } },
      { conversation: { ...conversation, tenantId: undefined }, channelData: {} },
    ];

    for (const more of foreign) {
      assert.equal((await tenant.say('ann', 'vm list', more)).status, 403);
    }
    assert.deepEqual(
      open.refusals.map(({ code }) => code),
      foreign.map(() => 'wrong_tenant'),
    );

    assert.deepEqual(open.deliveries, []);
    assert.equal(open.references.size, 0);
  });

  it('lesson S3: a click of theirs, as their words', async () => {
    await using open = await openTeams();
    const value = {
      action: { type: 'Action.Execute', verb: 'drover.act', data: { actionId: 'a-1' } },
    };
    const clicked = (person: 'gus' | 'eve' | 'nia') =>
      open.tenant.deliver(
        open.tenant.toActivity(person, groupChat, {
          type: 'invoke',
          name: 'adaptiveCard/action',
          value,
        }),
      );

    for (const person of ['gus', 'eve', 'nia'] as const) {
      const { status, body } = await clicked(person);
      assert.equal(status, 200);
      assert.equal(body?.value, teamsWords.notAMember);
    }

    assert.deepEqual(open.deliveries, []);
  });
});
