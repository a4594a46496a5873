/** The numbers of a platform's events only rise; where they went back, its past is another one (H06). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { acceptHold, holdConnection, isHeldForDatabase } from '#core/inventory/connection-hold.ts';
import { observe } from './observe.ts';
import { type OpenSync, openSync } from './open-sync.ts';

const vm = observe('vm', 'vm-1');

/** It is asked who it is and read once more. */
async function readAgain(sync: OpenSync, eventNumber: number | undefined): Promise<string> {
  sync.platform.eventNumber = eventNumber;
  sync.platform.loseSession();
  await sync.rest.arrived();
  return sync.goOn();
}

describe('sync: event numbers', () => {
  it('H06 goes on hold with both numbers when they went back, and concludes nothing', async () => {
    await using sync = await openSync(vm);
    await readAgain(sync, 1000);

    sync.platform.put(observe('vm', 'vm-1', undefined, { power: 'off' }));
    assert.equal(await readAgain(sync, 999), 'pause');

    const state = await sync.state();
    assert.equal(state?.holdCode, 'went_back');
    assert.deepEqual(state.holdFacts, { was: 1000, now: 999 });
    assert.equal(isHeldForDatabase(state), false);
    assert.equal(sync.platform.snapshots, 2);
    assert.equal(sync.vm('vm-1')?.body.power, 'on');
  });

  it('H06 goes on where they stand or rise, where none is shown, and where none was known', async () => {
    await using sync = await openSync(vm);

    for (const eventNumber of [7, 7, 8, undefined, 9])
      assert.equal(await readAgain(sync, eventNumber), 'changes');

    assert.equal((await sync.state())?.holdCode, null);
    assert.equal(await readAgain(sync, 8), 'pause');
    assert.deepEqual((await sync.state())?.holdFacts, { was: 9, now: 8 });
  });

  it('H06 takes the number that was shown for its new base once it is accepted', async () => {
    await using sync = await openSync(vm);
    await readAgain(sync, 1000);
    await readAgain(sync, 500);
    sync.platform.eventNumber = 520;
    await sync.goOn();
    assert.deepEqual((await sync.state())?.holdFacts, { was: 1000, now: 500 });

    await sync.accept();
    assert.equal(await sync.goOn(), 'changes');

    assert.equal((await sync.state())?.holdCode, null);
    await readAgain(sync, 510);
    assert.deepEqual((await sync.state())?.holdFacts, { was: 520, now: 510 });
  });

  it('H06 begins anew with the numbers of another installation that was accepted', async () => {
    await using sync = await openSync(vm);
    await readAgain(sync, 1000);
    sync.platform.identity = 'installation-2';
    await readAgain(sync, 3);
    assert.equal((await sync.state())?.holdCode, 'identity_changed');

    await sync.accept();
    assert.equal(await sync.goOn(), 'changes');

    assert.equal((await sync.state())?.identity, 'installation-2');
  });

  it('H06 asks again while it follows, at most each minute, and stops where they went back', async () => {
    await using sync = await openSync(vm);
    await readAgain(sync, 1000);
    const asked = sync.platform.identified;
    const tell = (power: 'on' | 'off') =>
      sync.platform.tell({ change: 'seen', object: observe('vm', 'vm-1', undefined, { power }) });

    sync.platform.eventNumber = 5000;
    await tell('off');
    sync.elapse(60_000);
    await tell('on');
    await tell('off');
    assert.equal(sync.platform.identified, asked + 1);
    sync.platform.eventNumber = 3000;
    sync.elapse(60_000);
    const paused = sync.pauses.length;
    await tell('on');

    assert.deepEqual((await sync.state())?.holdFacts, { was: 5000, now: 3000 });
    assert.equal(sync.vm('vm-1')?.body.power, 'off');
    while (sync.pauses.length === paused) await setImmediate();
  });

  it('H37 tells a hold of Drover’s own database from one of the platform, and keeps the base over it', async () => {
    await using sync = await openSync(vm);
    await readAgain(sync, 1000);
    await sync.store.transact((tx) =>
      holdConnection(tx, 'vc', 'went_back', { anchor: 'database_went_back' }),
    );

    const held = await sync.state();
    assert.ok(held && isHeldForDatabase(held));
    await sync.store.transact((tx) => acceptHold(tx, held));
    await readAgain(sync, 900);

    assert.deepEqual((await sync.state())?.holdFacts, { was: 1000, now: 900 });
  });
});
