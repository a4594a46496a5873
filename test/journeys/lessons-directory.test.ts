/** Rights out of a real domain are as new as the command that needs them (lesson S14). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeMember, LOGINS, openCompany } from '#test/helpers/chat-company.ts';
import { textOf } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { linkInSlack, seeDirect } from './chats.ts';
import { deedsOf, readRequest } from './look.ts';

const { ann, bob } = LOGINS;
const WISH = 'vm create web-07 --template ubuntu-24 --network VLAN-100 --folder /prod/web';

describe('a group that somebody has left', needsPeer('samba'), () => {
  it('lesson S14: gives nothing at the next command, whatever was read a moment ago', async () => {
    await using company = await openCompany();
    const { app, slack, domain } = company;
    await linkInSlack(company, 'ann');
    assert.match(textOf(await app.say(ann, `${WISH} --plan`)), /web-07/);
    assert.match(textOf(await app.say(ann, 'whoami')), /vm\.create/);

    await changeMember(domain, 'delete', 'ann', 'web-team');

    assert.match(textOf(await app.say(ann, WISH)), /^Not allowed: vm create/);
    await slack.say('ann', WISH);
    await seeDirect(company, 'ann', /Not allowed: vm create/);
    assert.doesNotMatch(textOf(await app.say(ann, 'whoami')), /vm\.create/);
    const requests = await app.drover.house.store.read((reads) =>
      reads.requests.list({ limit: 9 }),
    );
    assert.deepEqual([requests, deedsOf(app)], [[], []]);
  });

  it('lesson S14: gives no vote either, and what was read before an outage gives none', async () => {
    await using company = await openCompany();
    const { app, domain } = company;
    await app.say(ann, WISH);
    assert.match(textOf(await app.say(bob, 'approval show R-1')), /web-07/);
    const voter = await app.drover.conversation.findPerson(bob);
    assert.ok(voter);

    for (const controller of domain.controllers) await controller.stop();
    const unread = await app.drover.house.directory.findAccount(voter.id).catch(String);
    assert.match(String(unread), /directory_not_reachable/);
    for (const controller of domain.controllers) await controller.start();
    await changeMember(domain, 'delete', 'bob', 'ops-leads');

    const answer = await app.say(bob, 'approval approve R-1');

    assert.match(textOf(answer), /You are not among those who are asked for R-1/);
    assert.equal((await readRequest(app, 1)).state, 'open');
    assert.deepEqual(await app.audit('vote_cast'), []);
  });
});
