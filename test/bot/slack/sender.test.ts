import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { PostNotes } from '#bot/delivery/post-notes.ts';
import { examineSlack } from '#bot/slack/examine-slack.ts';
import { createSlack } from '#bot/slack/slack.ts';
import type { OperationError } from '#core/errors.ts';
import { exampleCards } from '#test/bot/renderers/example-cards.ts';
import { createNotesInMemory } from '#test/helpers/notes-in-memory.ts';
import { eventually } from '#test/helpers/peers/slack.ts';
import { openSlack, toOutgoing } from './open-slack.ts';

const { approval, job, refused, table } = exampleCards;

function isFault(code: string, end: string, words?: string) {
  return (error: OperationError) => {
    assert.deepEqual([error.code, error.end], [code, end]);
    if (words !== undefined) assert.equal(error.facts.words, words);
    assert.ok(error.cause instanceof Error);
    return true;
  };
}

describe('a card on its way to Slack', () => {
  it('is posted, and edited in place', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const place = workspace.channel;

    const messageRef = await slack.sender.deliver(toOutgoing(place, job));
    await slack.sender.deliver(toOutgoing(place, approval, { version: 2, messageRef }));

    const messages = await workspace.read();
    assert.equal(messages.length, 1);
    assert.match(messages[0]?.text ?? '', /^Approve "create web-07"/);
    assert.equal(messages[0]?.metadata?.event_payload.version, 2);
  });

  it('goes into a thread, and to a person', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const root = await workspace.api('chat.postMessage', { channel: workspace.channel, text: 'x' });

    await slack.sender.deliver(toOutgoing(`${workspace.channel}/${root.ts}`, job));
    await slack.sender.deliver(toOutgoing(workspace.userId('bob'), job, { copyId: 'copy-2' }));

    assert.equal((await workspace.read(workspace.channel, root.ts)).length, 2);
    assert.equal((await workspace.read(await workspace.directChannel('bob'))).length, 1);
  });

  for (const [name, fault] of [
    ['answer was lost', { kind: 'drop_answer' }],
    ['order was lost', { kind: 'drop_request' }],
    ['fate is unknown (503)', { kind: 'answer_status', status: 503 }],
  ] as const) {
    it(`is one message although its ${name}`, async () => {
      await using open = await openSlack('http');
      const { workspace, slack } = open;
      const message = toOutgoing(workspace.channel, approval);
      workspace.front.faults.add({ method: 'chat.postMessage', fault });

      await assert.rejects(slack.sender.deliver(message), isFault('no_answer', 'unknown'));
      const ref = await slack.sender.deliver({ ...message, version: 2 });

      const messages = await workspace.read();
      assert.equal(messages.length, 1);
      assert.equal(ref, `${workspace.channel}:${messages[0]?.ts}`);
      assert.equal(messages[0]?.metadata?.event_payload.version, 2);
    });
  }

  it('is found in a thread too, behind other messages', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const channel = workspace.channel;
    const root = await workspace.api('chat.postMessage', { channel, text: 'x' });
    const message = toOutgoing(`${channel}/${root.ts}`, approval);
    workspace.front.faults.add({ method: 'chat.postMessage', fault: { kind: 'drop_answer' } });

    await assert.rejects(slack.sender.deliver(message));
    for (let at = 0; at < 5; at += 1) {
      await workspace.api(
        'chat.postMessage',
        { channel, text: `${at}`, thread_ts: root.ts },
        'ann',
      );
    }
    await slack.sender.deliver(message);

    assert.equal((await workspace.read(channel, root.ts)).length, 7);
  });

  it('is not looked for when nobody sent it before, or when it is known where it stands', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const message = toOutgoing(workspace.channel, approval);
    const countLooks = () =>
      workspace.front.calls.filter(({ method }) => method === 'conversations.history').length;

    await slack.sender.deliver(message);
    await slack.sender.deliver({ ...message, version: 2 });

    assert.equal(countLooks(), 0);
    assert.equal((await workspace.read()).length, 1);
  });

  it('is found by the process that comes after one that was killed', async () => {
    const notes = createNotesInMemory();
    await using open = await openSlack('http', { notes });
    const { workspace, slack } = open;
    const message = toOutgoing(workspace.channel, approval);
    await slack.sender.deliver(message);
    const host = {
      receive: async () => true,
      findCard: async () => undefined,
      noteRefused: async () => undefined,
      choices: async () => [],
    };
    const config = workspace.config();
    const onFault = () => undefined;
    const next = await createSlack({ config, host, notes, onFault, settleMs: 20 });

    const ref = await next.sender.deliver(message);
    await next.close();

    const messages = await workspace.read();
    assert.deepEqual(
      [ref],
      messages.map(({ ts }) => `${workspace.channel}:${ts}`),
    );
  });

  it('is noted before it is posted, and not looked for when Slack surely did not take it', async () => {
    const told: string[] = [];
    const inner = createNotesInMemory();
    const notes: PostNotes = {
      ...inner,
      async begin(post) {
        const earlier = await inner.begin(post);
        told.push(`begin ${earlier}, ${countPosts()} posted`);
        return earlier;
      },
      async undo(copyId) {
        told.push('undo');
        await inner.undo(copyId);
      },
    };
    await using open = await openSlack('http', { notes });
    const { workspace, slack } = open;
    const count = (wanted: string) =>
      workspace.front.calls.filter(({ method }) => method === wanted).length;
    const countPosts = () => count('chat.postMessage');
    const fault = { kind: 'answer_error', error: 'restricted_action' } as const;
    workspace.front.faults.add({ method: 'chat.postMessage', fault });
    const message = toOutgoing(workspace.channel, approval);

    await assert.rejects(slack.sender.deliver(message), isFault('not_found', 'refused'));
    await slack.sender.deliver(message);

    assert.deepEqual(told, ['begin 0, 0 posted', 'undo', 'begin 0, 0 posted']);
    assert.deepEqual([count('chat.postMessage'), count('conversations.history')], [1, 0]);
  });

  it('is not sent blindly when it cannot be looked for', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const lost = { kind: 'drop_request' } as const;
    workspace.front.faults.add({ method: 'chat.postMessage', fault: lost });
    const fault = { kind: 'answer_error', error: 'missing_scope' } as const;
    workspace.front.faults.add({ method: 'conversations.history', fault });
    const message = toOutgoing(workspace.channel, approval);
    await assert.rejects(slack.sender.deliver(message), isFault('no_answer', 'unknown'));

    await assert.rejects(
      slack.sender.deliver(message),
      isFault('not_permitted_on_platform', 'refused', 'missing_scope'),
    );

    assert.equal((await workspace.read()).length, 0);
  });

  it('goes out after Slack asked for patience, and waits as long as Slack said', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const fault = { kind: 'rate_limit', retryAfterSeconds: 1 } as const;
    workspace.front.faults.add({ method: 'chat.postMessage', fault });
    const started = performance.now();

    await slack.sender.deliver(toOutgoing(workspace.channel, approval));

    assert.ok(performance.now() - started >= 1_000);
    assert.equal((await workspace.read()).length, 1);
  });

  it('is refused with Slack’s word where the place is gone', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const message = toOutgoing(workspace.channel, approval);
    const ref = await slack.sender.deliver(message);

    for (const error of ['channel_not_found', 'not_in_channel', 'user_not_found']) {
      const fault = { kind: 'answer_error', error } as const;
      workspace.front.faults.add({ method: 'chat.update', fault });
      const again = { ...message, messageRef: ref, version: 2 };
      await assert.rejects(slack.sender.deliver(again), isFault('not_found', 'refused', error));
    }
    assert.equal(
      (await workspace.api('conversations.archive', { channel: workspace.channel })).ok,
      true,
    );

    await assert.rejects(
      slack.sender.deliver(toOutgoing(workspace.channel, approval, { copyId: 'copy-2' })),
      isFault('not_found', 'refused', 'is_archived'),
    );
  });

  it('says nothing was sent where Slack cannot be reached', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    await workspace.front.close();

    await assert.rejects(
      slack.sender.deliver(toOutgoing(workspace.channel, approval)),
      isFault('not_reachable', 'not_started'),
    );
  });

  it('H34 is one message, without a look, although newer versions were read before its post was recorded', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const toVersion = (version: number) => toOutgoing(workspace.channel, job, { version });

    const first = slack.sender.deliver(toVersion(1));
    const countOf = (wanted: string) =>
      workspace.front.calls.filter(({ method }) => method === wanted).length;
    await eventually('the post', () => countOf('chat.postMessage') === 1);
    await Promise.all([first, ...[2, 3].map((at) => slack.sender.deliver(toVersion(at)))]);

    const messages = await workspace.read();
    assert.deepEqual(
      messages.map(({ metadata }) => metadata?.event_payload.version),
      [3],
    );
    assert.equal(countOf('conversations.history'), 0);
  });

  it('H34 sends of many versions the newest, and never an older one after it', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const messageRef = await slack.sender.deliver(toOutgoing(workspace.channel, job));
    const toVersion = (version: number) =>
      toOutgoing(workspace.channel, table, { version, messageRef });

    await Promise.all([2, 3, 9, 4, 5].map((version) => slack.sender.deliver(toVersion(version))));
    await slack.sender.deliver(toVersion(7));

    const edits = workspace.front.calls.filter(({ method }) => method === 'chat.update');
    const versions = edits.map(({ body }) => body.metadata.event_payload.version);
    assert.deepEqual(versions, [9]);
  });
});

