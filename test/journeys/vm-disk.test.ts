/** `vm disk add` and `vm disk remove` as people have them: asked for, agreed to, done; refused; and cut in the middle. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toPlainText } from '#bot/renderers/plain-text.ts';
import type { DiskBody } from '#core/inventory/vm-parts.ts';
import { openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { openAgreed } from './agreed.ts';
import { hurry } from './alterations.ts';
import { byOthers, cardOf, deedsOf, findVm, readRequest } from './look.ts';

const GIB = 1024 ** 3;
const say = async (app: TestApp, person: string, text: string) =>
  textOf(await app.say(person, text));
const ADD = 'vm disk add web-01 --size 40GB --reason "logs"';

async function openWithSecondDisk(changes: Partial<DiskBody> = {}): Promise<TestApp> {
  const app = await openTestApp();
  byOthers(app, (console) => {
    const [first] = findVm(app, 'web-01').body.disks;
    assert.ok(first);
    const second = { ...first, key: '2001', label: 'SCSI 0:1', file: '[SAN-A] web-01/logs.vmdk' };
    console.editVm('web-01', { disks: [first, { ...second, ...changes }] });
  });
  return app;
}

describe('vm disk add', { timeout: 60_000 }, () => {
  it('is asked for, agreed to and done on both platforms, while the VM runs or not', async () => {
    await using app = await openTestApp();

    const { card } = await app.say('ann', ADD);
    const asked = toPlainText(card, { width: 120, colour: false, showDetails: false });
    await app.click('bob', 'Approve');
    const state = await app.jobEnd(1);
    const told = await say(app, 'ann', 'job show J-1');
    const shown = await say(app, 'ann', 'vm show web-01');

    assert.match(asked, /Ann Berg wants to add a disk of 40 GiB to web-01 /);
    assert.match(asked, /Effect: +web-01: nothing else changes/);
    assert.match(asked, /web-team: 0 B → 40 GiB of 8 TiB disk/);
    assert.match(asked, /A new, empty disk of 40 GiB on SAN-A, beside the VM’s own files\./);
    assert.equal(state, 'done');
    assert.match(told, /Adding a disk of 40 GiB to web-01 +J-1 · done/);
    assert.match(told, /✔ add an empty disk of 40 GiB to web-01/);
    assert.match(shown, /SCSI 0:1 +40 GiB +SAN-A +\[SAN-A\] web-01\/drover-[\w-]+_add-disk\.vmdk/);
    const held = await app.drover.house.store.read((reads) => reads.reservations.list());
    assert.deepEqual(held, []);

    await app.say('carl', 'vm disk add sql-01 --size 1TiB');
    await app.say('bob', 'approval approve R-2');
    assert.equal(await app.jobEnd(2), 'done');
    assert.deepEqual(
      findVm(app, 'sql-01').body.disks.map(({ sizeBytes = 0 }) => sizeBytes / GIB),
      [80, 400, 1024],
    );
  });

  it('in /test is agreed by the rule and done at once', async () => {
    await using app = await openTestApp();

    await app.say('ann', 'vm disk add test-web-01 --size 10GiB');

    assert.equal(await app.jobEnd(1), 'done');
    assert.equal(findVm(app, 'test-web-01').body.disks.length, 2);
  });

  it('shows its plan and does nothing, with the size as it was read', async () => {
    await using app = await openTestApp();

    const plan = await say(app, 'ann', 'vm disk add web-01 --size 40GB --plan');

    assert.match(plan, /Plan: add a disk of 40 GiB to web-01/);
    assert.match(plan, /A new, empty disk of 40 GiB on SAN-A/);
    assert.match(plan, /40GB was read as 40 ?GiB/);
    assert.match(plan, /Agrees: +1 of ops-leads \(rule disks-and-networks\)/);
    assert.deepEqual(deedsOf(app), []);
  });

  it('is refused for what is not there, not allowed, or has no room, each in words', async () => {
    await using app = await openTestApp();
    byOthers(app, (console) => console.fillDatastore('SAN-A', 1050 * GIB));

    assert.match(
      await say(app, 'ann', 'vm disk add web-01 --size 40GiB'),
      /Cannot add a disk of 40 GiB to web-01\n.*SAN-A: 26 GiB free, 40 GiB wanted/s,
    );
    assert.match(
      await say(app, 'ann', 'vm disk add web-01 --size 65TiB'),
      /A disk has at least 64 MiB and at most 62 TiB; 65 TiB was wished\./,
    );
    assert.match(
      await say(app, 'ann', 'vm disk add db-01 --size 1GiB'),
      /Not allowed: vm disk add/,
    );
    assert.match(await say(app, 'ann', 'vm disk add wbe-01 --size 1GiB'), /web-01/);
    assert.match(await say(app, 'ann', 'vm disk add web-01 --size 1,5GiB'), /more than one way/);
    assert.match(await say(app, 'ann', 'vm disk'), /vm disk needs one more word: add, remove\./);
    assert.deepEqual(deedsOf(app), []);
  });

  it('holds its space from the request on: two never take the same', async () => {
    await using app = await openTestApp();
    byOthers(app, (console) => console.fillDatastore('SAN-A', 1124 * GIB));

    const first = await say(app, 'ann', 'vm disk add web-01 --size 60GiB');
    const second = await say(app, 'ann', 'vm disk add web-01 --size 60GiB');
    await app.say('bob', 'approval deny R-1 --reason "too much"');
    const third = await say(app, 'ann', 'vm disk add web-01 --size 60GiB');

    assert.match(first, /R-1 · 0 of 1 agreed/);
    assert.match(second, /SAN-A: 40 GiB free, 60 GiB wanted/);
    assert.match(third, /R-2 · 0 of 1 agreed/);
  });

  it('opens a form for the size that was left out, and keeps the name', async () => {
    await using app = await openTestApp();

    const form = await app.say('ann', 'vm disk add web-01');
    const faulty = textOf(await app.click('ann', 'Send', { vm: 'web-01', size: '40' }));
    const asked = textOf(await app.click('ann', 'Send', { vm: 'web-01', size: '40GiB' }));

    assert.deepEqual(
      form.card.inputs?.map(({ name, value, required }) => [name, value, required]),
      [
        ['vm', 'web-01', true],
        ['size', undefined, true],
        ['reason', undefined, false],
      ],
    );
    assert.match(faulty, /size needs a unit; 40 can be/);
    assert.match(asked, /Ann Berg wants to add a disk of 40 GiB to web-01/);
  });

  it('H13 whose answer was lost is looked for by its token, and never ordered twice', async () => {
    await using app = await openTestApp({ alter: hurry });
    app.drover.lab?.faults.dropAnswer('addDisk', { when: 'after' });

    await app.say('ann', ADD);
    await app.say('bob', 'approval approve R-1');

    assert.equal(await app.jobEnd(1), 'done_with_warning');
    assert.match(await cardOf(app, 'ann', 'J-1'), /answer was lost on the way/);
    assert.deepEqual(deedsOf(app), ['addDisk']);
    assert.equal(findVm(app, 'web-01').body.disks.length, 2);
  });

  it('H03 goes back to its approvers when the VM stands under a new handle', async () => {
    await using agreed = await openAgreed('ann', ADD);
    byOthers(agreed.app, (console) => console.registerAgain('web-01'));

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    assert.deepEqual(deedsOf(agreed.app), []);
    assert.equal((await readRequest(agreed.app, 1)).state, 'open');
  });
});

describe('vm disk remove', { timeout: 60_000 }, () => {
  it('is asked for, agreed to and done: the disk is off, its file stays, and both is said', async () => {
    await using app = await openWithSecondDisk();

    const asked = await say(app, 'ann', 'vm disk remove web-01 "SCSI 0:1" --reason "moved"');
    await app.click('bob', 'Approve');
    const state = await app.jobEnd(1);
    const told = await say(app, 'ann', 'job show J-1');

    assert.match(asked, /Ann Berg wants to take a disk off web-01 /);
    assert.match(
      asked.replaceAll('\n', ' '),
      /SCSI 0:1, 40 GiB, is taken off\. Its file stays: \[SAN-A\] web-01\/logs\.vmdk\. It can be attached again by hand\./,
    );
    assert.equal(state, 'done');
    assert.match(told, /Taking a disk off web-01 +J-1 · done/);
    assert.match(told, /✔ take a disk off web-01, its file stays/);
    assert.deepEqual(deedsOf(app), ['detachDisks']);
    assert.deepEqual(
      app.drover.lab?.keptFiles('lab-vc').map(({ file }) => file),
      ['[SAN-A] web-01/logs.vmdk'],
    );
  });

  it('asks which disk where none or another is named, and a click on one goes on', async () => {
    await using app = await openWithSecondDisk();

    const left = await app.say('ann', 'vm disk remove web-01');
    const wrong = await say(app, 'ann', 'vm disk remove web-01 "SCSI 0:9" --plan');
    const bare = await say(app, 'ann', 'vm disk remove web-01 SCSI 0:1');
    const plan = textOf(await app.click('ann', 'SCSI 0:1'));
    const byKey = await say(app, 'ann', 'vm disk remove web-01 2001 --plan');

    assert.match(textOf(left), /Which disk of web-01\?/);
    assert.deepEqual([left.card.tone, left.card.asksBack], ['warning', true]);
    assert.match(textOf(left), /SCSI 0:1 +40 GiB, \[SAN-A\] web-01\/logs\.vmdk +2001/);
    assert.deepEqual(
      left.card.actions.map(({ label }) => label),
      ['SCSI 0:0', 'SCSI 0:1'],
    );
    assert.match(wrong, /web-01 has no disk SCSI 0:9/);
    assert.match(bare, /A name with spaces needs quotes/);
    for (const text of [plan, byKey]) assert.match(text, /Plan: take a disk off web-01/);
    assert.deepEqual(deedsOf(app), []);
  });

  it('names two disks of one label by their keys', async () => {
    await using app = await openWithSecondDisk({ label: 'SCSI 0:0' });

    const asked = await app.say('ann', 'vm disk remove web-01 "SCSI 0:0"');
    const plan = textOf(await app.click('ann', 'SCSI 0:0 (2001)'));

    assert.match(textOf(asked), /web-01 has 2 of the name SCSI 0:0/);
    assert.match(plan, /Ann Berg wants to take a disk off web-01/);
    assert.match(plan, /logs\.vmdk/);
  });

  it('is refused the first disk of a VM that runs, and one that others use, each in words', async () => {
    await using app = await openWithSecondDisk({ shared: true });

    assert.match(
      await say(app, 'ann', 'vm disk remove web-01 "SCSI 0:0"'),
      /Cannot take a disk off web-01\nSCSI 0:0 is the first disk of web-01, which it starts from/,
    );
    assert.match(
      await say(app, 'ann', 'vm disk remove web-01 "SCSI 0:1"'),
      /SCSI 0:1 is shared with other VMs\./,
    );
    assert.deepEqual(deedsOf(app), []);
  });

  it('H19 goes back to its approvers when another file stands under the key by then', async () => {
    const line = 'vm disk remove web-01 "SCSI 0:1"';
    const edit = (app: TestApp, file: string) =>
      byOthers(app, (console) => {
        const [first] = findVm(app, 'web-01').body.disks;
        assert.ok(first);
        const second = { ...first, key: '2001', label: 'SCSI 0:1', file };
        console.editVm('web-01', { disks: [first, second] });
      });
    await using agreed = await openAgreed('ann', line, {
      before: (app) => edit(app, '[SAN-A] web-01/logs.vmdk'),
    });
    edit(agreed.app, '[SAN-A] web-01/other.vmdk');

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    assert.deepEqual(deedsOf(agreed.app), []);
    assert.match(await cardOf(agreed.app, 'bob', 'R-1'), /logs\.vmdk.*other\.vmdk/s);
  });

  it('H13 that the platform calls failed and that is off is done, with a warning', async () => {
    await using app = await openWithSecondDisk();
    app.drover.lab?.faults.failWithEffect('detachDisks');

    await app.say('ann', 'vm disk remove web-01 "SCSI 0:1"');
    await app.say('bob', 'approval approve R-1');

    assert.equal(await app.jobEnd(1), 'done_with_warning');
    assert.match(await cardOf(app, 'ann', 'J-1'), /The platform said it failed.*as wished/s);
    assert.deepEqual(deedsOf(app), ['detachDisks']);
  });
});
