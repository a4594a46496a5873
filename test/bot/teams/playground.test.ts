import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { teamsWords } from '#bot/words/en/teams-words.ts';
import { exampleCards } from '#test/bot/renderers/example-cards.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { eventually } from '#test/helpers/peers/teams.ts';
import { isPlaygroundPresent } from '#test/peers/teams/playground.ts';
import { teamsPeople } from '#test/peers/teams/teams-world.ts';
import { openPlayground } from './open-playground.ts';
import { toOutgoing } from './open-teams.ts';

const { approval, refused } = exampleCards;

describe('Microsoft’s own client', () => {
  const options = isPlaygroundPresent() ? needsPeer('chromium') : { skip: 'no Agents Playground' };

  it('asks, reads, clicks and sees the card end in place', options, async () => {
    await using open = await openPlayground(['bob']);
    const { playgrounds, teams, inbox } = open;
    const place = 'dm-bob';

    await playgrounds.say('bob', 'approval list');
    await eventually('the line', () => inbox.length === 1);
    assert.deepEqual(inbox[0]?.body, { kind: 'text', text: 'approval list' });
    assert.equal(inbox[0]?.userId, teamsPeople.bob.aadObjectId);

    const messageRef = await teams.sender.deliver(toOutgoing(place, approval));
    const page = playgrounds.page('bob');
    await page.getByRole('button', { name: 'Approve' }).last().click();
    await eventually('the click', () => inbox.length === 2);
    assert.deepEqual(inbox[1]?.body, { kind: 'action', actionId: 'a-approve', inputs: {} });
    await page.getByText(teamsWords.taken).first().waitFor();

    await teams.sender.deliver(toOutgoing(place, refused, { version: 2, messageRef }));
    await page.getByText('Not allowed: vm delete db-01').last().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0);
    assert.deepEqual(open.faults, []);
  });

  it('shows one card in a channel, where one person asks and another agrees', options, async () => {
    await using open = await openPlayground(['ann']);
    const { playgrounds, teams, inbox } = open;

    await playgrounds.post('ann', 'vm create web-07');
    await eventually('the line', () => inbox.length === 1);
    const [asked] = inbox;
    assert.deepEqual(asked?.body, { kind: 'text', text: 'vm create web-07' });
    assert.match(asked?.place ?? '', /^19:approvals-ann@thread\.tacv2;messageid=/);
    await teams.sender.deliver(toOutgoing(asked?.place ?? '', approval));
    const approve = playgrounds.page('ann').getByRole('button', { name: 'Approve' }).last();
    await approve.waitFor();
    playgrounds.actAs('ann', 'bob');
    await approve.click();
    await eventually('the click', () => inbox.length === 2);

    assert.equal(asked?.userId, teamsPeople.ann.aadObjectId);
    assert.equal(inbox[1]?.userId, teamsPeople.bob.aadObjectId);
    assert.deepEqual(inbox[1]?.body, { kind: 'action', actionId: 'a-approve', inputs: {} });
    assert.deepEqual(open.faults, []);
  });
});
