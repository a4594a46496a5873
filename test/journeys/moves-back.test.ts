/** `host maintenance exit`: the host takes VMs again, and those come back that can. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byOthers, deedsOf, findVm, untilKnown } from './look.ts';
import {
  ask,
  endCard,
  faultsOf,
  holdStep,
  markOf,
  names,
  openMoves,
  placesOf,
  readCard,
  say,
  untilCard,
  vmsOn,
} from './moves-stage.ts';

const ON = { 'esx-01': names(5), 'esx-02': ['web-01'], 'esx-03': [] };
const BACK = 'host maintenance exit esx-01 --move-back';

async function openEmptied(on: Readonly<Record<string, readonly string[]>> = ON) {
  const app = await openMoves({ on });
  await ask(app, 'host maintenance enter esx-01');
  await endCard(app);
  return app;
}

describe('host maintenance exit', { timeout: 100_000 }, () => {
  it('lets VMs come again, says how many stay away and how they come back', async () => {
    await using app = await openEmptied();

    const asked = await ask(app, 'host maintenance exit esx-01', 2);
    const card = await endCard(app, 2);

    assert.match(asked, /Carl Wu wants to end the maintenance of esx-01 R-2/);
    assert.match(
      asked,
      /5 VMs that Drover moved away stay where they are\. To bring them back: host maintenance exit esx-01 --move-back/,
    );
    assert.match(
      card,
      /Ending the maintenance of esx-01 J-2 · done .*✔ let VMs come to esx-01 again/,
    );
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['none', []]);
    assert.match(await say(app, 'carl', 'host rate app-01'), /esx-01 ★/);
  });

  it('brings back exactly those that were moved away, and no other', async () => {
    await using app = await openEmptied();

    const asked = await say(app, 'carl', BACK);
    const forBob = await readCard(app, 'R-2', 'bob');
    await app.click('bob', 'Approve');
    const card = await endCard(app, 2);

    for (const words of [asked, forBob]) {
      assert.match(words, /wants to end the maintenance of esx-01, moving its VMs back/);
      assert.match(words, /Effect: 5 VMs move while they run; the host takes VMs again/);
    }
    assert.match(card, /^Ending the maintenance of esx-01, moving its VMs back J-2 · done/);
    assert.deepEqual(
      [await vmsOn(app, 'esx-01'), await vmsOn(app, 'esx-02')],
      [names(5), ['web-01']],
    );
    assert.equal(await markOf(app, 'esx-01'), 'none');
    assert.equal(deedsOf(app).filter((deed) => deed === 'move').length, 10);
  });

  it('leaves where it is what somebody else had moved away before Drover did', async () => {
    const held = holdStep('mark-host', 'verify');
    await using app = await openMoves({ on: ON, alter: held.alter });
    await ask(app, 'host maintenance enter esx-01');
    await held.reached;
    byOthers(app, (console) => console.moveVm('app-02', { host: 'esx-02' }));
    held.release();
    await endCard(app);

    const asked = await ask(app, BACK, 2);
    await endCard(app, 2);

    assert.match(asked, /Effect: 4 VMs move while they run/);
    assert.deepEqual(
      await vmsOn(app, 'esx-01'),
      names(5).filter((name) => name !== 'app-02'),
    );
  });

  it('names those that are off, saved, gone or tied by now, and leaves them where they are', async () => {
    await using app = await openEmptied();
    byOthers(app, (console) => {
      console.setPower('app-01', 'off');
      console.deleteVm('app-02');
      console.editVm('app-03', { ties: [{ what: 'local_image', label: 'tools.iso' }] });
      console.setPower('app-04', 'suspended');
    });
    await untilKnown(
      app,
      ({ byName }) =>
        byName('vm', 'app-02').length === 0 && findVm(app, 'app-04').body.power === 'suspended',
    );
    const before = await placesOf(app);

    const asked = await ask(app, BACK, 2);
    await endCard(app, 2);

    assert.match(asked, /1 VM moves while it runs; the host takes VMs again/);
    for (const words of [
      /app-01 is not moved back: it is off now\./,
      /app-02 is not moved back: it is no more\./,
      /app-03 is not moved back: it is tied to the host where it is\./,
      /app-04 is not moved back: it is saved now\./,
    ])
      assert.match(asked, words);
    assert.deepEqual(await vmsOn(app, 'esx-01'), ['app-05']);
    const stay = before.filter((place) => !place.startsWith('app-05'));
    for (const place of stay) assert.ok((await placesOf(app)).includes(place), place);
  });

  it('is incomplete by the one that the platform refuses, and brings the others', async () => {
    await using app = await openEmptied();
    faultsOf(app).refuse('move', 'platform_refused', { vm: 'app-02' });

    await ask(app, BACK, 2);
    const card = await endCard(app, 2);

    assert.match(card, /J-2 · incomplete .*✖ move app-02 to esx-01: The platform refused/);
    assert.deepEqual(await vmsOn(app, 'esx-01'), ['app-01', 'app-03', 'app-04', 'app-05']);
    assert.equal(await markOf(app, 'esx-01'), 'none');
  });

  it('H13 whose answers are lost is judged by what the platform shows', async () => {
    await using app = await openEmptied();
    faultsOf(app).dropAnswer('unmarkHost', { when: 'after', vm: 'esx-01' });
    faultsOf(app).dropAnswer('move', { when: 'after', vm: 'app-04' });

    await ask(app, BACK, 2);
    const card = await endCard(app, 2);

    assert.match(card, /J-2 · done, with a warning/);
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['none', names(5)]);
    assert.equal(deedsOf(app).filter((deed) => deed === 'unmarkHost').length, 1);
  });

  it('H13 fails when its platform says done and leaves the mark, and moves nothing back', async () => {
    await using app = await openEmptied();
    faultsOf(app).succeedWithoutEffect('unmarkHost', 'all', { vm: 'esx-01' });

    await ask(app, BACK, 2);
    const card = await endCard(app, 2);

    assert.match(card, /J-2 · failed .*The platform said done, and the result is not as wished/);
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
  });

  it('B58 brings a host back that stands half emptied, with what was moved away by then', async () => {
    await using app = await openMoves({
      on: ON,
      vms: { 'app-05': { ties: [{ what: 'setting', label: 'DRS off' }] } },
    });
    await ask(app, 'host maintenance enter esx-01');
    await untilCard(app, /\[Leave: app-05\]/);
    await app.click('carl', 'Leave: app-05');
    assert.match(await endCard(app), /· incomplete/);

    await ask(app, BACK, 2);
    await endCard(app, 2);

    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['none', names(5)]);
  });
});
