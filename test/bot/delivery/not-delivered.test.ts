/** Who was told and who was not, on the store, without a chat. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showSubject } from '#bot/conversation/show-subject.ts';
import { noteNotDelivered } from '#bot/delivery/note-not-delivered.ts';
import { readFailure } from '#bot/delivery/read-failure.ts';
import { OperationError } from '#core/errors.ts';
import { EVA, openOffice, versionOf } from './office.ts';

describe('everybody who was meant', () => {
  it('H33 is waited for at first, or known as not reached when linked nowhere', async () => {
    await using office = await openOffice();

    await office.ask(1, 'bob', 'eva', 'gus');

    assert.deepEqual(await office.tellings(1), [
      'bob waiting',
      'eva waiting',
      'gus not_reached not_linked',
    ]);
    assert.deepEqual(await office.places(1), ['U0BOB', 'U0EVA', EVA, 'C0OPS']);
  });

  it('H33 is told at once where there is no chat: the console is where people read', async () => {
    await using office = await openOffice({ chats: new Set(), operators: [] });

    await office.ask(1, 'bob', 'gus');

    assert.deepEqual(await office.tellings(1), ['bob told', 'gus told']);
  });

  it('H33 ends as told or not reached, and the card is drawn anew when the last one has', async () => {
    await using office = await openOffice();
    await office.ask(1, 'bob', 'eva');
    const before = await versionOf(office, 1);

    await office.arrive(1, 'U0BOB');
    const between = await versionOf(office, 1);
    await office.arrive(1, 'U0EVA');

    assert.deepEqual(await office.tellings(1), ['bob told', 'eva told']);
    assert.deepEqual([before, between, await versionOf(office, 1)], [1, 1, 2]);
    // Who was told of one version, and hears of the next, is no news.
    await office.arrive(1, 'U0BOB');
    assert.equal(await versionOf(office, 1), 2);
  });

  it('H33 is reached elsewhere before they count as not reached; then the operators’ channel has it', async () => {
    await using office = await openOffice();
    await office.ask(1, 'eva');

    await office.fail(1, 'U0EVA');
    assert.deepEqual(await office.tellings(1), ['eva waiting']);
    await office.fail(1, EVA, { what: 'place', code: 'blocked' });

    assert.deepEqual(await office.tellings(1), ['eva not_reached blocked']);
    assert.deepEqual(await office.places(1), ['U0EVA place', `${EVA} place`, 'C0OPS']);
    assert.equal(await versionOf(office, 1), 2);
  });

  it('H33 is not asked for for ever where a message may stand twice: it is told elsewhere, and that ends it', async () => {
    await using office = await openOffice();
    await office.ask(1, 'bob');
    const unseen = readFailure(new OperationError('no_answer', 'unknown', { unseen: true }));

    await office.fail(1, 'U0BOB', unseen);
    assert.deepEqual(await office.tellings(1), ['bob not_reached no_answer']);
    assert.deepEqual(await office.places(1), ['U0BOB', 'C0OPS']);
    assert.equal(await versionOf(office, 1), 2);
    const woken = office.woken.length;
    await office.fail(1, 'U0BOB', unseen);

    assert.equal(await versionOf(office, 1), 2);
    assert.deepEqual(office.woken.slice(woken), []);
    await office.arrive(1, 'U0BOB');
    assert.deepEqual(await office.tellings(1), ['bob told']);
  });

  it('H33 is asked in a chat that was somebody else’s before: the card there is theirs now', async () => {
    await using office = await openOffice();
    await office.ask(1, 'bob', 'gus');
    await office.arrive(1, 'U0BOB', 'm1');

    await office.store.transact(async (tx) => {
      await tx.links.put({ chatId: 'slack:T0:U0BOB', personId: 'gus', personName: 'Gus West' });
      await showSubject(office.house, tx, { kind: 'request', id: 'r1' }, { personId: 'gus' });
    });

    const card = await office.store.read(({ cards }) => cards.findBySubject('request', 'r1'));
    const copies = await office.store.read(({ cards }) => cards.listCopies(card?.id ?? ''));
    const there = copies.find(({ place }) => place === 'U0BOB');
    assert.deepEqual([there?.personId, there?.sentVersion, there?.messageRef], ['gus', 0, 'm1']);
    await office.arrive(1, 'U0BOB', 'm1');
    assert.deepEqual(await office.tellings(1), ['bob told', 'gus told']);
  });

  it('H33 who was told, and cannot be reached later, is named as that', async () => {
    await using office = await openOffice();
    await office.ask(1, 'bob');
    await office.arrive(1, 'U0BOB');
    await office.touch(1);

    await office.fail(1, 'U0BOB');

    assert.deepEqual(await office.tellings(1), ['bob not_reached archived']);
  });

  it('H33 of whom a chat says nothing for long is not reached, until it does', async () => {
    await using office = await openOffice();
    await office.ask(1, 'bob');

    for (let tries = 1; tries <= 4; tries += 1)
      await office.fail(1, 'U0BOB', { what: 'nothing_yet' });
    assert.deepEqual(await office.tellings(1), ['bob waiting']);
    await office.fail(1, 'U0BOB', { what: 'nothing_yet' });
    assert.deepEqual(await office.tellings(1), ['bob not_reached no_answer']);
    await office.arrive(1, 'U0BOB');

    assert.deepEqual(await office.tellings(1), ['bob told']);
    assert.deepEqual(await office.places(1), ['U0BOB']);
  });

  it('H33 whom a chat refuses one version, not the place, is tried with the next, five times at most', async () => {
    await using office = await openOffice();
    await office.ask(1, 'bob');
    const isBehind = async () =>
      (await office.store.read(({ cards }) => cards.listBehind(9))).length;

    for (let tries = 1; tries <= 5; tries += 1) {
      await office.fail(1, 'U0BOB', { what: 'card' });
      const { length } = await office.events('not_delivered');
      assert.equal(length, tries);
      if (tries < 5) await office.touch(1);
    }

    assert.deepEqual(await office.tellings(1), ['bob not_reached refused']);
    assert.deepEqual(await office.places(1), ['U0BOB card', 'C0OPS']);
    assert.deepEqual(await office.events('destination_dead'), []);
    assert.equal(await isBehind(), 1);
  });

  it('H33 counts a failure once, however many wake-ups waited for that message', async () => {
    await using office = await openOffice();
    const { store, house } = office;
    await office.ask(1, 'bob');
    const missed = await store.read(async ({ cards }) => {
      const card = await cards.findBySubject('request', 'r1');
      const [, copy] = await cards.listCopies(card?.id ?? '');
      assert.ok(card && copy?.place === 'U0BOB');
      return { card, copy };
    });

    const note = () => noteNotDelivered(house, missed, { what: 'place', code: 'archived' });
    await Promise.all([note(), note(), note()]);

    assert.equal((await office.events('not_delivered')).length, 1);
    const place = await store.read((reads) => reads.destinations.find('slack', 'U0BOB'));
    assert.equal(place?.failures, 1);
  });

  it('H33 whose message somebody deleted, and who got another one, has one event of it', async () => {
    await using office = await openOffice();
    await office.ask(1, 'bob');
    await office.arrive(1, 'U0BOB');
    await office.touch(1);

    const arrive = () => office.arrive(1, 'U0BOB', 'another');
    await Promise.all([arrive(), arrive()]);

    assert.deepEqual(await office.events('card_posted_anew'), [
      { transport: 'slack', place: 'U0BOB', deleted: 'message-U0BOB', postedAs: 'another' },
    ]);
    assert.deepEqual(await office.tellings(1), ['bob told']);
  });

  it('H33 who deletes the message, and the one in its place, was told and wants none', async () => {
    await using office = await openOffice();
    await office.ask(1, 'bob');
    await office.arrive(1, 'U0BOB');
    await office.touch(1);

    await office.fail(1, 'U0BOB', { what: 'message' });

    assert.deepEqual(await office.tellings(1), ['bob told']);
    assert.deepEqual(await office.places(1), ['U0BOB message']);
    assert.equal((await office.events('card_deleted')).length, 1);
  });
});
