/** A connection on hold: everything is shown, nothing is changed, and an administrator alone ends it (H06). */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { eventually, openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { openAgreed } from './agreed.ts';
import {
  byOthers,
  cardOf,
  deedsOf,
  findVm,
  readAnew,
  readJob,
  untilKnown,
  untilOnHold,
} from './look.ts';

/** While nobody looks, so many VMs are in the list no more. */
async function loseVms(app: TestApp, share: number): Promise<number> {
  app.drover.lab?.faults.disconnect('lab-vc');
  const lost = byOthers(app, (console) => console.loseVms(share));
  app.drover.lab?.faults.reconnect('lab-vc');
  app.drover.house.resync('lab-vc');
  return lost;
}

function countVms({ drover }: TestApp): number {
  return [...drover.house.index.all('vm')].filter((vm) => vm.connectionId === 'lab-vc').length;
}

async function changeIdentity(app: TestApp): Promise<void> {
  byOthers(app, (console) => console.changeIdentity());
  app.drover.lab?.faults.loseSession('lab-vc');
  app.drover.house.resync('lab-vc');
  await untilOnHold(app, 'lab-vc');
}

describe('a connection on hold', { timeout: 60_000 }, () => {
  it('H06 whose identity changed shows everything as last seen and changes nothing', async () => {
    await using app = await openTestApp();
    await changeIdentity(app);

    const shown = textOf(await app.say('carl', 'vm show app-01'));
    const listed = textOf(await app.say('carl', 'vm list --match app-*'));
    const connection = textOf(await app.say('dora', 'connection show lab-vc'));
    const refused = textOf(await app.say('carl', 'vm stop app-01'));
    const created = textOf(await app.say('ann', 'vm create web-07 --template ubuntu-24'));

    for (const text of [shown, listed, connection])
      assert.match(
        text,
        /lab-vc is on hold since .*another installation answers under its address/,
      );
    assert.match(shown, /as last seen/);
    assert.match(refused, /Cannot stop app-01.*lab-vc is on hold \(identity changed\)/s);
    assert.match(refused, /connection accept lab-vc/);
    assert.match(created, /lab-vc is on hold/);
    assert.deepEqual(deedsOf(app), []);
    // The other platform is none the worse for it.
    assert.doesNotMatch(textOf(await app.say('carl', 'vm show erp-01')), /hold|as last seen/);
  });

  it('H06 is ended by who has that very right, and changes are possible again', async () => {
    await using app = await openTestApp();
    await changeIdentity(app);

    const refused = await app.say('carl', 'connection accept lab-vc');
    const accepted = await app.say('dora', 'connection accept lab-vc --reason "restored, checked"');
    await eventually(async () => !/on hold/.test(await showConnection(app)));
    const again = await app.say('dora', 'connection accept lab-vc');

    assert.match(textOf(refused), /Not allowed: connection accept/);
    assert.match(textOf(accepted), /lab-vc is accepted as it stands/);
    assert.match(textOf(again), /lab-vc is not on hold/);
    const [event, ...others] = await app.audit('connection_accepted');
    assert.equal(others.length, 0);
    assert.match(JSON.stringify(event), /restored, checked/);
    const asked = await app.say('carl', 'vm stop app-01');
    assert.match(textOf(asked), /Carl Wu wants to stop app-01/);
  });

  it('H06 of which very much vanished in one reading concludes nothing until that is accepted', async () => {
    await using app = await openTestApp();
    const before = countVms(app);
    const lost = await loseVms(app, 0.2);
    await untilOnHold(app, 'lab-vc');

    const connection = await showConnection(app);
    const refused = await app.say('carl', 'vm stop app-18');

    assert.match(connection, /very much vanished from it at once/);
    assert.match(connection, new RegExp(`vanished: +${lost}`));
    assert.equal(countVms(app), before);
    assert.deepEqual(await app.audit('object_gone'), []);
    assert.match(textOf(refused), /lab-vc is on hold \(many vanished\)/);
    await app.say('dora', 'connection accept lab-vc');
    await eventually(() => countVms(app) === before - lost);
    assert.equal((await app.audit('object_gone')).length, lost);
  });

  it('H06 that tells of very many losses while it is followed concludes none of them until that is accepted', async () => {
    await using app = await openTestApp();
    const before = countVms(app);
    const lost = byOthers(app, (console) => console.loseVms(0.2));
    await untilOnHold(app, 'lab-vc');

    const connection = await showConnection(app);
    const refused = await app.say('carl', 'vm stop app-18');

    assert.match(connection, new RegExp(`vanished: +${lost}`));
    assert.match(textOf(refused), /lab-vc is on hold \(many vanished\)/);
    assert.equal(countVms(app), before);
    assert.deepEqual(await app.audit('object_gone'), []);
    await app.say('dora', 'connection accept lab-vc');
    await eventually(() => countVms(app) === before - lost);
    assert.equal((await app.audit('connection_on_hold')).length, 1);
  });

  it('H06 that was put back to an earlier time shows both event numbers, and is read on from there', async () => {
    using folder = createTemporaryFolder('restored-platform');
    const file = join(folder.path, 'lab.db');
    const first = await openTestApp({ dataFolder: folder.path });
    await first[Symbol.asyncDispose]();
    copyFileSync(file, `${file}.backup`);
    const second = await openTestApp({ dataFolder: folder.path });
    byOthers(second, (console) => console.renameVm('web-01', 'shop-01'));
    await readAnew(second, 'lab-vc');
    await second[Symbol.asyncDispose]();
    copyFileSync(`${file}.backup`, file);
    let isDatabaseAccepted = false;

    await using app = await openTestApp({ dataFolder: folder.path });
    await untilOnHold(app, 'lab-vc');
    const held = await showConnection(app);
    const named = findVm(app, 'shop-01');
    Object.assign(app.drover.house, { acceptDatabase: () => (isDatabaseAccepted = true) });
    await app.say('dora', 'connection accept lab-vc');

    assert.match(held, /lab-vc is on hold since .*its event numbers went back/);
    const [, was, now] = /was: +(\d+)\s+now: +(\d+)/.exec(held) ?? [];
    assert.ok(Number(was) > Number(now), held);
    await untilKnown(app, (index) => index.get('vm', named.id)?.body.name === 'web-01');
    assert.equal(isDatabaseAccepted, false);
    assert.doesNotMatch(await showConnection(app), /hold/);
  });

  it('H06 H09 a few that vanished are gone on the platform’s word, without a hold', async () => {
    await using app = await openTestApp();
    const before = countVms(app);
    const lost = await loseVms(app, 0.04);

    await readAnew(app, 'lab-vc');
    const connection = await showConnection(app);

    assert.ok(lost > 0);
    assert.match(connection, /answers/);
    await eventually(() => countVms(app) === before - lost);
  });

  it('H06 lets no agreed job begin: it waits and says for what', async () => {
    await using agreed = await openAgreed('carl', 'vm stop app-01');
    const { app } = agreed;
    await changeIdentity(app);

    const end = agreed.start();
    await eventually(async () => (await readJob(app, 1)).code !== null);

    assert.match(await cardOf(app, 'carl', 'J-1'), /Waits to start: .*lab-vc is on hold/);
    assert.deepEqual(deedsOf(app), []);
    await app.say('dora', 'connection accept lab-vc');
    assert.equal(await end, 'done');
  });
});

async function showConnection(app: TestApp): Promise<string> {
  return textOf(await app.say('dora', 'connection show lab-vc'));
}
