import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { TeamsEnvelope } from '#bot/teams/envelope.ts';
import { teamsWords } from '#bot/words/en/teams-words.ts';
import { botId, eventually } from '#test/helpers/peers/teams.ts';
import type { Json } from '#test/peers/teams/json.ts';
import {
  channel,
  groupChat,
  teamId,
  teamsPeople,
  tenantId,
  toPersonalChat,
} from '#test/peers/teams/teams-world.ts';
import { openTeams } from './open-teams.ts';

const ann = teamsPeople.ann.aadObjectId;
const textOf = (envelope: TeamsEnvelope | undefined) =>
  envelope?.body.kind === 'text' ? envelope.body.text : undefined;

describe('what is said to Drover in Teams', () => {
  it('is stored before Teams hears that it arrived, from a private chat', async () => {
    let release = () => {};
    const committed = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isAnswered = false;
    await using open = await openTeams({
      answers: {
        async receive() {
          await committed;
          return true;
        },
      },
    });

    const said = open.tenant.say('ann', 'vm list').then((delivered) => {
      isAnswered = true;
      return delivered;
    });
    await eventually('the reference', () => open.references.size === 1);
    assert.equal(isAnswered, false);
    release();

    assert.equal((await said).status, 200);
  });

  it('comes from the person and tenant of the verified activity alone', async () => {
    await using open = await openTeams();

    await open.tenant.say('ann', 'vm list', {
      value: null,
      channelData: { tenant: { id: tenantId } },
    });

    const [envelope] = open.inbox;
    assert.deepEqual(
      { ...envelope, sentAt: undefined, dedupeKey: undefined },
      {
        ...{ transport: 'teams', tenant: tenantId, userId: ann, place: toPersonalChat('ann') },
        ...{ isPrivate: true, sentAt: undefined, dedupeKey: undefined },
        body: { kind: 'text', text: 'vm list' },
      },
    );
    assert.ok((envelope?.dedupeKey.length ?? 101) <= 100);
  });

  it('is read in a group chat and in a thread of a channel, where Drover is named', async () => {
    await using open = await openTeams();
    const thread = `${channel};messageid=1800000000001`;

    await open.tenant.mention('ann', 'vm list', groupChat);
    await open.tenant.mention('bob', 'whoami', thread);
    await open.tenant.deliver(
      open.tenant.toActivity('bob', groupChat, { type: 'message', text: 'what a day' }),
    );

    assert.deepEqual(open.inbox.map(textOf), ['vm list', 'whoami']);
    assert.deepEqual(
      open.inbox.map(({ place, isPrivate }) => [place, isPrivate]),
      [
        [groupChat, false],
        [thread, false],
      ],
    );
    assert.deepEqual(
      [...open.references.keys()],
      [groupChat, channel],
      'a thread is its conversation',
    );
  });

  it('lesson S19: counts once however often it is delivered', async () => {
    await using open = await openTeams();
    const activity = open.tenant.toActivity('ann', toPersonalChat('ann'), {
      type: 'message',
      text: 'vm list',
    });

    const answers = [];
    for (let at = 0; at < 3; at += 1) answers.push(await open.tenant.deliver(activity));

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.equal(open.deliveries.length, 3);
    assert.equal(open.inbox.length, 1);
  });

  it('is not said to have arrived when it was not stored, and is taken at the next delivery', async () => {
    let isBroken = true;
    const taken: TeamsEnvelope[] = [];
    await using open = await openTeams({
      answers: {
        async receive(envelope) {
          if (isBroken) throw new Error('the database is full');
          taken.push(envelope);
          return true;
        },
      },
    });
    const activity = open.tenant.toActivity('ann', toPersonalChat('ann'), {
      type: 'message',
      text: 'vm list',
    });

    assert.equal((await open.tenant.deliver(activity)).status, 503);
    isBroken = false;
    assert.equal((await open.tenant.deliver(activity)).status, 200);

    assert.equal(taken.length, 1);
    assert.equal(open.faults.length, 1);
  });

  it('H32 B10 runs nothing of edits, deletions, reactions, bots and Drover’s own words', async () => {
    await using open = await openTeams();
    const { tenant } = open;
    const said = (more: Json) =>
      tenant.toActivity('ann', toPersonalChat('ann'), { text: 'vm list', ...more });

    for (const type of ['messageUpdate', 'messageDelete', 'messageReaction', 'typing', 'event']) {
      assert.equal((await tenant.deliver(said({ type }))).status, 200);
    }
    const from = { id: '28:other-bot', name: 'Workflows', aadObjectId: ann };
    await tenant.deliver(said({ type: 'message', from }));
    await tenant.deliver(said({ type: 'message', from: { ...from, id: '29:x', role: 'bot' } }));

    assert.deepEqual(open.deliveries, []);
    assert.deepEqual(tenant.read(toPersonalChat('ann')), []);
  });

  it('H32 runs nothing that quotes, forwards or strikes out, and says so once', async () => {
    await using open = await openTeams();
    const { tenant } = open;
    const place = toPersonalChat('ann');
    const html = '<p>vm delete <s>web-01</s> web-02</p>';
    const attachments = [{ contentType: 'text/html', content: html }];
    const struck = tenant.toActivity('ann', place, {
      type: 'message',
      text: 'vm delete web-01 web-02',
      attachments,
    });

    await tenant.deliver(struck);
    await tenant.deliver(struck);
    await tenant.say('ann', 'yes', { attachments: [{ contentType: 'messageReference' }] });
    await eventually('both answers', () => tenant.read(place).length === 2);

    assert.deepEqual(open.inbox, []);
    assert.deepEqual(
      tenant.read(place).map(({ text }) => text),
      [teamsWords.unclear, teamsWords.unclear],
    );
  });

  it('H31 keeps when it was said, and takes no time of the future', async () => {
    await using open = await openTeams();
    const before = new Date(Date.now() - 600_000).toISOString();
    const future = new Date(Date.now() + 600_000).toISOString();

    await open.tenant.say('ann', 'vm list', { timestamp: before });
    await open.tenant.say('ann', 'vm list', { timestamp: future });

    const [late, early] = open.inbox;
    assert.equal(late?.sentAt.toISOString(), before);
    assert.ok((early?.sentAt.getTime() ?? Number.POSITIVE_INFINITY) <= Date.now());
  });
});

