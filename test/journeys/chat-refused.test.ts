/**
 * What the chats refuse, from the wire to the audit: one answer where one is due, one event each, and nothing done.
 *
 * Guessed codes are in links.test.ts; each door's own cases in test/bot/slack and test/bot/teams.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { slackWords } from '#bot/words/en/slack-words.ts';
import { teamsWords } from '#bot/words/en/teams-words.ts';
import {
  type Company,
  changeMember,
  getCode,
  LOGINS,
  openCompany,
} from '#test/helpers/chat-company.ts';
import { labConfig, openTestApp } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { eventually } from '#test/helpers/peers/slack.ts';
import { openTestTeams } from '#test/helpers/peers/teams.ts';
import { createShiftedClock } from '#test/helpers/shift-clock.ts';
import { otherTenantId, teamsPeople, toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { holdStarts } from './alterations.ts';
import {
  clickDirect,
  clickInConsole,
  clickInTeamsUntilTaken,
  clickUntilTaken,
  countAnswers,
  linkInSlack,
  linkInTeams,
  openBoth,
  repeat,
  seeDirect,
  seeInTeams,
  untilRefused,
} from './chats.ts';
import { deedsOf, listFacts, readRequest } from './look.ts';

const WISH =
  'vm create web-07 --template ubuntu-24 --network VLAN-100 --folder /prod/web --reason "load test"';
const MINUTE_MS = 60_000;

/** Nothing that was said came in, and nothing was asked or done. */
async function assertNothingRan({ app }: Company) {
  const { requests, unhandled } = await app.drover.house.store.read(async (reads) => ({
    requests: await reads.requests.list({ limit: 9 }),
    unhandled: await reads.inbox.listUnhandled(9),
  }));
  assert.deepEqual([requests, unhandled, deedsOf(app)], [[], [], []]);
}

describe('a request to Slack’s door', needsPeer('samba'), () => {
  it('unsigned, sent again late, or Slack’s probe: one event each, and no more is believed of it', async () => {
    await using company = await openCompany({ mode: 'http' });
    const { slack, app } = company;
    const said = slack.toEvent({
      ...{ type: 'app_mention', user: slack.userId('ann'), channel: slack.channel },
      text: `<@UDROVER> ${WISH}`,
    });

    const unsigned = await slack.deliver('event', said, { secret: 'x'.repeat(32) });
    await untilRefused(company, 1);
    const replayed = await slack.deliver('event', said, { signedAt: Date.now() - 6 * MINUTE_MS });
    await untilRefused(company, 2);
    const probe = await fetch(company.slackUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ssl_check: '1', payload: JSON.stringify(said) }),
    });
    const refused = await untilRefused(company, 3);

    assert.deepEqual([unsigned.status, replayed.status, probe.status], [401, 401, 200]);
    assert.deepEqual(
      refused,
      ['unsigned', 'replayed', 'ssl_check'].map((code) => ({ transport: 'slack', code })),
    );
    assert.equal(slack.front.calls.filter(({ method }) => /^chat\./.test(method)).length, 0);
    await assertNothingRan(company);
    assert.equal((await app.audit('refused')).length, 0);
  });

  it('from a guest or through Slack Connect: one private answer and one event each', async () => {
    await using company = await openCompany();
    const { slack } = company;
    const gus = slack.userId('gus');
    slack.front.userFlags.set(gus, { ...slack.front.userFlags.get(gus), is_restricted: true });

    await slack.mention('ann', WISH, { user_team: 'T0OTHER', ts: '1712.000100' });
    await slack.mention('gus', WISH, { ts: '1712.000200' });
    const refused = await untilRefused(company, 2);

    const head = { transport: 'slack' };
    const external = { ...head, code: 'external', tenant: 'T0OTHER', userId: slack.userId('ann') };
    const guest = { ...head, code: 'guest', tenant: slack.teamId, userId: gus };
    assert.deepEqual(refused, [
      { ...external, place: `${slack.channel}/1712.000100` },
      { ...guest, place: `${slack.channel}/1712.000200` },
    ]);
    assert.deepEqual(slack.privateLines('ann'), [slackWords.notAMember]);
    assert.deepEqual(slack.privateLines('gus'), [slackWords.notAMember]);
    await assertNothingRan(company);
  });
});

