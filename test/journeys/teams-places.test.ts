/** What becomes of cards in Teams where others read, where a person deletes them, and where Drover is taken out (T05 to T08). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LOGINS } from '#test/helpers/chat-company.ts';
import { textOf } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { eventually } from '#test/helpers/peers/teams.ts';
import { groupChat, toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { type Chats, linkInSlack, linkInTeams, openBoth, seeInTeams } from './chats.ts';
import { cardOf, listFacts } from './look.ts';

const WISH =
  'vm create web-07 --template ubuntu-24 --network VLAN-100 --folder /prod/web --reason "load test"';
const bobs = toPersonalChat('bob');

function conversationOf({ teams }: Chats, place: string) {
  const conversation = teams.connector.conversations.get(place);
  assert.ok(conversation);
  return conversation;
}

/** Ann asks in the console, Bob has the card in Teams; Gus is linked nowhere, so one link changes the card. */
async function openAsked() {
  const chats = await openBoth();
  await linkInTeams(chats, 'bob');
  await chats.app.say(LOGINS.ann, WISH);
  await seeInTeams(chats, 'bob', /Told.*1 of 2 · Bob Lang/);
  return chats;
}

const edits = ({ teams }: Chats, id: string) =>
  teams.connector.calls.filter(({ kind, path }) => kind === 'edit' && path.endsWith(`/${id}`))
    .length;

describe('an answer for one person alone, asked for in a meeting', needsPeer('samba'), () => {
  it('T05 is not posted there: a short pointer to the private chat', async () => {
    await using chats = await openBoth();
    const { teams } = chats;
    await linkInTeams(chats, 'ann');

    await teams.mention('ann', 'whoami');
    await seeInTeams(chats, 'ann', /web-team/);
    await eventually('the pointer', () => teams.read(groupChat).length > 0, 20_000);

    const [pointer, ...more] = teams.read(groupChat);
    assert.deepEqual(more, []);
    assert.match(JSON.stringify(pointer?.card), /in your private chat with Drover/);
    assert.doesNotMatch(JSON.stringify(pointer?.card), /web-team|Meyer/);
    // In the private chat itself there is nothing to point to.
    const before = teams.read(toPersonalChat('ann')).length;
    await teams.say('ann', 'whoami');
    await eventually('the answer', () => teams.read(toPersonalChat('ann')).length > before, 20_000);
    assert.equal(teams.read(groupChat).length, 1);
  });
});

describe('a card that a person deleted', needsPeer('samba'), () => {
  for (const [id, how] of [
    ['T06', 'is kept as deleted (403 Unknown)'],
    ['T07', 'is not there any more (404)'],
  ] as const) {
    it(`${id} and that ${how} is posted once more, and noted; who deletes that one too gets none`, async () => {
      await using chats = await openAsked();
      const { app } = chats;
      const conversation = conversationOf(chats, bobs);
      const remove = (messageId: string) => {
        const at = conversation.messages.findIndex((message) => message.id === messageId);
        if (id === 'T06') Object.assign(conversation.messages[at] ?? {}, { isDeleted: true });
        else conversation.messages.splice(at, 1);
      };
      const first = await seeInTeams(chats, 'bob', /web-07/);

      remove(first.id);
      await linkInSlack(chats, 'gus');
      const second = await seeInTeams(chats, 'bob', /Told.*2 of 2 · Bob Lang, Gus West/);
      const listAnew = () => listFacts(app, 'card_posted_anew');
      await eventually('that it was noted', async () => (await listAnew()).length > 0, 20_000);
      const [anew, ...more] = await listAnew();

      assert.notEqual(second.id, first.id);
      assert.deepEqual(more, []);
      assert.deepEqual([anew?.deleted, anew?.postedAs], [first.id, second.id]);
      const card = await app.drover.house.store.read(async ({ cards, requests }) => {
        const request = await requests.findByNumber(1);
        const found = await cards.findBySubject('request', request?.id ?? '');
        return cards.listCopies(found?.id ?? '');
      });
      const refs = card.flatMap(({ transport, messageRef }) =>
        transport === 'teams' ? [messageRef] : [],
      );
      assert.deepEqual(refs, [second.id]);

      remove(second.id);
      await app.say(LOGINS.gus, 'approval approve R-1');
      assert.equal(await app.jobEnd(1), 'done');
      await eventually(
        'that it was deleted',
        async () => (await listFacts(app, 'card_deleted')).length > 0,
        20_000,
      );
      assert.equal((await listFacts(app, 'card_posted_anew')).length, 1);
      assert.deepEqual(await listFacts(app, 'not_delivered'), []);
      assert.ok(edits(chats, second.id) <= 2, 'no storm of tries');
    });
  }
});

describe('a conversation that Drover was taken out of', needsPeer('samba'), () => {
  it('T08 H33 is told to the requester and on the other copies, and no further edit is tried', async () => {
    await using chats = await openAsked();
    const { app } = chats;
    const first = await seeInTeams(chats, 'bob', /web-07/);

    conversationOf(chats, bobs).hasBot = false;
    await linkInSlack(chats, 'gus');
    const missed = /Not reached: +1 of 2 · Bob Lang \(Drover is no member there\)/;
    await eventually(
      'on Ann’s card',
      async () => missed.test(await cardOf(app, LOGINS.ann, 'R-1')),
      20_000,
    );
    await eventually(
      'on Gus’s card',
      async () => missed.test(await cardOf(app, LOGINS.gus, 'R-1')),
      20_000,
    );
    const tried = edits(chats, first.id);
    await app.say(LOGINS.gus, 'approval approve R-1');
    assert.equal(await app.jobEnd(1), 'done');
    await eventually(
      'all copies',
      async () => {
        const behind = await app.drover.house.store.read(({ cards }) => cards.listBehind(9));
        return behind.length === 0;
      },
      20_000,
    );

    assert.equal(edits(chats, first.id), tried);
    const [event, ...more] = await listFacts(app, 'not_delivered');
    assert.deepEqual([event?.code, more], ['not_a_member', []]);
    assert.match(textOf(await app.say(LOGINS.ann, 'approval show R-1')), missed);
  });
});
