import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSlack } from '#bot/slack/slack.ts';
import { slackWords } from '#bot/words/en/slack-words.ts';
import { createNotesInMemory } from '#test/helpers/notes-in-memory.ts';
import { eventually, openTestSlack, type SlackMode } from '#test/helpers/peers/slack.ts';
import { openSlack } from './open-slack.ts';

for (const mode of ['http', 'socket'] satisfies SlackMode[]) {
  describe(`what people say, by ${mode}`, () => {
    it('takes a mention without its mention, and answers under it', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox } = open;

      const delivered = await workspace.mention('ann', 'vm show R&amp;D-01', { ts: '1712.000100' });

      assert.ok(delivered.acked);
      assert.deepEqual(inbox, [
        {
          transport: 'slack',
          tenant: workspace.teamId,
          userId: workspace.userId('ann'),
          place: `${workspace.channel}/1712.000100`,
          isPrivate: false,
          dedupeKey: `message:${workspace.channel}:1712.000100`,
          sentAt: new Date(1_712_000),
          body: { kind: 'text', text: 'vm show R&D-01' },
        },
      ]);
    });

    it('takes a direct message as private', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox } = open;

      await workspace.say('ann', 'vm list');

      const [envelope] = inbox;
      assert.equal(envelope?.place, await workspace.directChannel('ann'));
      assert.equal(envelope?.isPrivate, true);
    });

    it('takes a slash command; one typed between two people is not private', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox } = open;

      const delivered = await workspace.slash('ann', 'vm list');
      await workspace.slash('ann', 'vm list', { channel_id: 'D0TWO' });
      await workspace.slash('ann', 'vm list', { channel_id: await workspace.directChannel('ann') });
      await workspace.slash('ann', 'vm list', { command: '/other' });

      assert.ok(delivered.acked);
      assert.deepEqual(
        inbox.map(({ place, isPrivate }) => [place, isPrivate]),
        [
          [workspace.channel, false],
          ['D0TWO', false],
          [await workspace.directChannel('ann'), true],
        ],
      );
      assert.ok(inbox.every(({ dedupeKey }) => dedupeKey.length <= 100));
    });

    it('lesson S10, S19: takes the same thing once, however often and as whatever it comes', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox, deliveries } = open;
      const text = '<@UDROVER> vm list';
      const said = { user: workspace.userId('ann'), channel: workspace.channel, text };
      const mention = workspace.toEvent({ type: 'app_mention', ...said, ts: '1712.000100' });
      const command = {
        ...{ command: '/drover', text: 'vm list', team_id: workspace.teamId, trigger_id: '1.2.x' },
        ...{ user_id: workspace.userId('ann'), channel_id: workspace.channel },
      };

      await workspace.deliver('event', mention);
      await workspace.deliver('event', mention, { retry: 1 });
      await workspace.deliver('event', { ...mention, event_id: 'Ev0OTHER' }, { retry: 2 });
      await workspace.deliver('command', command);
      const again = await workspace.deliver('command', command);

      assert.ok(again.acked);
      assert.equal(deliveries.length, 5);
      assert.equal(inbox.length, 2);
      assert.ok(!inbox[1]?.dedupeKey.includes('1.2.x'), 'a trigger is not stored');
    });

    it('is not acknowledged before it is stored, and is taken when it comes again', async () => {
      let isBroken = true;
      const taken: string[] = [];
      await using open = await openSlack(mode, {
        answers: {
          async receive({ dedupeKey }) {
            if (isBroken) throw new Error('the disk is full');
            taken.push(dedupeKey);
            return true;
          },
        },
      });
      const { workspace, faults } = open;
      const event = workspace.toEvent({
        ...{ type: 'app_mention', user: workspace.userId('ann') },
        ...{ channel: workspace.channel, text: '<@UDROVER> vm list' },
      });

      const lost = await workspace.deliver('event', event);
      isBroken = false;
      const again = await workspace.deliver('event', event, { retry: 1 });

      assert.equal(lost.acked, false);
      assert.ok(again.acked);
      assert.equal(taken.length, 1);
      assert.equal(faults.length, 1);
    });

    it('is not acknowledged when storing takes longer than Slack waits', async () => {
      await using open = await openSlack(mode, {
        answers: { receive: () => new Promise<boolean>(() => undefined) },
      });

      const delivered = await open.workspace.mention('ann', 'vm list');

      assert.equal(delivered.acked, false);
    });

    it('H32 B10 runs nothing for bots, for Drover’s own words, for edits and for talk in a channel', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox } = open;

      await workspace.mention('ann', 'vm list', { bot_id: 'B1' });
      await workspace.mention('ann', 'vm list', { app_id: 'A2' });
      await workspace.mention('ann', 'vm list', { user: 'UDROVER' });
      await workspace.mention('ann', 'vm list', { edited: { user: 'U1', ts: '1.1' } });
      await workspace.say('ann', 'vm list', { subtype: 'message_changed' });
      await workspace.say('ann', 'vm list', { subtype: 'bot_message' });
      await workspace.mention('ann', 'vm list', { type: 'message', channel_type: 'channel' });
      workspace.front.userFlags.set(workspace.userId('bob'), { is_bot: true });
      const delivered = await workspace.mention('bob', 'vm list');

      assert.ok(delivered.acked);
      assert.deepEqual(inbox, []);
    });

    it('H32 B10 answers an app that looks like a user not once, however often it asks', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox, refusals } = open;
      const { front } = workspace;
      const bob = workspace.userId('bob');
      front.userFlags.set(bob, { ...front.userFlags.get(bob), is_bot: true });

      for (let at = 0; at < 3; at += 1) await workspace.mention('bob', 'vm list');
      await workspace.slash('bob', 'vm list');
      await eventually('the refusals', () => refusals.length === 4);

      assert.deepEqual(inbox, []);
      assert.deepEqual(
        refusals.map(({ code }) => code),
        ['bot', 'bot', 'bot', 'bot'],
      );
      const said = front.calls.filter(({ method }) => method.startsWith('chat.'));
      assert.deepEqual(said, []);
    });

    it('lesson S8: refuses guests, strangers and other workspaces, each with one private answer', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox } = open;
      const { front } = workspace;
      const gus = workspace.userId('gus');
      const noGuest = front.userFlags.get(gus) ?? {};
      const others = [
        { is_restricted: true },
        { is_ultra_restricted: true },
        { is_stranger: true },
        { team_id: 'T0OTHER' },
        { is_restricted: undefined },
      ];
      let elapsed = 0;
      await using fresh = await openSlack(mode, { elapsed: () => elapsed });
      const guests = fresh.workspace;

      for (const flags of others) {
        elapsed += 61_000;
        guests.front.userFlags.set(guests.userId('gus'), { ...noGuest, ...flags });
        await guests.mention('gus', 'vm list');
      }
      await workspace.mention('ann', 'vm list', { user_team: 'T0OTHER' });
      const slash = await guests.slash('gus', 'vm list');

      assert.deepEqual([...inbox, ...fresh.inbox], []);
      const guest = {
        ...{ transport: 'slack', tenant: guests.teamId, userId: guests.userId('gus') },
      };
      assert.deepEqual(
        fresh.refusals.map(({ place: _place, ...refusal }) => refusal),
        ['guest', 'guest', 'external', 'external', 'not_a_member', 'not_a_member'].map((code) => ({
          ...{ ...guest, code },
        })),
      );
      assert.deepEqual(
        open.refusals.map(({ code, tenant }) => [code, tenant]),
        [['external', 'T0OTHER']],
      );
      assert.deepEqual(
        guests.privateLines('gus'),
        others.map(() => slackWords.notAMember),
      );
      assert.deepEqual(workspace.privateLines('ann'), [slackWords.notAMember]);
      assert.equal(slash.answer?.text, slackWords.notAMember);
      assert.equal(slash.answer?.response_type, 'ephemeral');
    });

    it('lesson S6, S8: takes nothing that says it is from another workspace', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox, refusals } = open;
      const event = { type: 'app_mention', user: workspace.userId('ann'), text: 'vm list' };

      await workspace.deliver(
        'event',
        workspace.toEvent({ ...event, channel: workspace.channel }, { team_id: 'T0OTHER' }),
      );
      const slash = await workspace.slash('ann', 'vm list', { team_id: 'T0OTHER' });

      assert.deepEqual(inbox, []);
      assert.equal(slash.answer?.text, slackWords.notAMember);
      assert.deepEqual(
        refusals.map(({ code, tenant }) => [code, tenant]),
        [1, 2].map(() => ['foreign_workspace', 'T0OTHER']),
      );
    });

    it('answers a refusal whether it can be noted or not, and waits for no note', async () => {
      let isBroken = true;
      await using open = await openSlack(mode, {
        answers: {
          noteRefused: () =>
            isBroken ? Promise.reject(new Error('the disk is full')) : new Promise(() => undefined),
        },
      });
      const { workspace, faults } = open;

      for (const broken of [true, false]) {
        isBroken = broken;
        const slash = await workspace.slash('ann', 'vm list', { team_id: 'T0OTHER' });
        assert.equal(slash.answer?.text, slackWords.notAMember);
      }

      assert.deepEqual(faults.map(String), ['Error: the disk is full']);
    });

    it('lesson S11: lets nobody in while it cannot be asked who is a member', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox } = open;
      workspace.front.faults.add({ method: 'users.info', fault: { kind: 'drop_request' } });

      const lost = await workspace.mention('ann', 'vm list', { ts: '1712.000100' });
      const again = await workspace.mention('ann', 'vm list', { ts: '1712.000100' });

      assert.equal(lost.acked, false);
      assert.ok(again.acked);
      assert.equal(inbox.length, 1);
    });

    it('lesson S6, S7: knows people by workspace and id, whatever names and ids the rest says', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox } = open;
      const bob = workspace.userId('bob');

      await workspace.slash('ann', `vm list --as ${bob}`, { user_name: 'bob', user: bob });
      await workspace.mention('ann', 'vm list', { username: 'bob', user_profile: { id: bob } });

      assert.deepEqual(
        inbox.map(({ tenant, userId }) => [tenant, userId]),
        [1, 2].map(() => [workspace.teamId, workspace.userId('ann')]),
      );
    });

    it('drops what it does not know', async () => {
      await using open = await openSlack(mode);
      const { workspace, inbox, faults } = open;

      const unknown = await workspace.deliver('interactive', {
        type: 'shortcut',
        callback_id: 'x',
      });
      const reaction = await workspace.deliver(
        'event',
        workspace.toEvent({ type: 'reaction_added' }),
      );

      assert.ok(unknown.acked && reaction.acked);
      assert.deepEqual([inbox, faults], [[], []]);
    });
  });
}