describe('a person who is mentioned', () => {
  const { id, aadObjectId } = teamsPeople.bob;
  const mention = (open: Awaited<ReturnType<typeof openTeams>>, line: string) => {
    const bot = { id: botId, name: 'Drover' };
    return open.tenant.mention('ann', line, groupChat, {
      text: `<at>Drover</at> ${line}`,
      entities: [
        { type: 'mention', mentioned: bot, text: '<at>Drover</at>' },
        { type: 'mention', mentioned: { id, name: 'Ann Berg' }, text: '<at>Ann Berg</at>' },
      ],
    });
  };

  it('T02 is named by the login of the account behind the id, whatever name is shown', async () => {
    const asked: unknown[] = [];
    await using open = await openTeams({
      answers: {
        async findLogin(user) {
          asked.push(user);
          return 'bob.lang@corp.example';
        },
      },
    });

    await mention(open, 'link revoke <at>Ann Berg</at> --reason "left"');

    assert.deepEqual(open.inbox.map(textOf), ['link revoke bob.lang@corp.example --reason "left"']);
    assert.deepEqual(asked, [{ tenant: tenantId, userId: aadObjectId }]);
  });

  it('T02 is one word of the line, also where a login looks like an option or like several words', async () => {
    for (const [login, word] of [
      ['--force', '"--force"'],
      ['svc backup', '"svc backup"'],
    ] as const) {
      await using open = await openTeams({ answers: { findLogin: async () => login } });

      await mention(open, 'link revoke <at>Ann Berg</at>');

      assert.deepEqual(open.inbox.map(textOf), [`link revoke ${word}`]);
    }
  });

  it('T02 of whom no account is linked, is asked for by login, and nothing runs', async () => {
    await using open = await openTeams({ answers: { findLogin: async () => undefined } });

    await mention(open, 'link revoke <at>Ann Berg</at>');

    const lines = () => open.tenant.read(groupChat);
    await eventually('who is meant', () => lines().length > 0);
    assert.match(
      lines()[0]?.text ?? '',
      /no account of Ann Berg, whom you mention\. Write their login/,
    );
    assert.deepEqual(open.inbox, []);
  });
});