describe('a request to Teams’ door', needsPeer('samba'), () => {
  it('forged, for another app, tenant or service: one status and one event each', async () => {
    await using chats = await openBoth();
    const { teams } = chats;
    const toWish = (more: object = {}) =>
      teams.toActivity('ann', toPersonalChat('ann'), { type: 'message', text: WISH, ...more });
    const conversation = { ...toWish().conversation, tenantId: otherTenantId };
    const elsewhere = { conversation, channelData: { tenant: { id: otherTenantId } } };
    const serviceUrl = 'https://smba.trafficmanager.net/teams/';

    const answers = [
      await teams.deliver(toWish(), null),
      await teams.deliver(toWish(), { isForged: true }),
      await teams.deliver(toWish(), { audience: 'bbbbbbbb-2222-4222-8222-bbbbbbbbbbbb' }),
      await teams.deliver(toWish(elsewhere)),
      await teams.deliver(toWish({ serviceUrl }), { serviceUrl }),
    ];
    const refused = await untilRefused(chats, 5);

    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401, 401, 403, 403],
    );
    const codes = ['unsigned', 'token_refused', 'token_refused'];
    assert.deepEqual(refused, [
      ...codes.map((code) => ({ transport: 'teams', code })),
      { transport: 'teams', code: 'wrong_tenant', tenant: otherTenantId },
      { transport: 'teams', code: 'wrong_service' },
    ]);
    assert.deepEqual(teams.read(toPersonalChat('ann')), []);
    await assertNothingRan(chats);
  });

  it('from a guest or another organization: one answer and one event each', async () => {
    await using chats = await openBoth();
    const { teams } = chats;

    for (const person of ['gus', 'eve'] as const) await teams.say(person, WISH);
    const refused = await untilRefused(chats, 2);

    assert.deepEqual(
      refused.map(({ code, userId }) => [code, userId]),
      [
        ['guest', teamsPeople.gus.aadObjectId],
        ['external', teamsPeople.eve.aadObjectId],
      ],
    );
    for (const person of ['gus', 'eve'] as const) {
      const lines = () => teams.read(toPersonalChat(person)).map(({ text }) => text);
      await eventually(`an answer for ${person}`, () => lines().length > 0);
      assert.deepEqual(lines(), [teamsWords.notAMember]);
    }
    await assertNothingRan(chats);
  });

  it('lesson S2: is not opened without an app id; Drover does not start', async () => {
    await using teams = await openTestTeams();
    const { url: serviceUrl, openIdUrl, loginUrl } = teams.connector;
    const section = {
      ...{ appId: '', tenantId: otherTenantId, appPassword: 'secret', port: 0 },
      ...{ publicUrl: 'https://drover.example', local: { openIdUrl, loginUrl, serviceUrl } },
    };
    const config = `${labConfig()}\nteams: ${JSON.stringify(section)}\n`;

    await assert.rejects(openTestApp({ config }), /the app id is a GUID/);
  });
});

describe('a chat user', needsPeer('samba'), () => {
  it('whom nobody linked is told how, once in each chat, with one event each', async () => {
    await using chats = await openBoth();
    const { slack, teams, app } = chats;

    await slack.say('ann', WISH);
    await teams.say('ann', WISH);
    await seeDirect(chats, 'ann', /does not know yet who you are in Slack/);
    await seeInTeams(chats, 'ann', /does not know yet who you are in Teams/);

    const facts = await listFacts(app, 'refused');
    assert.deepEqual(
      facts.map(({ code, chatId }) => `${code} ${String(chatId).split(':')[0]}`).toSorted(),
      ['not_linked slack', 'not_linked teams'],
    );
    assert.equal((await slack.read(await slack.directChannel('ann'))).length, 1);
    assert.equal(teams.read(toPersonalChat('ann')).length, 1);
    await assertNothingRan(chats);
  });

  it('whose code is used or past its ten minutes stays a stranger: one answer and one event each', async () => {
    const clock = createShiftedClock();
    await using chats = await openBoth({ alter: clock.alter });
    const { slack, teams, app } = chats;
    clock.forward(-11 * MINUTE_MS);
    const expired = await getCode(app.drover.url, LOGINS.bob);
    clock.forward(11 * MINUTE_MS);

    await slack.say('bob', `link ${expired}`);
    await seeDirect(chats, 'bob', /That code is not valid/);
    const used = await chats.link('ann');
    await seeDirect(chats, 'ann', /You are linked as Ann Meyer/);
    await teams.say('bob', `link ${used}`);
    await seeInTeams(chats, 'bob', /That code is not valid/);

    const facts = await listFacts(app, 'refused');
    assert.deepEqual(
      facts.map(({ code }) => code),
      ['link_code_refused', 'link_code_refused'],
    );
    const links = await app.drover.house.store.read((reads) => reads.links.list());
    assert.deepEqual(
      links.map(({ personName }) => personName),
      ['Ann Meyer'],
    );
    assert.equal((await slack.read(await slack.directChannel('bob'))).length, 1);
    assert.equal(teams.read(toPersonalChat('bob')).length, 1);
  });
});

