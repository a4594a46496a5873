/** What Slack makes of typed words reaches no value, card or audit; and each message gets one answer, refused ones too. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Company, openCompany } from '#test/helpers/chat-company.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { eventually } from '#test/helpers/peers/slack.ts';
import { countAnswers, linkInSlack, seeDirect } from './chats.ts';
import { byOthers, deedsOf, listFacts, untilKnown } from './look.ts';

const CREATE = 'vm create web-07 --template ubuntu-24 --network VLAN-100 --folder /prod/web';

/** Slack's mark-up of a link, a mention or a call to all. */
const markUp = /<(?:https?:|mailto:|[@#!])/;

async function readBlocks({ slack }: Company, person: 'ann' | 'bob'): Promise<string> {
  const messages = await slack.read(await slack.directChannel(person));
  return JSON.stringify(messages.map(({ text, blocks }) => [text, blocks]));
}

describe('words that Slack dressed up', needsPeer('samba'), () => {
  it('B02 are the name that was typed where it became a link, and nobody’s where it may be two', async () => {
    await using company = await openCompany();
    const { app, slack } = company;
    byOthers(app, (console) => console.renameVm('web-01', 'web-01.corp.example'));
    await untilKnown(app, (index) => index.byName('vm', 'web-01.corp.example').length === 1);
    await linkInSlack(company, 'ann');

    await slack.say('ann', 'vm show <http://web-01.corp.example|web-01.corp.example>');
    await seeDirect(company, 'ann', /VM web-01\.corp\.example/);
    await slack.say('ann', 'vm stop <http://db-01.corp.example|web-01.corp.example>');
    await seeDirect(company, 'ann', /Not understood|There is no/);

    const requests = await app.drover.house.store.read((reads) =>
      reads.requests.list({ limit: 9 }),
    );
    assert.deepEqual([requests, deedsOf(app)], [[], []]);
  });

  it('B02 B04 call nobody and link nowhere: not in the reason, on a card, or in the audit', async () => {
    await using company = await openCompany();
    const { app, slack } = company;
    await linkInSlack(company, 'ann', 'bob');
    const typed = `<!channel> <@${slack.userId('bob')}|bob> <#C0OPS|vm-ops> <https://wiki.example/x>`;
    const meant = `@channel ${slack.userId('bob')} C0OPS https://wiki.example/x`;

    await slack.say('ann', `${CREATE} --reason "${typed}"`);
    await seeDirect(company, 'bob', /web-07/);

    const [opened] = await listFacts(app, 'request_opened');
    assert.equal(opened?.reason, meant);
    for (const person of ['ann', 'bob'] as const) {
      const blocks = await readBlocks(company, person);
      assert.ok(blocks.includes(JSON.stringify(meant).slice(1, -1)), person);
      assert.doesNotMatch(blocks, markUp);
    }
  });
});

describe('a message to Drover', needsPeer('samba'), () => {
  it('H32 B08 gets one answer, and every refused one too', async () => {
    await using company = await openCompany();
    const { slack, app } = company;
    await linkInSlack(company, 'bob');
    const before = (await countAnswers(company)).length;
    const lines = [
      ...['foo', 'vm', 'vm liste', 'vm show nosuch', 'vm list --match', 'vm list --colour red'],
      ...['vm create x --template', 'vm show “half', 'vm show web-01 web-02', 'vm create –x y'],
      ...['approval approve R-99', 'approval approve', 'job cancel J-99', 'job show x', 'link'],
      ...['help nosuch', 'explain', 'connection accept lab-vc', 'vm delete nosuch', '?'],
    ];

    for (const line of lines) await slack.say('bob', line);
    await eventually(
      `${lines.length} answers`,
      async () => (await countAnswers(company)).length - before >= lines.length,
      30_000,
      50,
    );

    const answered = await countAnswers(company);
    assert.equal(answered.length - before, lines.length);
    assert.equal(new Set(answered).size, answered.length);
    const unhandled = await app.drover.house.store.read((reads) => reads.inbox.listUnhandled(9));
    assert.deepEqual([unhandled, deedsOf(app)], [[], []]);
  });
});
