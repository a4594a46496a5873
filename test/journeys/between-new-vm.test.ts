/** Between approval and start of a new VM: what people read when the world has changed meanwhile. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openAgreed } from './agreed.ts';
import { buttonsOf, byOthers, cardOf, deedsOf, findVm, readRequest, untilKnown } from './look.ts';

const CREATE = 'vm create web-07 --template ubuntu-24 --reason "load test"';

describe('a new VM that was agreed to', { timeout: 60_000 }, () => {
  it('H08 is never made from another template of the same name: back again, and everybody reads why', async () => {
    await using agreed = await openAgreed('ann', CREATE);
    const { app } = agreed;
    byOthers(app, (console) => console.replaceTemplate('ubuntu-24'));

    const state = await agreed.start();

    assert.deepEqual([state, (await readRequest(app, 1)).state], ['superseded', 'open']);
    for (const person of ['ann', 'bob', 'eva']) {
      const card = await cardOf(app, person, 'R-1');
      assert.match(card, /R-1 · 0 of 1 agreed/);
      assert.match(card, /Back again: .*All votes are void/);
      assert.match(card, /The template ubuntu-24 is no more, says its platform/);
      assert.doesNotMatch(card, /nothing +nothing|[0-9a-f]{8}-[0-9a-f]{4}/);
    }
    assert.deepEqual(await buttonsOf(app, 'bob', 'R-1'), ['Approve', 'Deny…']);
    assert.deepEqual(await buttonsOf(app, 'ann', 'R-1'), []);
    const job = await cardOf(app, 'ann', 'J-1');
    assert.match(job, /J-1 · superseded/);
    assert.doesNotMatch(job, /agreed by/);
    assert.equal(await agreed.agreeAgain(), 'superseded');
    assert.deepEqual(deedsOf(app), []);
  });

  it('waits for votes again when its name is taken by now, and is made once it is free', async () => {
    await using agreed = await openAgreed('ann', CREATE);
    const { app } = agreed;
    byOthers(app, (console) => console.renameVm('web-01', 'web-07'));
    await untilKnown(app, (index) => index.byName('vm', 'web-07').length === 1);

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    assert.match(await cardOf(app, 'bob', 'R-1'), /The name web-07 is taken in \/prod\/web/);
    assert.deepEqual(deedsOf(app), []);
    byOthers(app, (console) => console.renameVm('web-07', 'web-77'));
    await untilKnown(app, (index) => index.byName('vm', 'web-07').length === 0);
    assert.equal(await agreed.agreeAgain('eva'), 'done');
    assert.match(await cardOf(app, 'ann', 'R-1'), /Approved by Eva Lang .* · J-2 is done/);
    assert.equal(deedsOf(app).filter((deed) => deed === 'clone').length, 1);
  });

  it('goes on with other stars, and says so', async () => {
    await using agreed = await openAgreed('ann', `${CREATE} --host esx-01`);
    const { app } = agreed;
    const esx01 = () => app.drover.house.index.byName('host', 'esx-01')[0]?.body;
    const used = esx01()?.memoryUsedBytes ?? 0;
    byOthers(app, (console) => {
      console.setPower('app-06', 'off');
      console.moveVm('app-06', { host: 'esx-01' });
      console.editVm('app-06', { memoryBytes: 120 * 1024 ** 3 });
      console.setPower('app-06', 'on');
    });
    await untilKnown(app, () => (esx01()?.memoryUsedBytes ?? 0) > used + 100 * 1024 ** 3);

    const state = await agreed.start();

    assert.equal(state, 'done');
    assert.match(
      await cardOf(app, 'ann', 'J-1'),
      /Inside what was agreed: esx-01 (★*½?) on \S+ instead of esx-01 (?!\1 )★+½? on/,
    );
    assert.equal((await readRequest(app, 1)).revision, 1);
  });

  it('goes on with another datastore of those that were agreed to, and says so', async () => {
    await using agreed = await openAgreed('ann', CREATE);
    const { app } = agreed;
    byOthers(app, (console) => console.fillDatastore('SAN-B'));
    await untilKnown(app, (index) => index.byName('datastore', 'SAN-B')[0]?.body.freeBytes === 0);

    const state = await agreed.start();

    assert.equal(state, 'done');
    const card = await cardOf(app, 'ann', 'J-1');
    assert.match(card, /Inside what was agreed: \S+ \S+ on SAN-A instead of \S+ \S+ on SAN-B/);
    const made = findVm(app, 'web-07').body.datastoreHandle;
    assert.equal(made, app.drover.house.index.byName('datastore', 'SAN-A')[0]?.handle);
  });

  it('goes back when its datastore is full, with what was agreed beside what is', async () => {
    await using agreed = await openAgreed('ann', `${CREATE} --datastore SAN-A`);
    const { app } = agreed;
    byOthers(app, (console) => console.fillDatastore('SAN-A'));

    const state = await agreed.start();

    assert.deepEqual([state, (await readRequest(app, 1)).state], ['superseded', 'open']);
    for (const person of ['ann', 'bob']) {
      const card = await cardOf(app, person, 'R-1');
      assert.match(card, /Approved +Now/);
      assert.match(card, /place +esx-\d+ ★+½? on SAN-A +none/);
      assert.match(card, /SAN-A: 0 B free, 40 GiB wanted/);
    }
    assert.deepEqual(deedsOf(app), []);
    byOthers(app, (console) => console.fillDatastore('SAN-A', 10 * 1024 ** 4));
    assert.equal(await agreed.agreeAgain(), 'done');
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
  });

  it('lesson S4: goes back when only another place is left, with both places, and is made there after a new vote', async () => {
    await using agreed = await openAgreed('ann', `${CREATE} --cluster test`);
    const { app } = agreed;
    byOthers(app, (console) => {
      console.setHost('esx-06', { inMaintenance: true });
      console.setHost('esx-07', { inMaintenance: true });
      console.setHost('esx-08', { state: 'connected' });
    });
    await untilKnown(app, (index) => index.byName('host', 'esx-08')[0]?.body.state === 'connected');

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    const card = await cardOf(app, 'bob', 'R-1');
    assert.match(card, /place +esx-0[67] ★+½? on \S+ +esx-08 ★+½? on/);
    assert.match(card, /hosts +esx-0[67], esx-0[67] +esx-08/);
    assert.equal(await agreed.agreeAgain(), 'done');
    const host = app.drover.house.index.byName('host', 'esx-08')[0]?.handle;
    assert.equal(findVm(app, 'web-07').body.hostHandle, host);
  });
});
