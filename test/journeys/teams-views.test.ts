/** One card in a group chat of Teams, and what each of its readers sees: who may vote has the buttons, who may not has none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labConfig } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { eventually, listButtons, type PostedMessage } from '#test/helpers/peers/teams.ts';
import { groupChat, teamsPeople } from '#test/peers/teams/teams-world.ts';
import { type Chats, linkInTeams, openBoth } from './chats.ts';
import { listFacts } from './look.ts';

const toWish = (name: string) =>
  `vm create ${name} --template ubuntu-24 --network VLAN-100 --folder /prod/web --reason "load test"`;
const { bob } = teamsPeople;

async function openLinked() {
  // In the domain of these tests `operators` holds everybody of web-team.
  const config = labConfig((text) => text.replace('from: operators', 'from: ops-leads'));
  const chats = await openBoth({ config });
  await linkInTeams(chats, 'ann');
  await linkInTeams(chats, 'bob');
  return chats;
}

/** Ann asks in the group chat; the card that comes there. */
async function askInGroup({ teams }: Chats, name: string): Promise<PostedMessage> {
  await teams.mention('ann', toWish(name));
  const find = () =>
    teams
      .read(groupChat)
      .findLast(({ card }) => JSON.stringify(card ?? {}).includes(`create ${name}`));
  await eventually(`the card of ${name}`, find, 20_000);
  return find() as PostedMessage;
}

function moveBob({ teams }: Chats, how: 'membersAdded' | 'membersRemoved') {
  const { id, aadObjectId } = bob;
  const moved = { type: 'conversationUpdate', [how]: [{ id, aadObjectId }] };
  return teams.deliver(teams.toActivity('ann', groupChat, moved));
}

describe('a request’s card in a group chat of Teams', needsPeer('samba'), () => {
  it('has buttons for who may vote alone, and their click counts', async () => {
    await using chats = await openLinked();
    const { teams, app } = chats;
    await teams.mention('bob', 'help');

    const message = await askInGroup(chats, 'web-07');
    const seenByAnn = await teams.refresh('ann', message);
    const seenByBob = await teams.refresh('bob', message);

    assert.deepEqual(message.card?.refresh.userIds, [bob.id]);
    const noVote = (labels: readonly string[]) =>
      labels.filter((label) => /^(?:Approve|Deny)/.test(label));
    assert.deepEqual(noVote(listButtons(message.card)), []);
    assert.equal(seenByAnn.body?.type, 'application/vnd.microsoft.card.adaptive');
    assert.deepEqual(noVote(listButtons(seenByAnn.body?.value)), []);
    assert.deepEqual(noVote(listButtons(seenByBob.body?.value)).slice(0, 2), ['Approve', 'Deny…']);

    // Ann sends what stands behind Bob's button.
    await teams.view('bob', message);
    const approve = JSON.stringify(seenByBob.body?.value).match(/"data":(\{[^}]*\})/)?.[1] ?? '{}';
    await teams.deliver(
      teams.toActivity('ann', groupChat, {
        ...{ type: 'invoke', name: 'adaptiveCard/action', replyToId: message.id },
        value: {
          action: { type: 'Action.Execute', verb: 'drover.act', data: JSON.parse(approve) },
        },
      }),
    );
    await eventually('the refusal', async () => (await app.audit('action_refused')).length > 0);
    assert.deepEqual(await listFacts(app, 'vote_cast'), []);

    await teams.click('bob', message, 'Approve');
    assert.equal(await app.jobEnd(1), 'done');
  });

  it('asks those who came, and no more those who left', async () => {
    await using chats = await openLinked();
    await moveBob(chats, 'membersAdded');
    const first = await askInGroup(chats, 'web-07');
    await moveBob(chats, 'membersRemoved');
    const second = await askInGroup(chats, 'web-08');

    assert.deepEqual(first.card?.refresh.userIds, [bob.id]);
    assert.equal(second.card?.refresh.userIds, undefined);
  });

  it('is no view of an answer that was given to one person', async () => {
    await using chats = await openLinked();
    const { teams } = chats;
    await teams.mention('ann', 'vm list');
    const find = () => teams.read(groupChat).at(-1);
    await eventually('the answer', find, 20_000);

    const seenByBob = await teams.refresh('bob', find() as PostedMessage);

    assert.equal(seenByBob.body?.type, 'application/vnd.microsoft.error');
  });
});
