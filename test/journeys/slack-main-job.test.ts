/** The main job in Slack, by people of a real domain: link, ask in a channel, agree in a direct message. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Company, openCompany } from '#test/helpers/chat-company.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import {
  eventually,
  type PersonName,
  type SeenMessage,
  type SlackMode,
} from '#test/helpers/peers/slack.ts';

const WISH =
  'vm create web-07 --template ubuntu-24 --network VLAN-100 --folder /prod/web --reason "load test"';

for (const mode of ['socket', 'http'] satisfies SlackMode[]) {
  describe(`the main job in Slack by ${mode}`, needsPeer('samba'), () => {
    it('goes from a stranger to a VM, with one card each', async () => {
      await using company = await openCompany({ mode });
      const { slack, app } = company;

      await slack.say('ann', 'vm list');
      const how = await seeDirect(company, 'ann', /does not know yet who you are in Slack/);
      assert.match(JSON.stringify(how.blocks), /Sign in at http:\/\/127\.0\.0\.1:\d+/);
      await company.link('ann');
      await seeDirect(company, 'ann', /You are linked as Ann Meyer/);
      await company.link('bob');
      await seeDirect(company, 'bob', /You are linked as Bob Lang/);

      await slack.mention('ann', WISH);
      const asked = await seeDirect(company, 'bob', /web-07/);
      await clickDirect(company, 'bob', asked, 'Approve');
      assert.equal(await app.jobEnd(1), 'done');

      const { drover } = app;
      await eventually('the copies are up to date', async () => {
        const behind = await drover.house.store.read((reads) => reads.cards.listBehind(100));
        return behind.length === 0;
      });
      const channel = await readChannel(company);
      const cards = channel.filter(({ text }) => text.includes('web-07'));
      assert.equal(
        cards.length,
        2,
        `the request and its job, once each: ${channel.map(({ text }) => text).join(' | ')}`,
      );
      assert.match(cards.map(({ text }) => text).join('\n'), /done|created|is there/i);
      const direct = await slack.read(await slack.directChannel('bob'));
      assert.equal(direct.filter(({ text }) => text.includes('web-07')).length, 1);
      assert.doesNotMatch(JSON.stringify(direct.at(-1)?.blocks), /"Approve"/);
    });
  });
}

/** What was said in the channel is a thread of its own. */
async function readChannel({ slack }: Company): Promise<readonly SeenMessage[]> {
  const threads = slack.front.calls.flatMap(({ method, body }) =>
    method === 'chat.postMessage' && body.channel === slack.channel ? [String(body.thread_ts)] : [],
  );
  const all = new Map<string, SeenMessage>();
  for (const thread of new Set(threads))
    for (const message of await slack.read(slack.channel, thread)) all.set(message.ts, message);
  return [...all.values()];
}

async function seeDirect({ slack }: Company, person: PersonName, what: RegExp) {
  const channel = await slack.directChannel(person);
  let found: SeenMessage | undefined;
  await eventually(`${what} for ${person}`, async () => {
    const messages = await slack.read(channel);
    found = messages.findLast(
      ({ text, blocks }) => what.test(text) || what.test(JSON.stringify(blocks)),
    );
    return found;
  });
  return found as unknown as SeenMessage;
}

async function clickDirect(
  { slack }: Company,
  person: PersonName,
  message: SeenMessage,
  label: string,
) {
  const channel = await slack.directChannel(person);
  await slack.click(person, message, label, {
    container: { type: 'message', channel_id: channel, message_ts: message.ts },
    channel: { id: channel },
  });
}
