/** What is deleted, what is kept, and what stands in the way: every disk by name, before anybody agrees (H19). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DiskBody } from '#core/inventory/vm-parts.ts';
import { openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { byOthers, deedsOf, findVm } from './look.ts';

const VM = 'test-web-01';

const disk = (key: string, changes: Partial<DiskBody>): DiskBody => ({
  ...{ key, label: `SCSI 0:${Number(key) - 2000}`, sizeBytes: 10 * 1024 ** 3 },
  ...{ file: `[SAN-A] ${VM}/${VM}_${key}.vmdk` },
  ...{ inOwnFolder: true, shared: false, isRaw: false },
  ...changes,
});

async function openWith(disks: readonly DiskBody[], snapshotCount = 0): Promise<TestApp> {
  const app = await openTestApp();
  const datastoreHandle = findVm(app, VM).body.datastoreHandle;
  byOthers(app, (console) => {
    console.setPower(VM, 'off');
    console.editVm(VM, {
      disks: disks.map((one) => ({ ...one, datastoreHandle })),
      snapshotCount,
    });
  });
  return app;
}

describe('a VM to be deleted', { timeout: 60_000 }, () => {
  it('H19 takes its own disks with it and keeps shared, raw and foreign ones, each named on the card', async () => {
    await using app = await openWith([
      disk('2000', {}),
      disk('2001', { shared: true }),
      disk('2002', { inOwnFolder: false, file: '[SAN-B] old/data.vmdk' }),
      disk('2003', { isRaw: true, file: '[SAN-A] lun-7.vmdk' }),
    ]);

    const asked = textOf(await app.say('carl', `vm delete ${VM} --reason "no longer used"`));
    await app.say('bob', 'approval approve R-1');
    const state = await app.jobEnd(1);

    assert.match(asked, /This cannot be undone/);
    assert.match(asked, /deleted: SCSI 0:0, 10 GiB, \[SAN-A\] test-web-01\/test-web-01_2000\.vmdk/);
    for (const kept of ['_2001.vmdk', 'old/data.vmdk', 'lun-7.vmdk'])
      assert.match(asked, new RegExp(`detached and kept: SCSI 0:\\d, 10 GiB, .*${kept}`));
    assert.equal(state, 'done');
    assert.deepEqual(deedsOf(app), ['detachDisks', 'delete']);
    assert.deepEqual(
      app.drover.lab
        ?.keptFiles('lab-vc')
        .map(({ file }) => file)
        .toSorted(),
      ['[SAN-A] lun-7.vmdk', `[SAN-A] ${VM}/${VM}_2001.vmdk`, '[SAN-B] old/data.vmdk'],
    );
    assert.deepEqual(app.drover.house.index.byName('vm', VM), []);
  });

  it('H19 with a disk of which the platform does not say whose it is is refused, with that disk', async () => {
    await using app = await openWith([disk('2000', {}), disk('2001', { shared: undefined })]);

    const answer = textOf(await app.say('carl', `vm delete ${VM}`));

    assert.match(answer, /Cannot delete test-web-01/);
    assert.match(
      answer,
      /Whether SCSI 0:1 .*_2001\.vmdk\) belongs to this VM alone cannot be told/,
    );
    assert.deepEqual(deedsOf(app), []);
  });

  it('H19 with snapshots names how many; with a disk to keep they stand in its way', async () => {
    await using own = await openWith([disk('2000', {})], 3);
    await using shared = await openWith([disk('2000', {}), disk('2001', { shared: true })], 3);

    const named = textOf(await own.say('carl', `vm delete ${VM}`));
    const refused = textOf(await shared.say('carl', `vm delete ${VM}`));

    assert.match(named, /deleted: 3 snapshots/);
    assert.match(refused, /has snapshots, so disks cannot be taken off it/);
  });

  it('H19 to which a disk comes in the last moment is not deleted', async () => {
    await using app = await openWith([disk('2000', {}), disk('2001', { shared: true })]);
    await app.say('carl', `vm delete ${VM}`);
    const late = disk('2009', { file: '[SAN-A] late.vmdk' });
    app.drover.lab?.faults.changeByOthersBefore(
      'detachDisks',
      (console) => {
        const { disks } = findVm(app, VM).body;
        console.editVm(VM, { disks: [...disks, late] });
      },
      { connectionId: 'lab-vc' },
    );

    await app.say('bob', 'approval approve R-1');
    const state = await app.jobEnd(1);

    const told = textOf(await app.say('carl', 'job show J-1'));
    assert.equal(state, 'failed');
    assert.match(told, /has a disk that the approval did not name .*late\.vmdk/);
    assert.match(told, /What was done before is not undone/);
    assert.deepEqual(deedsOf(app), ['detachDisks']);
    assert.equal(findVm(app, VM).body.name, VM);
  });

  it('H19 that runs is refused: it is never switched off on the way', async () => {
    await using app = await openTestApp();

    const answer = textOf(await app.say('carl', 'vm delete app-01'));

    assert.match(answer, /app-01 must be off first: vm shutdown app-01/);
    assert.deepEqual(deedsOf(app), []);
  });
});
