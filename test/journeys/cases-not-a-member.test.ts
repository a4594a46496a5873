/** A command from where Drover may not speak: a private channel without it, and a conversation of two others. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openCompany } from '#test/helpers/chat-company.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { linkInSlack, seeDirect } from './chats.ts';

describe('a slash command where the bot is no member', needsPeer('samba'), () => {
  for (const { where, channel, error } of [
    { where: 'a private channel', channel: 'C0SECRET', error: 'channel_not_found' },
    { where: 'a conversation of two others', channel: 'D0THEIRS', error: 'not_in_channel' },
  ] as const) {
    it(`B11 from ${where} is answered to the asker alone, and told from request to end`, async () => {
      await using company = await openCompany();
      const { slack, app } = company;
      await linkInSlack(company, 'ann', 'bob');
      const fault = { kind: 'answer_error', error } as const;
      const times = Number.POSITIVE_INFINITY;
      slack.front.faults.add({ method: 'chat.postMessage', channel, fault, times });
      const here = { channel_id: channel };

      await slack.slash('ann', 'vm list', here);
      await seeDirect(company, 'ann', /VMs/);
      const line = 'vm create web-07 --template ubuntu-24 --network VLAN-100 --folder /prod/web';
      await slack.slash('ann', `${line} --reason "load test"`, here);
      await seeDirect(company, 'ann', /R-1/);
      await seeDirect(company, 'bob', /web-07/);
      await app.say('bob.lang@corp.example.test', 'approval approve R-1');

      assert.equal(await app.jobEnd(1), 'done');
      await seeDirect(company, 'ann', /J-1 · done|web-07.*(created|done)/i);
      const posts = slack.front.calls.filter(
        ({ method, body }) => method === 'chat.postMessage' && body.channel === channel,
      );
      assert.ok(posts.length <= 3, `${posts.length} posts where nobody takes them`);
    });
  }
});
