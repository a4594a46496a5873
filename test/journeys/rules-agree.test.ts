/** Who agrees: the last word, the people who are there now, and a request that nobody could decide (H22 to H24). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  eventually,
  labConfig,
  openTestApp,
  type TestApp,
  textOf,
} from '#test/helpers/open-test-app.ts';
import { createShiftedClock } from '#test/helpers/shift-clock.ts';
import { alterBy, createPeople, watchOften } from './alterations.ts';
import { buttonsOf, cardOf, deedsOf, listFacts, readRequest } from './look.ts';

const CREATE = 'vm create web-07 --template ubuntu-24';
const askFor = (approvals: number, from = 'ops-leads') =>
  labConfig((text) =>
    text.replace('approvals: 1, from: ops-leads', `approvals: ${approvals}, from: ${from}`),
  );

async function untilShort(app: TestApp, words = /Not enough people of ops-leads are left/) {
  await eventually(async () => words.test(await cardOf(app, 'ann', 'R-1')));
}

describe('a word on a request', { timeout: 60_000 }, () => {
  it('H23 counts as its last one until the decision, and both stay in the audit', async () => {
    await using app = await openTestApp({ config: askFor(2) });
    await app.say('ann', CREATE);
    await app.say('bob', 'approval approve R-1 --reason "looks fine"');

    const denied = await app.say('bob', 'approval deny R-1 --reason "on second thought"');
    const late = await app.say('eva', 'approval approve R-1');

    assert.match(textOf(denied), /R-1 is denied/);
    assert.match(await cardOf(app, 'ann', 'R-1'), /Denied by Bob Stein.*on second thought/s);
    assert.match(textOf(late), /R-1 was decided before/);
    const words = (await listFacts(app, 'vote_cast')).map(({ word }) => word);
    assert.deepEqual(words, ['deny', 'approve']);
    assert.deepEqual(deedsOf(app), []);
  });

  it('H22 of somebody who left since is void at the next vote, and the card shows who counts now', async () => {
    const people = createPeople();
    await using app = await openTestApp({ config: askFor(2), alter: people.alter });
    await app.say('ann', CREATE);
    await app.say('bob', 'approval approve R-1');
    people.change('bob', { groups: [] });
    people.change('carl', { groups: ['ops-leads'] });

    await app.say('eva', 'approval approve R-1');

    const card = await cardOf(app, 'ann', 'R-1');
    assert.match(card, /R-1 · 1 of 2 agreed/);
    assert.match(card, /Agreed: +Eva Lang \d/);
    assert.equal((await app.audit('vote_void')).length, 1);
    const decided = await app.say('carl', 'approval approve R-1');
    assert.match(textOf(decided), /R-1 is approved/);
    assert.equal(await app.jobEnd(1), 'done');
  });

  it('H23 on a card that is older than what is asked now is refused, with the new one to look at', async () => {
    await using app = await openTestApp();
    await app.say('carl', 'vm stop app-01');
    const [old] = (await app.messages('eva')).flatMap(({ card }) => card.actions);
    app.drover.lab?.faults.changeByOthers('lab-vc', (console) => console.registerAgain('app-01'));
    await eventually(async () => /All votes are void/.test(await cardOf(app, 'eva', 'R-1')));

    const clicked = await app.clickId('eva', old?.id ?? '');

    assert.match(textOf(clicked), /That card is old: R-1 has changed since/);
    assert.equal((await readRequest(app, 1)).state, 'open');
    assert.deepEqual(deedsOf(app), []);
  });
});

describe('a request that nobody can decide', { timeout: 60_000 }, () => {
  it('H24 B29 D04 is refused at once where the group is empty, with the rule and the way on', async () => {
    const config = askFor(1, 'VM-Approvers-Empty').replace(
      'lab:',
      `lab:
  people:
    people:
      - { login: ann, name: Ann Berg, groups: [web-team, ops-leads, operators, drover-admins] }
    groups: [{ name: VM-Approvers-Empty }]`,
    );
    await using app = await openTestApp({ config });

    const answer = textOf(await app.say('ann', CREATE));

    assert.match(answer, /Nobody can agree to this: create web-07/);
    assert.match(answer, /Rule create-outside-test \(line \d+\) asks 1 of VM-Approvers-Empty/);
    assert.match(answer, /only 0 could/);
    const held = await app.drover.house.store.read((reads) => reads.reservations.list());
    assert.deepEqual(held, []);
  });

  it('H24 is refused where only the requester could agree, or one too few', async () => {
    await using own = await openTestApp({ config: askFor(1, 'web-team') });
    await using few = await openTestApp({ config: askFor(3) });

    const answers = [await own.say('ann', CREATE), await few.say('ann', CREATE)].map(textOf);

    assert.match(answers[0] ?? '', /asks 1 of web-team, and without you only 0 could/);
    assert.match(answers[1] ?? '', /asks 3 of ops-leads, and without you only 2 could/);
  });

  it('H24 B29 D05 that empties while it waits says so to requester and administrators, and keeps its number', async () => {
    const people = createPeople();
    const alter = alterBy(people.alter, watchOften);
    await using app = await openTestApp({ config: askFor(2), alter });
    await app.say('ann', CREATE);
    await app.say('bob', 'approval approve R-1');
    for (const login of ['bob', 'eva']) people.change(login, { groups: [] });

    await untilShort(app);

    await eventually(async () => (await app.messages('dora')).length > 0);
    assert.match(
      await cardOf(app, 'dora', 'R-1'),
      /Not enough people of ops-leads are left to agree/,
    );
    assert.deepEqual(await buttonsOf(app, 'dora', 'R-1'), []);
    assert.match(await cardOf(app, 'ann', 'R-1'), /R-1 · 0 of 2 agreed/);
    assert.equal((await app.audit('request_falls_short')).length, 1);
    assert.equal((await readRequest(app, 1)).stages[0]?.needed, 2);
  });

  it('H24 can be decided again by who joins the group, who gets its card', async () => {
    const people = createPeople();
    const alter = alterBy(people.alter, watchOften);
    await using app = await openTestApp({ alter });
    await app.say('ann', CREATE);
    for (const login of ['bob', 'eva']) people.change(login, { groups: [] });
    await untilShort(app);

    people.change('carl', { groups: ['ops-leads', 'operators'] });
    await eventually(async () => (await app.messages('carl')).length > 0);
    await eventually(async () => !/Not enough people/.test(await cardOf(app, 'ann', 'R-1')));
    await app.click('carl', 'Approve');

    assert.equal(await app.jobEnd(1), 'done');
    assert.equal((await app.audit('request_can_be_decided')).length, 1);
  });

  it('H24 H34 B15 expires as planned: what it held is free, and every copy of its card ends equal', async () => {
    const clock = createShiftedClock();
    await using app = await openTestApp({ alter: alterBy(watchOften, clock.alter) });
    await app.say('ann', CREATE);
    clock.forward(61 * 60_000);

    await eventually(async () => (await readRequest(app, 1)).state === 'expired');
    await eventually(async () => /expired/.test(await cardOf(app, 'ann', 'R-1')));

    const cards = [];
    for (const person of ['ann', 'bob', 'eva']) {
      cards.push(await cardOf(app, person, 'R-1'));
      assert.deepEqual(await buttonsOf(app, person, 'R-1'), []);
    }
    assert.match(cards[0] ?? '', /Expired without a decision/);
    assert.equal(new Set(cards).size, 1);
    const held = await app.drover.house.store.read((reads) => reads.reservations.list());
    assert.deepEqual(held, []);
  });
});