describe('the connection', () => {
  it('takes a command once that was under way when the connection went', async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const taken = new Set<string>();
    await using open = await openSlack('socket', {
      answers: {
        async receive({ dedupeKey }) {
          const isNew = !taken.has(dedupeKey);
          taken.add(dedupeKey);
          arrived.resolve();
          await release.promise;
          return isNew;
        },
      },
    });
    const { workspace, slack } = open;
    const { sockets } = workspace.front;
    const event = workspace.toEvent({
      ...{ type: 'app_mention', user: workspace.userId('ann') },
      ...{ channel: workspace.channel, text: '<@UDROVER> vm list' },
    });

    const first = workspace.deliver('event', event);
    await arrived.promise;
    sockets.disconnect('cut');
    assert.equal((await first).acked, false);
    await eventually('a new connection', () => sockets.count() === 1 && slack.isOpen());
    release.resolve();
    const again = await workspace.deliver('event', event, { retry: 1 });

    assert.ok(again.acked);
    assert.equal(taken.size, 1);
    assert.equal(sockets.opened(), 2);
  });

  it('stays there while one of two is renewed', async () => {
    await using workspace = await openTestSlack('socket');
    const host = {
      receive: async () => true,
      findCard: async () => undefined,
      noteRefused: async () => undefined,
      choices: async () => [],
    };
    const config = workspace.config({ connections: 2 });
    await using closing = new AsyncDisposableStack();
    const notes = createNotesInMemory();
    const slack = await createSlack({ config, host, notes, onFault: () => undefined });
    closing.defer(() => slack.close());
    assert.equal(workspace.front.sockets.count(), 2);

    workspace.front.sockets.disconnect('one');

    assert.ok(slack.isOpen());
    assert.equal((await workspace.mention('ann', 'vm list')).acked, true);
    await eventually('the second one', () => workspace.front.sockets.count() === 2);
  });

  it('loses nothing and doubles nothing while connections come and go', async () => {
    await using open = await openSlack('socket');
    const { workspace, slack, inbox } = open;
    const { sockets } = workspace.front;
    const until = (key: string) => () => inbox.some(({ dedupeKey }) => dedupeKey.endsWith(key));
    /** As Slack does: again, until it is acknowledged. */
    const sendUntilTaken = async (ts: string) => {
      for (let retry = 0; ; retry += 1) {
        await eventually('a connection', () => slack.isOpen() && sockets.count() > 0);
        const event = { type: 'app_mention', user: workspace.userId('ann'), text: 'vm list', ts };
        const body = workspace.toEvent({ ...event, channel: workspace.channel });
        if ((await workspace.deliver('event', body, { retry })).acked) return;
      }
    };

    for (let at = 1; at <= 24; at += 1) {
      const ts = `1712.${String(at).padStart(6, '0')}`;
      const taken = sendUntilTaken(ts);
      if (at % 6 === 0) sockets.disconnect('cut');
      if (at % 6 === 3) {
        await eventually('its row', until(ts));
        sockets.disconnect('cut');
      }
      await taken;
    }

    assert.equal(inbox.length, 24);
    assert.ok(sockets.opened() > 2);
  });

  it('comes again after Slack renews it, and after Slack’s API was away meanwhile', async () => {
    await using open = await openSlack('socket');
    const { workspace, slack } = open;
    const { sockets, faults } = workspace.front;
    const fault = { kind: 'answer_status', status: 503 } as const;
    faults.add({ method: 'apps.connections.open', fault, times: 2 });

    sockets.disconnect('refresh_requested');
    await eventually('the loss', () => !slack.isOpen());
    await eventually('a new connection', () => slack.isOpen());

    assert.equal((await workspace.mention('ann', 'vm list')).acked, true);
    assert.equal(open.faults.length, 2);
  });
});
