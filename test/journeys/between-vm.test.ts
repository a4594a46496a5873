/** Between approval and start of a change of one VM: what has become of that VM. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '#test/helpers/open-test-app.ts';
import { openAgreed } from './agreed.ts';
import { byOthers, cardOf, deedsOf, findVm, readJob, readRequest, untilKnown } from './look.ts';

describe('a VM whose change was agreed to', { timeout: 60_000 }, () => {
  it('H08 is the one that is changed though a twin of its name has come, which the cards mention', async () => {
    await using agreed = await openAgreed('carl', 'vm stop app-01');
    const { app } = agreed;
    const { id } = findVm(app, 'app-01');
    byOthers(app, (console) => {
      console.moveVm('web-01', { folder: '/prod/db' });
      console.renameVm('web-01', 'app-01');
    });
    await untilKnown(app, (index) => index.byName('vm', 'app-01').length === 2);

    const state = await agreed.start();

    assert.equal(state, 'done');
    assert.match(await cardOf(app, 'carl', 'J-1'), /1 other VM of the name app-01 elsewhere/);
    const powers = app.drover.house.index
      .byName('vm', 'app-01')
      .map((vm) => [vm.id === id, vm.body.power]);
    assert.deepEqual(powers.toSorted(), [
      [false, 'on'],
      [true, 'off'],
    ]);
  });

  it('H02 H03 registered again goes back with both handles, and the new one is stopped after a new vote', async () => {
    await using agreed = await openAgreed('carl', 'vm stop app-01');
    const { app } = agreed;
    const { id, handle: was } = findVm(app, 'app-01');
    const now = byOthers(app, (console) => console.registerAgain('app-01'));
    await untilKnown(app, (index) => index.get('vm', id)?.handle === now);

    const state = await agreed.start();

    assert.deepEqual([state, (await readRequest(app, 1)).state], ['superseded', 'open']);
    for (const person of ['carl', 'bob', 'eva']) {
      const card = await cardOf(app, person, 'R-1');
      assert.match(card, new RegExp(`Approved +Now\n *handle +${was} +${now}`));
    }
    assert.deepEqual(deedsOf(app), []);
    assert.equal(await agreed.agreeAgain(), 'done');
    assert.deepEqual([findVm(app, 'app-01').id, findVm(app, 'app-01').body.power], [id, 'off']);
  });

  it('H04 whose identity stands twice by now goes back, and nothing is done to either', async () => {
    await using agreed = await openAgreed('carl', 'vm stop app-01');
    const { app } = agreed;
    byOthers(app, (console) => console.copyVm('app-01'));
    await untilKnown(app, (index) => index.byName('vm', 'app-01').length === 2);

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    for (const person of ['carl', 'bob'])
      assert.match(await cardOf(app, person, 'R-1'), /Two VMs show the identity of app-01/);
    assert.deepEqual(deedsOf(app), []);
  });

  it('H05 that was deleted and restored under a new identity is not changed: it is another VM', async () => {
    await using agreed = await openAgreed('carl', 'vm stop app-01');
    const { app } = agreed;
    byOthers(app, (console) => {
      console.deleteVm('app-01');
      console.renameVm('app-02', 'app-01');
    });

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    assert.match(await cardOf(app, 'bob', 'R-1'), /The VM app-01 is no more, says its platform/);
    assert.deepEqual(deedsOf(app), []);
    assert.equal(findVm(app, 'app-01').body.power, 'on');
  });

  it('H19 lesson S4: with a disk added later goes back with the list of then and of now', async () => {
    await using agreed = await openAgreed('carl', 'vm delete test-web-01', {
      before: (app) => byOthers(app, (console) => console.setPower('test-web-01', 'off')),
    });
    const { app } = agreed;
    const [disk] = findVm(app, 'test-web-01').body.disks;
    assert.ok(disk);
    const file = '[SAN-A] test-web-01/test-web-01_1.vmdk';
    const added = { ...disk, key: '2001', label: 'SCSI 0:1', file };
    byOthers(app, (console) => console.editVm('test-web-01', { disks: [disk, added] }));

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    const card = await cardOf(app, 'bob', 'R-1');
    assert.match(card, /deletes/);
    assert.match(card, /test-web-01_1\.vmdk/);
    assert.deepEqual(deedsOf(app), []);
    assert.equal(await agreed.agreeAgain(), 'done');
    assert.deepEqual(app.drover.house.index.byName('vm', 'test-web-01'), []);
  });

  it('H10 whose platform does not answer waits under that name, and starts when it is back', async () => {
    await using agreed = await openAgreed('carl', 'vm stop app-01');
    const { app } = agreed;
    app.drover.lab?.faults.disconnect('lab-vc');

    const end = agreed.start();
    await eventually(async () => (await readJob(app, 1)).code !== null);
    const waiting = await readJob(app, 1);

    assert.equal(waiting.state, 'starting');
    assert.match(await cardOf(app, 'carl', 'J-1'), /lab-vc did not answer|lab-vc does not answer/);
    assert.deepEqual(deedsOf(app), []);
    app.drover.lab?.faults.reconnect('lab-vc');
    assert.equal(await end, 'done');
    assert.deepEqual(deedsOf(app), ['stop']);
  });
});
