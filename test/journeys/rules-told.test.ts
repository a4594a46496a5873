/** H33, from the command to the chat: who was told, who was not, and a place that takes nothing any more. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Company, LOGINS, openCompany } from '#test/helpers/chat-company.ts';
import { textOf } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { eventually, type SeenMessage, type TestSlack } from '#test/helpers/peers/slack.ts';
import { linkInSlack, seeDirect } from './chats.ts';
import { cardOf, listFacts } from './look.ts';

const { ann, bob, gus } = LOGINS;
const toWish = (name: string) =>
  `vm create ${name} --template ubuntu-24 --network VLAN-100 --folder /prod/web --reason "load test"`;
const withOperators = (slack: TestSlack) => ({ operatorsChannel: slack.channel });

/** The person's own card of this request, once it says so. */
async function untilCard({ app }: Company, person: string, label: string, what: RegExp) {
  await eventually(
    `${what} on ${label}`,
    async () => what.test(await cardOf(app, person, label).catch(() => '')),
    20_000,
    50,
  ).catch(async (error: unknown) => {
    throw new Error(`${String(error)}: ${await cardOf(app, person, label)}`);
  });
  return cardOf(app, person, label);
}

/** Bob's direct messages take nothing, until it is lifted. */
async function blockBob({ slack }: Company) {
  const channel = await slack.directChannel('bob');
  const fault = { kind: 'answer_error', error: 'messages_tab_disabled' } as const;
  const times = Number.POSITIVE_INFINITY;
  return slack.front.faults.add({ method: 'chat.postMessage', channel, fault, times });
}

/** A request of which Bob hears nothing. */
async function askInVain(company: Company, number: number) {
  await company.app.say(ann, toWish(`web-1${number}`));
  await untilCard(company, ann, `R-${number}`, /Not reached: +1 of 2 · Bob Lang/);
}

async function readOperators({ slack }: Company): Promise<readonly SeenMessage[]> {
  return slack.read(slack.channel);
}

describe('the card of a request', needsPeer('samba'), () => {
  it('H33 names who was told and who could not be reached; together they are everybody', async () => {
    await using company = await openCompany();
    await linkInSlack(company, 'bob');

    await company.app.say(ann, toWish('web-07'));
    const card = await untilCard(company, ann, 'R-1', /Told: +1 of 2/);

    assert.match(card, /Told: +1 of 2 · Bob Lang/);
    assert.match(card, /Not reached: +1 of 2 · Gus West \(linked in no chat\)/);
    const shown = textOf(await company.app.say(ann, 'approval show R-1'));
    assert.match(shown, /Not reached: +1 of 2 · Gus West \(linked in no chat\)/);
    await linkInSlack(company, 'gus');
    await untilCard(company, ann, 'R-1', /Told: +2 of 2 · Bob Lang, Gus West/);
    assert.doesNotMatch(await cardOf(company.app, ann, 'R-1'), /Not reached/);
  });

  it('H33 changes when a telling fails; the change itself waits for nobody', async () => {
    await using company = await openCompany({ slack: withOperators });
    const { app, slack } = company;
    await linkInSlack(company, 'bob', 'gus');
    await blockBob(company);

    await app.say(ann, toWish('web-07'));
    const missed = /Not reached: +1 of 2 · Bob Lang \(Drover may not write there\)/;
    const card = await untilCard(company, ann, 'R-1', missed);
    await untilCard(company, ann, 'R-1', /Told: +1 of 2 · Gus West/);

    assert.match(card, /R-1 · 0 of 1 agreed/);
    const inChannel = async () => JSON.stringify(await readOperators(company));
    await eventually('the request in the operators’ channel', async () =>
      /web-07/.test(await inChannel()),
    );
    await eventually('who was not reached', async () =>
      /Bob Lang \(Drover/.test(await inChannel()),
    );
    assert.doesNotMatch(await inChannel(), /"Approve"/);
    await app.say(bob, 'approval approve R-1');
    assert.equal(await app.jobEnd(1), 'done');
    const [event, ...more] = await listFacts(app, 'not_delivered');
    assert.deepEqual(more, []);
    assert.deepEqual(event, {
      ...{ transport: 'slack', place: slack.userId('bob'), code: 'blocked', failures: 1 },
    });
  });
});

describe('a conversation that refuses five messages in a row', needsPeer('samba'), () => {
  it('H33 is dead: told once, not tried again, and alive when its person writes', async () => {
    await using company = await openCompany({ slack: withOperators });
    const { app, slack } = company;
    await linkInSlack(company, 'bob', 'gus');
    const block = await blockBob(company);
    for (let number = 1; number <= 5; number += 1) await askInVain(company, number);
    await eventually(
      'its death',
      async () => (await listFacts(app, 'destination_dead')).length > 0,
    );
    const struck = block.struck();

    await askInVain(company, 6);

    assert.match(await cardOf(app, ann, 'R-6'), /Bob Lang \(could not be reached before\)/);
    assert.equal(block.struck(), struck);
    const isNotice = ({ text }: SeenMessage) => /Bob Lang cannot be reached in Slack/.test(text);
    const notices = async () => (await readOperators(company)).filter(isNotice).length;
    await eventually('the notice', async () => (await notices()) > 0, 20_000, 50);
    assert.equal((await listFacts(app, 'destination_dead')).length, 1);

    block.lift();
    await slack.say('bob', 'help');
    await seeDirect(company, 'bob', /web-16/);
    await untilCard(company, ann, 'R-6', /Told: +2 of 2 · Bob Lang, Gus West/);
    assert.equal((await listFacts(app, 'destination_alive')).length, 1);
    assert.equal(await notices(), 1);
  });

  it('H33 that no operators’ channel stands beside is told to each administrator alone', async () => {
    await using company = await openCompany();
    const { app } = company;
    await linkInSlack(company, 'bob', 'gus');
    await blockBob(company);

    for (let number = 1; number <= 5; number += 1) await askInVain(company, number);

    const told = await seeDirect(company, 'gus', /Bob Lang cannot be reached in Slack/);
    assert.match(JSON.stringify(told.blocks), /5 messages in a row were refused/);
    const inConsole = (await app.messages(gus)).filter(({ card }) =>
      /Bob Lang cannot be reached/.test(card.title),
    );
    assert.equal(inConsole.length, 1);
  });
});
