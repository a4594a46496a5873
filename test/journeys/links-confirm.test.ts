/** `links.confirmEveryDays`: a link that nobody confirmed for so long is nobody's, until its person signs in again. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { getCode, LOGINS } from '#test/helpers/chat-company.ts';
import { eventually, labConfig } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import {
  type Chats,
  clickDirect,
  findButton,
  linkInSlack,
  linkInTeams,
  openBoth,
  seeDirect,
  seeInTeams,
} from './chats.ts';
import { deedsOf, listFacts, readRequest } from './look.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WISH =
  'vm create web-07 --template ubuntu-24 --network VLAN-100 --folder /prod/web --reason "load test"';

function open(confirmEveryDays: number) {
  const links = `links: { confirmEveryDays: ${confirmEveryDays} }\n`;
  return openBoth({ config: `${labConfig()}\n${links}` });
}

/** As if all that is linked had been confirmed so much earlier: no clock can be set on without making messages late. */
async function age({ app }: Chats, milliseconds: number): Promise<void> {
  // Nobody waits for a lock here: whoever has it lives in this very process.
  using database = new DatabaseSync(join(app.dataFolder, 'drover.db'), { timeout: 0 });
  const earlier = database.prepare('update account_link set confirmed_at = confirmed_at - ?');
  await eventually(() => {
    try {
      return earlier.run(milliseconds).changes > 0;
    } catch (error) {
      if (/locked|busy/.test(String(error))) return false;
      throw error;
    }
  });
}

describe('a link that is to be confirmed', needsPeer('samba'), () => {
  it('counts until its last day, in both chats, and then nothing is done in its person’s name', async () => {
    await using chats = await open(30);
    const { app, slack, teams } = chats;
    await linkInSlack(chats, 'ann', 'bob');
    await linkInTeams(chats, 'bob');
    await age(chats, 30 * DAY_MS - 10 * MINUTE_MS);
    await slack.say('ann', WISH);
    const asked = await seeDirect(chats, 'bob', /web-07/);
    await seeInTeams(chats, 'bob', /web-07/);

    await age(chats, 20 * MINUTE_MS);
    await clickDirect(chats, 'bob', asked, 'Approve');
    await teams.say('bob', 'approval approve R-1');

    const told = await seeDirect(chats, 'bob', /Your link has to be confirmed again/);
    assert.match(JSON.stringify(told.blocks), /Sign in at http:/);
    const inTeams = await seeInTeams(chats, 'bob', /Your link has to be confirmed again/);
    assert.match(JSON.stringify(inTeams.card), /Sign in at http:/);
    const refused = await listFacts(app, 'refused');
    assert.deepEqual(
      refused.map(({ code }) => code),
      ['not_linked', 'not_linked'],
    );
    assert.deepEqual([await app.audit('vote_cast'), deedsOf(app)], [[], []]);
    assert.equal((await readRequest(app, 1)).state, 'open');
  });

  it('counts again from the moment of a new code, and only in the chat that it was written in', async () => {
    await using chats = await open(30);
    const { app, slack, teams } = chats;
    await linkInSlack(chats, 'bob');
    await linkInTeams(chats, 'bob');
    await age(chats, 31 * DAY_MS);

    await slack.say('bob', 'link AAAAA-AAAA2');
    await seeDirect(chats, 'bob', /That code is not valid/);
    await slack.say('bob', `link ${await getCode(app.drover.url, LOGINS.bob)}`);
    await seeDirect(chats, 'bob', /You are linked as Bob Lang/);
    await slack.say('bob', 'whoami');
    await seeDirect(chats, 'bob', /ops-leads/);
    await teams.say('bob', 'whoami');
    await seeInTeams(chats, 'bob', /Your link has to be confirmed again/);
    await age(chats, 29 * DAY_MS);
    await app.say(LOGINS.ann, WISH);
    await slack.say('bob', 'approval approve R-1');

    assert.equal(await app.jobEnd(1), 'done');
    const links = await app.drover.house.store.read((reads) => reads.links.list());
    assert.equal(links.length, 2, 'confirmed, and not linked a second time');
  });

  it('asks for nothing where it is not set, and the console for nothing ever', async () => {
    await using chats = await open(0);
    const { app, slack } = chats;
    await linkInSlack(chats, 'ann');
    await age(chats, 4000 * DAY_MS);

    await slack.say('ann', 'whoami');
    await seeDirect(chats, 'ann', /web-team/);
    await app.say(LOGINS.ann, WISH);
    await app.clickId(LOGINS.bob, findButton(await app.messages(LOGINS.bob), 'Approve'));

    assert.equal(await app.jobEnd(1), 'done');
  });
});
