import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labConfig, openTestApp, type TestApp, textOf } from '../helpers/open-test-app.ts';
import { createShiftedClock } from '../helpers/shift-clock.ts';

const CREATE = 'vm create web-07 --template ubuntu-24 --reason "load test"';

describe('refused with one clear answer and one audit event', { timeout: 120_000 }, () => {
  it('without the right', async () => {
    await using app = await openTestApp();

    const answer = await app.say('bob', 'connection accept lab-vc');

    assert.match(textOf(answer), /Not allowed: connection accept/);
    assert.match(textOf(answer), /No role of yours allows it/);
    assert.equal((await app.audit('refused')).length, 1);
  });

  it('without a right on that object, naming role and line', async () => {
    await using app = await openTestApp();

    const answer = await app.say('ann', 'vm stop db-01');

    assert.match(textOf(answer), /Not allowed: vm stop/);
    assert.match(textOf(answer), /role web-team \(line \d+\): does not hold there/);
    assert.equal((await app.audit('refused')).length, 1);
    assert.equal((await listRequests(app)).length, 0);
  });

  it('without a rule', async () => {
    const config = labConfig((text) =>
      text.replace('[vm.shutdown, vm.stop, vm.save', '[vm.shutdown, vm.save'),
    );
    await using app = await openTestApp({ config });

    const answer = await app.say('carl', 'vm stop app-01');

    assert.match(textOf(answer), /No rule of the configuration says who must agree/);
    assert.equal((await app.audit('refused')).length, 1);
    assert.equal((await listRequests(app)).length, 0);
  });

  it('H23 the same vote twice, from two windows, and says when it was counted', async () => {
    const config = labConfig((text) =>
      text.replace('approvals: 1, from: ops-leads', 'approvals: 2, from: ops-leads'),
    );
    await using app = await openTestApp({ config });
    await app.say('ann', CREATE);
    await app.click('bob', 'Approve');

    const again = await app.say('bob', 'approval approve R-1');

    assert.match(textOf(again), /already counted at \d\d:\d\d/);
    assert.equal((await app.audit('vote_cast')).length, 1);
    assert.equal((await app.audit('vote_refused')).length, 1);
  });

  it('H23 H31 a vote after the decision, with the outcome', async () => {
    await using app = await openTestApp();
    await app.say('ann', CREATE);
    await app.say('bob', 'approval approve R-1');

    const late = await app.say('eva', 'approval deny R-1 --reason "too late"');

    assert.match(textOf(late), /R-1 was decided before/);
    assert.equal((await app.audit('vote_refused')).length, 1);
    assert.equal((await app.audit('request_approved')).length, 1);
  });

  it('H29 H31 a vote after the deadline, by the clock of the database alone', async () => {
    const clock = createShiftedClock();
    await using app = await openTestApp({ alter: clock.alter });
    await app.say('ann', CREATE);
    clock.forward(61 * 60_000);

    // The person's own clock says the same as before; a fresh message is not late.
    const late = await app.say('bob', 'approval approve R-1').catch((error: unknown) => error);

    assert.match(textOf(late as never), /has expired|Came too late/);
    assert.equal((await app.audit('request_approved')).length, 0);
  });

  it('H34 a double click from two windows: one decision, and both get an answer', async () => {
    await using app = await openTestApp();
    await app.say('ann', CREATE);
    const action = await findAction(app, 'bob', 'Approve');

    const answers = await Promise.all([app.clickId('bob', action), app.clickId('bob', action)]);

    const texts = answers.map(textOf).toSorted();
    assert.equal(texts.filter((text) => /R-1 is approved/.test(text)).length, 1);
    assert.equal(texts.filter((text) => /decided before/.test(text)).length, 1);
    assert.equal((await app.audit('request_approved')).length, 1);
    assert.equal((await app.audit('job_created')).length, 1);
  });

  it('a forged action, and one that was drawn for somebody else', async () => {
    await using app = await openTestApp();
    await app.say('ann', CREATE);
    const ofBob = await findAction(app, 'bob', 'Approve');

    const forged = await app.clickId('eva', '00000000-0000-4000-8000-000000000000');
    const foreign = await app.clickId('eva', ofBob);
    const odd = await app.clickId('eva', "x'; drop table request; --\u0000");

    for (const answer of [forged, foreign, odd])
      assert.match(textOf(answer), /does not belong to you/);
    assert.equal((await app.audit('action_refused')).length, 3);
    assert.equal((await app.audit('vote_cast')).length, 0);
  });

  it('over quota, with what is used, wanted and allowed', async () => {
    await using app = await openTestApp();

    const answer = await app.say('ann', 'vm create big-1 --template ubuntu-24 --memory 100GiB');

    assert.match(textOf(answer), /Over quota/);
    assert.match(textOf(answer), /0 B → 100 GiB of 96 GiB memory/);
    assert.equal((await app.audit('refused')).length, 1);
  });

  it('200 requests at once against one quota: as many as it holds and not one more', async () => {
    await using app = await openTestApp();
    const lines = Array.from(
      { length: 200 },
      (_, at) => `vm create many-${at} --template ubuntu-24 --cpu 1 --memory 1GiB`,
    );

    const answers = await Promise.all(lines.map((line) => app.say('ann', line)));

    const texts = answers.map(textOf);
    assert.equal(texts.filter((text) => /wants to create/.test(text)).length, 10);
    assert.equal(texts.filter((text) => /Over quota/.test(text)).length, 190);
    const held = await app.drover.house.store.read((reads) => reads.reservations.list());
    assert.equal(held.length, 10);
    assert.equal((await app.audit('refused')).length, 190);
  });

  it('a link code in the terminal, with where codes are given, and nothing of unlinking', async () => {
    await using app = await openTestApp();

    const link = textOf(await app.say('ann', 'link K7QP2-M9XTR'));
    const unlink = textOf(await app.say('ann', 'unlink'));

    assert.match(link, /You are known here already/);
    assert.match(link, /write\s+link\s+and\s+the\s+code\s+to\s+Drover\s+there/);
    assert.match(unlink, /There is nothing to unlink here/);
  });
});

function listRequests({ drover }: TestApp) {
  return drover.house.store.read((reads) => reads.requests.list({ limit: 100 }));
}

async function findAction(app: TestApp, person: string, label: string): Promise<string> {
  const actions = (await app.messages(person)).flatMap(({ card }) => card.actions);
  const action = actions.find((one) => one.label === label);
  if (!action) throw new Error(`${person} has no button ${label}`);
  return action.id;
}