describe('where Drover is', () => {
  it('is kept from an installation and from messages, a private chat as its person’s', async () => {
    await using open = await openTeams();

    await open.tenant.install('ann', channel);
    await open.tenant.say('ann', 'help');
    await open.tenant.say('ann', 'help');

    const reference = open.references.get(toPersonalChat('ann'));
    assert.equal(reference?.userId, ann);
    assert.equal(reference?.kind, 'personal');
    assert.equal(open.references.get(channel)?.userId, null);
  });

  it('B17 is not kept as somebody’s where nobody is named', async () => {
    await using open = await openTeams();

    await open.tenant.install('nia', toPersonalChat('nia'));

    assert.equal(open.references.size, 0);
  });

  it('is forgotten when it is taken out, not when it is renewed', async () => {
    await using open = await openTeams();
    const { tenant } = open;
    await tenant.install('ann', channel);
    await tenant.mention('ann', 'help', groupChat);

    await tenant.install('ann', groupChat, 'remove-upgrade');
    assert.equal(open.references.size, 2);
    await tenant.uninstall('ann', groupChat);
    const gone = {
      type: 'conversationUpdate',
      channelData: { tenant: { id: tenantId }, team: { id: teamId }, eventType: 'teamDeleted' },
    };
    await tenant.deliver(tenant.toActivity('ann', channel, gone));

    assert.deepEqual([...open.references.keys()], []);
    assert.deepEqual(
      open.gone.map(({ cause }) => cause),
      ['uninstalled', 'teamDeleted', 'teamDeleted'],
    );
  });
});

interface Case {
  readonly id: string;
  readonly sends?: Json | readonly Json[];
  readonly expect: string;
}

const fixture = new URL('fixtures/teams-activities.json', import.meta.url);
const cases: readonly Case[] = JSON.parse(readFileSync(fixture, 'utf8')).activities;

describe('the activities collected in teams-activities.json', () => {
  const people: Readonly<Record<string, string>> = { 'Ann Ops': teamsPeople.ann.aadObjectId };
  const expected: Readonly<Record<string, readonly string[]>> = {
    T01: ['vm list'],
    // Teams knows nobody of that id there, so nobody is meant: a line asks for the login, and nothing runs.
    T02: [],
    T03: ['vm list'],
    T04: ['help'],
    T05: ['whoami'],
  };

  for (const { id, sends, expect } of cases.filter(({ sends: some }) => some)) {
    it(`${Number(id.slice(1)) < 4 ? 'B06' : 'B17'} ${id}: ${expect.slice(0, 80)}`, async () => {
      await using open = await openTeams();
      const { connector } = open.tenant;
      connector.conversations.set('a:ann-dm', {
        id: 'a:ann-dm',
        kind: 'personal',
        messages: [],
        hasBot: true,
      });
      const meeting = '19:meeting_TWFkZVVw@thread.v2';
      connector.conversations.set(meeting, {
        id: meeting,
        kind: 'groupChat',
        messages: [],
        hasBot: true,
      });
      connector.conversations.set('19:ops@thread.tacv2', {
        id: '19:ops@thread.tacv2',
        kind: 'channel',
        messages: [],
        hasBot: true,
      });

      for (const sent of [sends].flat()) {
        const from = { ...sent?.from, aadObjectId: people[sent?.from.name] };
        const { status } = await open.tenant.deliver({ ...sent, from, serviceUrl: connector.url });
        assert.equal(status, 200);
      }

      assert.deepEqual(open.inbox.map(textOf), expected[id]);
      const personal = [...open.references.values()].filter(({ userId }) => userId !== null);
      assert.deepEqual(
        personal.map(({ place }) => place),
        id === 'T04' ? ['a:ann-dm'] : [],
      );
      if (id === 'T02') {
        const lines = () => connector.conversations.get('19:ops@thread.tacv2')?.messages ?? [];
        await eventually('who is meant', () => lines().length > 0);
        assert.match(lines()[0]?.text, /no account of Quinn \(R&D\) \$1, whom you mention/);
      } else assert.equal(open.inbox[0]?.isPrivate, id === 'T04');
    });
  }
});
