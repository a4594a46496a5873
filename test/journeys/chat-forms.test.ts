/** A form that is filled in wrongly says so where it stands, in each chat, and keeps what was typed; nothing is received. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openCompany } from '#test/helpers/chat-company.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { walkCard } from '#test/helpers/peers/teams.ts';
import type { Json } from '#test/peers/teams/json.ts';
import { toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { clickDirect, linkInSlack, linkInTeams, openBoth, seeDirect, seeInTeams } from './chats.ts';
import { readRequest } from './look.ts';

/** A decimal comma has two readings (H20). */
const FAULTY = '1,5GiB';
const FAULT = /1,5GiB|comma/;

describe('a faulty form', needsPeer('samba'), () => {
  it('in Slack stays open with the fault at its field, and goes on when it is corrected', async () => {
    await using company = await openCompany();
    const { slack, app } = company;
    await linkInSlack(company, 'ann');
    await slack.say('ann', 'vm create');
    const form = await seeDirect(company, 'ann', /vm create/);
    await clickDirect(company, 'ann', form, 'Send…');
    const choice = (value: string) => ({ selected_option: { value } });
    const fill = (memory: string) =>
      slack.submit('ann', {
        name: { value: 'web-07' },
        template: choice('ubuntu-24'),
        network: choice('VLAN-100'),
        folder: choice('/prod/web'),
        memory: { value: memory },
        reason: { value: 'load test' },
      });

    const before = slack.front.calls.filter(({ method }) => method === 'chat.postMessage').length;
    const faulty = await fill(FAULTY);
    const errors = (faulty.answer as Json).errors as Record<string, string>;
    const [[block = '', fault = ''] = [], ...more] = Object.entries(errors);

    assert.equal((faulty.answer as Json).response_action, 'errors');
    assert.deepEqual(more, []);
    assert.match(block, /memory$/);
    assert.match(fault, FAULT);
    const unhandled = await app.drover.house.store.read(({ inbox }) => inbox.listUnhandled(9));
    assert.deepEqual(unhandled, []);
    const after = slack.front.calls.filter(({ method }) => method === 'chat.postMessage').length;
    assert.equal(after, before);

    const good = await fill('8GiB');
    assert.equal((good.answer as Json | undefined)?.response_action, undefined);
    await seeDirect(company, 'ann', /R-1/);
    assert.equal((await readRequest(app, 1)).state, 'open');

    // H34: opened and sent once more, under another id.
    await clickDirect(company, 'ann', form, 'Send…');
    await fill('8GiB');
    await seeDirect(company, 'ann', /R-1 was asked for already/);
    await assert.rejects(readRequest(app, 2), /no R-2/);
  });

  it('in Teams comes back with the fault at its field, and what was typed', async () => {
    await using chats = await openBoth();
    const { teams, app } = chats;
    await linkInTeams(chats, 'ann');
    await teams.say('ann', 'vm create');
    const form = await seeInTeams(chats, 'ann', /vm create/);
    const inputs = {
      ...{ name: 'web-07', template: 'ubuntu-24', network: 'VLAN-100', folder: '/prod/web' },
      ...{ memory: FAULTY, reason: 'load test' },
    };

    const before = teams.read(toPersonalChat('ann')).length;
    const faulty = await teams.click('ann', form, 'Send', { inputs });
    const fields = [...walkCard(faulty.body?.value)].filter(({ type }) =>
      String(type).startsWith('Input.'),
    );

    assert.equal(faulty.body?.type, 'application/vnd.microsoft.card.adaptive');
    assert.match(JSON.stringify(faulty.body?.value), FAULT);
    assert.equal(fields.find(({ id }) => id === 'memory')?.value, FAULTY);
    assert.equal(fields.find(({ id }) => id === 'reason')?.value, 'load test');
    assert.equal(teams.read(toPersonalChat('ann')).length, before);

    await teams.click('ann', form, 'Send', { inputs: { ...inputs, memory: '8GiB' } });
    await seeInTeams(chats, 'ann', /R-1/);
    assert.equal((await readRequest(app, 1)).state, 'open');

    // H34: sent once more, under another id.
    await teams.click('ann', form, 'Send', { inputs: { ...inputs, memory: '8GiB' } });
    await seeInTeams(chats, 'ann', /R-1 was asked for already/);
    await assert.rejects(readRequest(app, 2), /no R-2/);
  });
});
