/** Asked in Teams, agreed in Slack, watched in the console: one request, one job, one card for each, at one end. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import { changeMember, LOGINS } from '#test/helpers/chat-company.ts';
import { textOf } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { eventually } from '#test/helpers/peers/slack.ts';
import { listButtons } from '#test/helpers/peers/teams.ts';
import { toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { holdStarts } from './alterations.ts';
import {
  type Chats,
  clickDirect,
  linkInSlack,
  linkInTeams,
  openBoth,
  seeDirect,
  seeInTeams,
} from './chats.ts';
import { deedsOf, readJob, readRequest } from './look.ts';

const { bob, gus } = LOGINS;
const WISH =
  'vm create web-07 --template ubuntu-24 --network VLAN-100 --folder /prod/web --reason "load test"';

/** What somebody has before them of one request or job: one text a copy. */
interface Copies {
  readonly request: readonly string[];
  readonly job: readonly string[];
}

function sort(texts: readonly string[]): Copies {
  const of = (head: RegExp) => texts.filter((text) => head.test(text));
  return { request: of(/R-1 · /), job: of(/J-1 · /) };
}

function readTeams({ teams }: Chats): Copies {
  return sort(teams.read(toPersonalChat('ann')).map(({ card }) => JSON.stringify(card)));
}

async function readSlack({ slack }: Chats): Promise<Copies> {
  const messages = await slack.read(await slack.directChannel('bob'));
  return sort(messages.map(({ blocks }) => JSON.stringify(blocks)));
}

async function readConsole({ app }: Chats, login: string): Promise<Copies> {
  return sort((await app.messages(login)).map((view: MessageView) => textOf(view)));
}

/** Every copy has been told the newest. */
async function untilTold({ app }: Chats): Promise<void> {
  const { store } = app.drover.house;
  await eventually(
    'the copies are up to date',
    async () => (await store.read((reads) => reads.cards.listBehind(100))).length === 0,
    30_000,
    50,
  );
}

/** Gus operates: he agrees to nothing and watches in the console. */
async function openOperated(options: Parameters<typeof openBoth>[0] = {}): Promise<Chats> {
  const chats = await openBoth(options);
  await changeMember(chats.domain, 'delete', 'gus', 'ops-leads');
  await changeMember(chats.domain, 'add', 'gus', 'operators');
  await linkInTeams(chats, 'ann');
  await linkInSlack(chats, 'bob');
  return chats;
}

describe('Teams, Slack and the console together', needsPeer('samba'), () => {
  it('B15 H34 carry one job: a card each of request and job, and all of them at the same end', async () => {
    const held = holdStarts();
    await using chats = await openOperated({ alter: held.alter });
    const { app, teams } = chats;

    await teams.say('ann', WISH);
    await seeInTeams(chats, 'ann', /R-1 · 0 of 1 agreed/);
    await clickDirect(chats, 'bob', await seeDirect(chats, 'bob', /web-07/), 'Approve');
    await seeDirect(chats, 'bob', /R-1 is approved/);
    await app.say(gus, 'job watch J-1');
    held.release();
    assert.equal(await app.jobEnd(1), 'done');
    await untilTold(chats);

    const inTeams = readTeams(chats);
    const [inSlack, inConsole] = [await readSlack(chats), await readConsole(chats, bob)];
    const watched = await readConsole(chats, gus);
    const requests = [inTeams, inSlack, inConsole].map(({ request }) => request);
    assert.deepEqual(
      requests.map(({ length }) => length),
      [1, 1, 1],
    );
    for (const [text] of requests) assert.match(text ?? '', /R-1 · approved/);
    const words = requests.map(
      ([text]) => /Approved by Bob Lang \d\d:\d\d UTC/.exec(text ?? '')?.[0],
    );
    assert.deepEqual([new Set(words).size, words.includes(undefined)], [1, false], words.join());
    const jobs = [inTeams, watched].map(({ job }) => job);
    assert.deepEqual(
      jobs.map(({ length }) => length),
      [1, 1],
    );
    for (const [text] of jobs) assert.match(text ?? '', /J-1 · done/);
    assert.deepEqual([inSlack.job, inConsole.job, watched.request], [[], [], []]);
    assert.deepEqual(
      teams
        .read(toPersonalChat('ann'))
        .flatMap(({ card }) => listButtons(card))
        .filter(isVote),
      [],
    );
    assert.doesNotMatch(inSlack.request.join(), /"Approve"/);
    assert.equal((await app.audit('job_created')).length, 1);
    assert.equal((await app.audit('vote_cast')).length, 1);
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
    assert.equal((await readJob(app, 1)).requesterName, 'Ann Meyer');
  });

  it('B15 H34 end equal when it is denied in one of them while the others’ edits come late', async () => {
    await using chats = await openBoth();
    const { app, teams, slack } = chats;
    await linkInTeams(chats, 'ann');
    await linkInSlack(chats, 'bob');
    await teams.say('ann', WISH);
    await seeInTeams(chats, 'ann', /R-1 · 0 of 1 agreed/);
    const inSlack = await seeDirect(chats, 'bob', /web-07/);
    slack.front.faults.add({
      method: 'chat.update',
      fault: { kind: 'rate_limit', retryAfterSeconds: 1 },
    });
    teams.connector.faults.add({ call: 'edit', fault: { kind: 'answer_status', status: 412 } });

    await app.say(gus, 'approval deny R-1 --reason "no room until Monday"');
    await clickDirect(chats, 'bob', inSlack, 'Approve');
    await seeDirect(chats, 'bob', /R-1 was decided before/);
    await untilTold(chats);

    assert.equal((await readRequest(app, 1)).state, 'denied');
    const copies = [
      readTeams(chats),
      await readSlack(chats),
      await readConsole(chats, bob),
      await readConsole(chats, gus),
    ].flatMap(({ request }) => request);
    assert.equal(copies.length, 4, copies.join('\n'));
    for (const text of copies) assert.match(text, /R-1 · denied[\s\S]*no room until Monday/);
    assert.doesNotMatch(copies.join(), /"Approve"|\[Approve\]/);
    assert.deepEqual([deedsOf(app), await app.audit('job_created')], [[], []]);
  });
});

function isVote(label: string): boolean {
  return /^(?:Approve|Deny)/.test(label);
}