describe('a vote by chat', needsPeer('samba'), () => {
  it('H22 of an approver who leaves the group after the click counts no more: one event, nothing done', async () => {
    const held = holdStarts();
    await using company = await openCompany({ alter: held.alter });
    const { slack, app } = company;
    await linkInSlack(company, 'ann', 'bob');

    await slack.say('ann', WISH);
    await clickDirect(company, 'bob', await seeDirect(company, 'bob', /web-07/), 'Approve');
    await seeDirect(company, 'bob', /R-1 is approved/);
    await changeMember(company.domain, 'delete', 'bob', 'ops-leads');
    held.release();

    assert.equal(await app.jobEnd(1), 'superseded');
    assert.equal((await readRequest(app, 1)).state, 'open');
    const voided = await listFacts(app, 'request_came_back');
    assert.deepEqual(
      voided.map(({ code }) => code),
      ['vote_void'],
    );
    assert.deepEqual(deedsOf(app), []);
    const direct = await slack.read(await slack.directChannel('bob'));
    assert.equal(direct.filter(({ text }) => /R-1 is approved/.test(text)).length, 1);
  });

  it('of the requester through a second chat is self-approval: one answer, one event', async () => {
    await using chats = await openBoth();
    const { slack, teams, app, domain } = chats;
    await changeMember(domain, 'add', 'ann', 'ops-leads');
    await linkInSlack(chats, 'ann');
    await linkInTeams(chats, 'ann');

    await slack.say('ann', WISH);
    await seeDirect(chats, 'ann', /web-07/);
    await teams.say('ann', 'approval approve R-1');
    await seeInTeams(chats, 'ann', /R-1 is your own request/);

    const refused = await app.audit('vote_refused');
    assert.equal(refused.length, 1);
    assert.match(JSON.stringify(refused[0]), /"self_approval"/);
    const answers = teams
      .read(toPersonalChat('ann'))
      .filter((message) => /your own request/.test(JSON.stringify(message)));
    assert.equal(answers.length, 1);
    assert.equal((await readRequest(app, 1)).state, 'open');
    assert.deepEqual(await app.audit('vote_cast'), []);
  });

  it('clicked 500 times at once in three places decides once, and each click is answered once', async () => {
    await using chats = await openBoth();
    const { slack, app } = chats;
    await linkInSlack(chats, 'ann', 'bob', 'gus');
    await linkInTeams(chats, 'bob');
    await slack.say('ann', WISH);
    const [inBobs, inGus] = [
      await seeDirect(chats, 'bob', /web-07/),
      await seeDirect(chats, 'gus', /web-07/),
    ];
    const inTeams = await seeInTeams(chats, 'bob', /web-07/);
    const before = await countAnswers(chats);
    const seconds = Math.floor(Date.now() / 1000);

    await Promise.all([
      ...repeat(125, (at) => clickUntilTaken(chats, 'bob', inBobs, `${seconds}.${at}`)),
      ...repeat(125, (at) => clickUntilTaken(chats, 'gus', inGus, `${seconds}.${at}`)),
      ...repeat(125, (at) => clickInTeamsUntilTaken(chats, inTeams, `click-${at}`)),
      ...(await clickInConsole(chats, 125)),
    ]);
    await eventually(
      'the answers',
      async () => (await countAnswers(chats)).length - before.length >= 500,
      60_000,
      100,
    );

    const answered = await countAnswers(chats);
    assert.equal(answered.length - before.length, 500);
    assert.equal(new Set(answered).size, answered.length);
    assert.equal(await app.jobEnd(1), 'done');
    const decided = await app.audit('request_approved');
    assert.deepEqual([decided.length, (await app.audit('vote_cast')).length], [1, 1]);
    const refused = await listFacts(app, 'vote_refused');
    assert.deepEqual(
      [refused.length, [...new Set(refused.map(({ code }) => code))]],
      [499, ['already_decided']],
    );
    assert.equal((await app.audit('job_created')).length, 1);
  });
});
