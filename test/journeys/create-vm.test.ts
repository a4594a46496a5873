import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, openTestApp, textOf } from '../helpers/open-test-app.ts';

describe('one VM, asked for and agreed', { timeout: 60_000 }, () => {
  it('is made once, belongs to who asked, and every card says so', async () => {
    await using app = await openTestApp();

    const asked = await app.say(
      'ann',
      'vm create web-07 --template ubuntu-24 --memory 8GiB --reason "load test"',
    );
    const counted = await app.click('bob', 'Approve');
    const state = await app.jobEnd(1);

    assert.match(textOf(asked), /Ann Berg wants to create web-07 +R-1 · 0 of 1 agreed/);
    assert.match(textOf(counted), /R-1 is approved/);
    assert.equal(state, 'done');
    const [vm, ...others] = app.drover.house.index.byName('vm', 'web-07');
    assert.equal(others.length, 0);
    assert.equal(vm?.body.memoryBytes, 8 * 1024 ** 3);
    assert.equal(vm?.body.power, 'on');
    assert.ok(vm?.ownerId);
    const clones = app.drover.lab?.history().filter(({ deed }) => deed === 'clone') ?? [];
    assert.equal(clones.length, 1);
    assert.equal(
      (await app.drover.house.store.read((reads) => reads.reservations.list())).length,
      0,
    );
  });

  it('H34 is said to be done on every copy of its request, the approver’s too', async () => {
    await using app = await openTestApp();
    await app.say('ann', 'vm create web-07 --template ubuntu-24');

    await app.click('bob', 'Approve');
    await app.jobEnd(1);

    for (const person of ['ann', 'bob', 'eva']) {
      const isSaid = async () =>
        (await app.messages(person)).some((view) => /J-1 is done/.test(textOf(view)));
      await eventually(isSaid);
    }
  });

  it('is refused to who asked, by the same person, with one audit event', async () => {
    await using app = await openTestApp();
    await app.say('ann', 'vm create web-07 --template ubuntu-24');

    const refused = await app.say('ann', 'approval approve R-1');

    assert.match(textOf(refused), /your own request/);
    assert.equal((await app.audit('vote_refused')).length, 1);
  });
});