describe('a card for one person alone', () => {
  it('is seen by that person, in the thread, and by nobody else', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const place = `${workspace.channel}/1712.000100`;

    await slack.whisper({ userId: workspace.userId('bob'), place }, refused);

    assert.deepEqual(workspace.privateLines('bob'), ['Not allowed: vm delete db-01']);
    assert.deepEqual(workspace.privateLines('ann'), []);
    assert.equal((await workspace.read()).length, 0);
  });

  it('is refused with Slack’s word where that person does not read', async () => {
    await using open = await openSlack('http');
    const { workspace, slack } = open;
    const fault = { kind: 'answer_error', error: 'user_not_in_channel' } as const;
    workspace.front.faults.add({ method: 'chat.postEphemeral', fault });
    const to = { userId: workspace.userId('bob'), place: workspace.channel };

    await assert.rejects(
      slack.whisper(to, refused),
      isFault('not_found', 'refused', 'user_not_in_channel'),
    );
  });
});

describe('the way to Slack', () => {
  it('is refused with a token of another workspace, and with a wrong one', async () => {
    await using open = await openSlack('http');
    const { workspace } = open;
    const host = {
      receive: async () => true,
      findCard: async () => undefined,
      noteRefused: async () => undefined,
      choices: async () => [],
    };
    const start = (config: object) =>
      createSlack({
        config: workspace.config(config),
        host,
        notes: createNotesInMemory(),
        onFault: () => undefined,
      });

    await assert.rejects(start({ teamId: 'T0OTHER' }), { code: 'login_refused', end: 'refused' });
    workspace.front.faults.add({
      method: 'auth.test',
      fault: { kind: 'answer_error', error: 'invalid_auth' },
    });
    await assert.rejects(start({}), { code: 'login_refused', end: 'refused' });
  });

  it('asks again who it is when Slack did not answer, and says in the end that it is not reachable', async () => {
    await using open = await openSlack('http');
    const { workspace } = open;
    const lose = (times: number) =>
      workspace.front.faults.add({ method: 'auth.test', fault: { kind: 'drop_answer' }, times });

    lose(2);
    assert.equal('fault' in (await examineSlack(workspace.config())).bot, false);
    lose(3);
    const { bot } = await examineSlack(workspace.config());

    assert.ok('fault' in bot);
    assert.equal(bot.fault.code, 'not_reachable');
    assert.equal(bot.fault.end, 'not_started');
    assert.deepEqual(workspace.front.faults.findUnused(), []);
  });

  it('H12 B16 says which rights the app was not given', async () => {
    await using open = await openSlack('http');
    const { workspace } = open;
    assert.deepEqual(open.slack.missingScopes, []);

    for (const scope of ['chat:write', 'users:read']) workspace.front.scopes.delete(scope);
    const { bot } = await examineSlack(workspace.config());

    assert.ok('missingScopes' in bot);
    assert.deepEqual([...bot.missingScopes].toSorted(), ['chat:write', 'users:read']);
  });

  it('lesson S13: shows its secrets in no fault', async () => {
    await using open = await openSlack('socket');
    const { workspace, slack, faults } = open;
    workspace.front.faults.add({ method: '*', fault: { kind: 'drop_request' }, times: 3 });
    workspace.front.sockets.disconnect('cut');
    const errors: unknown[] = [];
    for (let at = 0; at < 2; at += 1) {
      await slack.sender
        .deliver(toOutgoing(workspace.channel, job, { copyId: `c-${at}` }))
        .catch((error) => errors.push(error));
    }
    const text = inspect([errors, faults], { depth: 12, showHidden: true });

    assert.ok(errors.length > 0);
    assert.doesNotMatch(text, /xoxb-drover|xapp-drover/);
  });
});
