import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exampleCards } from '#test/bot/renderers/example-cards.ts';
import { eventually } from '#test/helpers/peers/teams.ts';
import { channel, groupChat, teamsPeople, toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { isFault, type OpenTeams, openWithReferences, toOutgoing } from './open-teams.ts';

const { approval, job, refused, table } = exampleCards;

const countOf = ({ tenant }: OpenTeams, kind: string) =>
  tenant.connector.calls.filter((call) => call.kind === kind).length;

describe('a card on its way to Teams', () => {
  it('is posted, and edited in place', async () => {
    await using open = await openWithReferences();
    const { tenant, teams } = open;

    const messageRef = await teams.sender.deliver(toOutgoing(groupChat, job));
    await teams.sender.deliver(toOutgoing(groupChat, approval, { version: 2, messageRef }));

    const messages = tenant.read(groupChat);
    assert.deepEqual([messages.length, messages[0]?.id], [1, messageRef]);
    assert.match(messages[0]?.summary ?? '', /^Approve "create web-07"/);
    assert.match(JSON.stringify(messages[0]?.card), /Ann Berg wants to create web-07/);
  });

  it('goes into a thread, and to a person by their account', async () => {
    await using open = await openWithReferences();
    const { tenant, teams } = open;
    const thread = `${channel};messageid=1800000000001`;

    await teams.sender.deliver(toOutgoing(thread, job));
    await teams.sender.deliver(toOutgoing(teamsPeople.bob.aadObjectId, job, { copyId: 'copy-2' }));

    assert.deepEqual(
      tenant.read(thread).map(({ place }) => place),
      [thread],
    );
    assert.equal(tenant.read(toPersonalChat('bob')).length, 1);
    assert.equal(tenant.read(toPersonalChat('ann')).length, 0);
  });

  it('goes to nobody whose private chat is not known, and nowhere else instead', async () => {
    await using open = await openWithReferences();
    open.references.delete(toPersonalChat('bob'));

    await assert.rejects(
      open.teams.sender.deliver(toOutgoing(teamsPeople.bob.aadObjectId, approval)),
      isFault('not_found', 'refused', { gone: 'place' }),
    );

    assert.equal(countOf(open, 'post'), 0);
  });

  it('lesson S6: goes to no service that is not Teams, whatever the reference says', async () => {
    await using open = await openWithReferences();
    const known = open.references.get(groupChat);
    if (known) open.references.set(groupChat, { ...known, serviceUrl: 'http://127.0.0.1:9/' });

    await assert.rejects(
      open.teams.sender.deliver(toOutgoing(groupChat, approval)),
      isFault('not_permitted_on_platform', 'refused'),
    );

    assert.equal(countOf(open, 'login'), 0);
  });

  it('goes out after Teams asked for patience, and waits as long as Teams said', async () => {
    await using open = await openWithReferences();
    const { tenant, teams } = open;
    const fault = { kind: 'answer_status', status: 429, retryAfterSeconds: 3 } as const;
    tenant.connector.faults.add({ call: 'post', fault });
    const started = performance.now();

    const slow = teams.sender.deliver(toOutgoing(groupChat, approval));
    // Else the other one would meet it.
    await eventually('the word of Teams', () => tenant.connector.faults.findUnused().length === 0);
    await teams.sender.deliver(toOutgoing(toPersonalChat('ann'), approval, { copyId: 'copy-2' }));
    assert.equal(tenant.read(groupChat).length, 0, 'other conversations do not wait');
    await slow;

    assert.ok(performance.now() - started >= 3_000);
    assert.equal(tenant.read(groupChat).length, 1);
  });

  it('B19 is refused with Teams’ word where Drover was taken out', async () => {
    await using open = await openWithReferences();
    const { tenant, teams } = open;
    const messageRef = await teams.sender.deliver(toOutgoing(groupChat, approval));
    const conversation = tenant.connector.conversations.get(groupChat);
    if (conversation) conversation.hasBot = false;
    const word = { words: 'BotNotInConversationRoster', gone: 'place' };

    await assert.rejects(
      teams.sender.deliver(toOutgoing(groupChat, approval, { version: 2, messageRef })),
      isFault('not_found', 'refused', word),
    );
    await assert.rejects(
      teams.sender.deliver(toOutgoing(groupChat, approval, { copyId: 'copy-2' })),
      isFault('not_found', 'refused', word),
    );
    tenant.connector.faults.add({
      call: 'post',
      fault: { kind: 'answer_status', status: 403, code: 'MessageWritesBlocked' },
    });
    await assert.rejects(
      teams.sender.deliver(toOutgoing(toPersonalChat('ann'), approval, { copyId: 'copy-3' })),
      isFault('not_found', 'refused', { words: 'MessageWritesBlocked', gone: 'place' }),
    );

    assert.equal(countOf(open, 'edit'), 1, 'T08: no further edit is tried');
  });

  for (const [name, code, status] of [
    ['T06: 403 Unknown', 'ServiceError', 403],
    ['T07: 404', 'ActivityNotFoundInConversation', 404],
  ] as const) {
    it(`B19 is posted anew when a person deleted it (${name}), and once only`, async () => {
      await using open = await openWithReferences();
      const { tenant, teams } = open;
      const messageRef = await teams.sender.deliver(toOutgoing(groupChat, job));
      const gone = { kind: 'answer_status', status, code } as const;
      tenant.connector.faults.add({ call: 'edit', fault: gone, times: 2 });

      const anew = await teams.sender.deliver(
        toOutgoing(groupChat, job, { version: 2, messageRef }),
      );
      await assert.rejects(
        teams.sender.deliver(toOutgoing(groupChat, job, { version: 3, messageRef: anew })),
        isFault('not_found', 'refused', { gone: 'message' }),
      );

      assert.notEqual(anew, messageRef);
      assert.equal(countOf(open, 'post'), 2);
    });
  }

  it('says nothing was sent where Teams cannot be reached', async () => {
    await using open = await openWithReferences();
    await open.tenant.connector.close();

    await assert.rejects(
      open.teams.sender.deliver(toOutgoing(groupChat, approval)),
      isFault('not_reachable', 'not_started'),
    );
  });

  it('follows no other address with its token', async () => {
    await using open = await openWithReferences();
    const { tenant, teams } = open;
    const to = `${tenant.connector.url}/v3/conversations/${groupChat}/activities`;
    tenant.connector.faults.add({ call: 'post', fault: { kind: 'redirect', to } });

    await assert.rejects(teams.sender.deliver(toOutgoing(groupChat, approval)));

    assert.equal(tenant.read(groupChat).length, 0);
  });

  it('H34 is one message although newer versions were read before its post was recorded', async () => {
    await using open = await openWithReferences();
    const { tenant, teams } = open;
    const toVersion = (version: number) =>
      toOutgoing(groupChat, version === 3 ? refused : job, { version });

    const first = teams.sender.deliver(toVersion(1));
    await eventually('the post', () => tenant.read(groupChat).length === 1);
    const refs = await Promise.all([
      first,
      ...[2, 3].map((at) => teams.sender.deliver(toVersion(at))),
    ]);

    const messages = tenant.read(groupChat);
    assert.deepEqual(
      messages.map(({ id, summary }) => [id, summary]),
      [[refs[0], refused.summary]],
    );
    assert.equal(new Set(refs).size, 1);
  });

  it('H34 sends of many versions the newest, and never an older one after it', async () => {
    await using open = await openWithReferences();
    const { tenant, teams } = open;
    const messageRef = await teams.sender.deliver(toOutgoing(groupChat, job));
    const toVersion = (version: number) =>
      toOutgoing(groupChat, version === 9 ? refused : table, { version, messageRef });

    await Promise.all([2, 3, 9, 4, 5].map((version) => teams.sender.deliver(toVersion(version))));
    await teams.sender.deliver(toVersion(7));

    assert.equal(countOf(open, 'edit'), 1);
    assert.equal(tenant.read(groupChat)[0]?.summary, refused.summary);
  });
});
