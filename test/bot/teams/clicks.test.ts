import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Card } from '#bot/cards/card.ts';
import { searchChoices } from '#bot/conversation/search-choices.ts';
import { readDataset } from '#bot/renderers/teams-ids.ts';
import { defaultAnswerWithinMs } from '#bot/teams/teams.ts';
import { teamsWords } from '#bot/words/en/teams-words.ts';
import { exampleCards } from '#test/bot/renderers/example-cards.ts';
import { eventually, listButtons } from '#test/helpers/peers/teams.ts';
import { groupChat, teamsPeople, toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { addReferences, type OpenTeams, openTeams, toOutgoing } from './open-teams.ts';

const { approval } = exampleCards;
const { ann, bob } = teamsPeople;

/** Puts a card into a conversation and reads it there. */
async function show(open: OpenTeams, card: Card, place: string = groupChat) {
  addReferences(open);
  await open.teams.sender.deliver(toOutgoing(place, card));
  const message = open.tenant.read(place).at(-1);
  if (!message) throw new Error('the card did not come');
  return message;
}

const hosts = Array.from({ length: 100 }, (_, at) => `esx-${String(at).padStart(2, '0')}`);
const form: Card = {
  title: 'vm create',
  tone: 'neutral',
  summary: 'vm create: fill in what is missing',
  body: [],
  inputs: [
    { name: 'name', label: 'Name', required: true, input: 'text' },
    {
      ...{ name: 'host', label: 'Host', required: false, input: 'choice' },
      choices: hosts.map((host) => ({ title: host, value: host })),
    },
  ],
  actions: [{ id: 'a-send', label: 'Send', style: 'primary' }],
};

describe('a click in Teams', () => {
  it('goes into the inbox as who clicked, and is answered at once', async () => {
    await using open = await openTeams();
    const message = await show(open, approval);

    const { status, body } = await open.tenant.click('bob', message, 'Approve');

    assert.equal(status, 200);
    assert.deepEqual(body, {
      statusCode: 200,
      type: 'application/vnd.microsoft.activity.message',
      value: teamsWords.taken,
    });
    const [envelope] = open.inbox;
    assert.equal(envelope?.userId, bob.aadObjectId);
    assert.deepEqual(envelope?.body, { kind: 'action', actionId: 'a-approve', inputs: {} });
    assert.equal(envelope?.place, groupChat);
  });

  it('takes along what was filled in, and nothing else', async () => {
    await using open = await openTeams();
    const message = await show(open, approval);

    const inputs = { reason: 'not today' };
    await open.tenant.click('bob', message, 'Deny…', { inputs });

    assert.deepEqual(open.inbox[0]?.body, { kind: 'form', actionId: 'a-deny', inputs });
  });

  it('comes by Action.Submit too, from a client that knows no other', async () => {
    await using open = await openTeams();
    const message = await show(open, approval);
    const inputs = { reason: 'not today' };

    await open.tenant.click('bob', message, 'Approve', { asSubmit: true });
    const { status, body } = await open.tenant.click('ann', message, 'Deny…', {
      ...{ asSubmit: true, inputs },
    });

    assert.deepEqual([status, body], [200, undefined]);
    assert.deepEqual(
      open.inbox.map(({ userId, body: said }) => [userId, said.kind]),
      [
        [bob.aadObjectId, 'action'],
        [ann.aadObjectId, 'form'],
      ],
    );
  });

  it('H34 lesson S10: counts once however often it is delivered; two people’s are two', async () => {
    await using open = await openTeams();
    const message = await show(open, approval);
    const more = { id: 'f:0001' };

    for (const person of ['bob', 'bob', 'ann'] as const) {
      const { body } = await open.tenant.click(person, message, 'Approve', { more });
      assert.equal(body?.value, teamsWords.taken, 'each gets a full answer');
    }

    assert.equal(open.inbox.length, 2);
  });

  it('lesson S6: says who clicked by the verified activity, not by what the card carries', async () => {
    await using open = await openTeams();
    const message = await show(open, approval);
    const inputs = { userId: ann.aadObjectId, from: 'ann', actionId2: 'x' };

    await open.tenant.click('bob', message, 'Approve', { inputs });

    assert.equal(open.inbox[0]?.userId, bob.aadObjectId);
  });

  it('is answered in time and validly when the host is slow, and counts once when clicked again', async () => {
    const slow = Promise.withResolvers<void>();
    let isSlow = true;
    let committed = 0;
    await using open = await openTeams({
      answerWithinMs: 300,
      answers: {
        async receive() {
          if (isSlow) await slow.promise;
          committed += 1;
          return true;
        },
      },
    });
    const message = await show(open, approval);

    // While the host is at it: it goes on when that was answered.
    const { status, body } = await open.tenant.click('bob', message, 'Approve');
    isSlow = false;
    await open.tenant.click('bob', message, 'Approve');
    slow.resolve();
    await eventually('the slow row', () => committed === 2);

    assert.ok(defaultAnswerWithinMs <= 8_000, 'Teams waits ten seconds at least');
    assert.equal(status, 503);
    assert.equal(body?.type, 'application/vnd.microsoft.error');
    assert.equal(body?.value.message, teamsWords.perhapsTaken);
  });

  it('is not said to be taken when it was not stored', async () => {
    await using open = await openTeams({
      answers: { receive: () => Promise.reject(new Error('the database is full')) },
    });
    const message = await show(open, approval);

    const { status, body } = await open.tenant.click('bob', message, 'Approve');

    assert.equal(status, 503);
    assert.equal(body?.value.message, teamsWords.notTaken);
  });

  it('does not depend on whether the message could be noted', async () => {
    await using open = await openTeams({
      answers: { adopt: () => Promise.reject(new Error('busy')) },
    });
    const message = await show(open, approval);

    const { body } = await open.tenant.click('bob', message, 'Approve');

    assert.equal(body?.value, teamsWords.taken);
    assert.equal(open.inbox.length, 1);
    assert.equal(open.faults.length, 1);
  });

  it('has a valid answer also where it means nothing', async () => {
    await using open = await openTeams();
    const { tenant } = open;
    const invoke = (name: string, value: unknown) =>
      tenant.deliver(tenant.toActivity('ann', groupChat, { type: 'invoke', name, value }));
    const execute = (data: unknown) => ({ action: { type: 'Action.Execute', verb: 'x', data } });

    for (const [name, value] of [
      ['adaptiveCard/action', execute({})],
      ['adaptiveCard/action', execute(undefined)],
      ['adaptiveCard/action', { action: { type: 'Action.Submit', data: { actionId: 'a-1' } } }],
      ['application/search', { queryText: 'x', dataset: 'npm' }],
      ['task/fetch', {}],
      ['signin/verifyState', {}],
    ] as const) {
      const { status, body } = await invoke(name, value);
      assert.equal(status, 400);
      assert.equal(body?.type, 'application/vnd.microsoft.error');
    }
    const { status, body } = await invoke('adaptiveCard/action', 'nothing');
    assert.deepEqual([status, body?.type], [503, 'application/vnd.microsoft.error']);
    assert.deepEqual(open.deliveries, []);
  });

  it('tells which message it was made on, so that a lost one is found', async () => {
    await using open = await openTeams();
    const message = await show(open, approval);

    await open.tenant.click('bob', message, 'Approve');

    assert.deepEqual(open.adopted, [
      { place: groupChat, messageId: message.id, by: { actionId: 'a-approve' } },
    ]);
  });
});

describe('a card that each reader sees for themselves', () => {
  const forRequester: Card = {
    ...approval,
    actions: [{ id: 'a-take-back', label: 'Take back', style: 'normal' }],
  };

  function openForTwo() {
    return openTeams({
      answers: {
        async findCard({ userId, ...asked }) {
          if (asked.what !== 'details' || asked.ref !== 'copy-1') return undefined;
          return userId === ann.aadObjectId ? forRequester : approval;
        },
        listViewers: async () => [ann.id, bob.id],
      },
    });
  }

  it('shows the requester and the approver their own actions', async () => {
    await using open = await openForTwo();
    const message = await show(open, approval);

    const seenByAnn = listButtons(await open.tenant.view('ann', message));
    const seenByBob = listButtons(await open.tenant.view('bob', message));

    assert.deepEqual(seenByAnn, ['Take back']);
    assert.deepEqual(seenByBob.slice(0, 2), ['Approve', 'Deny…']);
    assert.deepEqual(message.card?.refresh.userIds, [ann.id, bob.id]);
    assert.deepEqual(open.deliveries, []);
  });

  it('takes a click on one’s own view as that person’s', async () => {
    await using open = await openForTwo();
    const message = await show(open, approval);
    await open.tenant.view('ann', message);

    await open.tenant.click('ann', message, 'Take back');

    assert.deepEqual(open.inbox[0]?.body, { kind: 'action', actionId: 'a-take-back', inputs: {} });
  });

  it('keeps everybody’s card for who may see no other, and says why only when asked by hand', async () => {
    await using open = await openTeams();
    const message = await show(open, approval);

    const byItself = await open.tenant.refresh('bob', message);
    const byHand = await open.tenant.refresh('bob', message, { trigger: 'manual' });
    const ofGuest = await open.tenant.refresh('gus', message);

    assert.equal(byItself.body?.type, 'application/vnd.microsoft.error');
    assert.equal(byHand.body?.value, teamsWords.cardIsOld);
    assert.equal(ofGuest.body?.type, 'application/vnd.microsoft.error');
    assert.deepEqual(await open.tenant.view('bob', message), message.card);
  });

  it('needs none where one person alone reads', async () => {
    await using open = await openForTwo();
    const message = await show(open, approval, toPersonalChat('ann'));

    assert.equal(message.card?.refresh, undefined);
  });
});

describe('a form in Teams', () => {
  it('comes back with what is wrong under its field, and what was typed', async () => {
    await using open = await openTeams({
      answers: {
        findCard: async () => form,
        checkForm: async ({ inputs }): Promise<Record<string, string>> =>
          inputs.name === 'web-07' ? {} : { name: 'A name begins with a letter.' },
      },
    });
    const message = await show(open, form);

    const bad = await open.tenant.click('ann', message, 'Send', { inputs: { name: '7' } });
    const good = await open.tenant.click('ann', message, 'Send', { inputs: { name: 'web-07' } });

    assert.equal(bad.body?.type, 'application/vnd.microsoft.card.adaptive');
    assert.match(JSON.stringify(bad.body?.value), /✖ A name begins with a letter\./);
    assert.match(JSON.stringify(bad.body?.value), /"value":"7"/);
    assert.equal(good.body?.value, teamsWords.taken);
    assert.deepEqual(
      open.inbox.map(({ body }) => body),
      [{ kind: 'form', actionId: 'a-send', inputs: { name: 'web-07' } }],
    );
  });

  it('searches a long list while somebody types', async () => {
    const asked: unknown[] = [];
    await using open = await openTeams({
      answers: {
        async choices({ userId, actionId, input, typed }) {
          asked.push([userId, actionId, input, typed]);
          return searchChoices(
            hosts.map((host) => ({ title: host, value: host })),
            typed,
          );
        },
      },
    });
    const message = await show(open, form);

    const { body } = await open.tenant.search('ann', message, 'host', 'esx-9');

    assert.deepEqual(asked, [[ann.aadObjectId, 'a-send', 'host', 'esx-9']]);
    assert.equal(body?.type, 'application/vnd.microsoft.search.searchResponse');
    assert.equal(body?.value.results.length, 10);
    const guests = await open.tenant.search('gus', message, 'host', 'esx');
    assert.deepEqual(guests.body?.value.results, []);
  });

  it('names what is searched in letters that come back as they were', () => {
    assert.equal(readDataset('npm'), undefined);
    assert.equal(readDataset('drover.search/%E0%A4%A/x'), undefined);
  });
});
