/** Somebody marries, moves and gets another login while a job of theirs waits: one person throughout (B24, D02). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modify } from '#test/adapters/active-directory/domain-changes.ts';
import { DNS, LOGINS, openCompany } from '#test/helpers/chat-company.ts';
import { textOf } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { organizationalUnits } from '#test/peers/samba/domain.ts';
import { toDn } from '#test/peers/samba/ldif.ts';
import { holdStarts } from './alterations.ts';
import { linkInSlack, seeDirect } from './chats.ts';
import { cardOf, findVm, readRequest } from './look.ts';

const WISH = 'vm create web-07 --template ubuntu-24 --network VLAN-100 --folder /prod/web';
const NEW_LOGIN = 'ann.bride@corp.example.test';

describe('somebody who married', needsPeer('samba'), () => {
  it('H28 B24 D02 is the same: link, job, VM and quota stay; the new name is shown, the audit keeps the old', async () => {
    const held = holdStarts();
    await using company = await openCompany({ alter: held.alter });
    const { app, slack, domain } = company;
    await linkInSlack(company, 'ann');
    const before = await app.drover.house.directory.findByLogin(LOGINS.ann);
    await slack.say('ann', WISH);
    await seeDirect(company, 'ann', /R-1 · 0 of 1 agreed/);
    await app.say(LOGINS.bob, 'approval approve R-1');

    await modify(domain, DNS.ann, 'replace', {
      ...{ sAMAccountName: ['ann.bride'], userPrincipalName: [NEW_LOGIN] },
      displayName: ['Ann Bride'],
    });
    const moved = toDn('Ann Bride', organizationalUnits.bulk);
    await domain.change((client) => client.modifyDN(DNS.ann, moved));
    held.release();

    assert.equal(await app.jobEnd(1), 'done');
    assert.equal((await readRequest(app, 1)).requesterId, before?.id);
    await slack.say('ann', 'whoami');
    await seeDirect(company, 'ann', /Ann Bride/);
    assert.match(textOf(await app.say(NEW_LOGIN, 'vm show web-07')), /Ann Bride/);
    assert.equal(findVm(app, 'web-07').ownerId, before?.id);
    const next = await app.say(NEW_LOGIN, `${WISH.replace('web-07', 'web-08')} --plan`);
    assert.match(textOf(next), /you: 1 → 2 of 10 VMs/);
    assert.equal(await app.drover.conversation.findPerson(LOGINS.ann), undefined);
    assert.match(await cardOf(app, LOGINS.bob, 'R-1'), /Ann Meyer wants to create web-07/);
    const [linked] = await app.audit('account_linked');
    assert.equal(linked?.personId, before?.id);
    const links = await app.drover.house.store.read((reads) => reads.links.list());
    assert.equal(links.length, 1);
  });
});
