/** H21: what Drover itself rests on is not stopped, halted, cut off or deleted. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, openTestApp, textOf } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { bringTo, byOthers, deedsOf, findVm, listFacts, untilKnown } from './look.ts';
import { openOwnApp, restOnLab } from './own-vms.ts';

describe('VMs that Drover itself needs', { timeout: 300_000 }, () => {
  for (const verb of ['stop', 'shutdown', 'save', 'delete']) {
    it(`H21 B48 vm ${verb} of the vCenter is refused, and says what it is`, async () => {
      await using app = await openOwnApp();
      await eventually(async () => (await app.audit('own_vm_found')).length > 0);
      if (verb === 'delete') await bringTo(app, 'db-06', 'off', 'lab-vc');

      const answer = textOf(await app.say('carl', `vm ${verb} db-06`));

      assert.match(answer, /Drover itself needs db-06: it is the vCenter of prod-vc\./);
      assert.deepEqual(deedsOf(app), []);
    });
  }

  it('H21 what cuts it off its network, or takes a disk from it, is refused', async () => {
    await using app = await openOwnApp({ configured: ['sql-02'] });

    const lines = [
      'vm network disconnect sql-02',
      'vm network connect sql-02 Management --vlan 7',
      `vm disk remove sql-02 ${JSON.stringify(findVm(app, 'sql-02').body.disks[0]?.label)}`,
    ];
    for (const line of lines) {
      const answer = textOf(await app.say('carl', line));
      assert.match(answer, /Drover itself needs sql-02: .* not stopped, halted, cut off/, line);
    }
    assert.deepEqual(deedsOf(app), []);
  });

  it('H21 what halts a configured VM is refused; what brings it back is not', async () => {
    await using app = await openOwnApp({ configured: ['dc-01'] });

    const paused = textOf(await app.say('carl', 'vm pause dc-01'));
    await bringTo(app, 'dc-01', 'off');
    await app.say('carl', 'vm start dc-01');

    assert.match(paused, /Drover itself needs dc-01: drover\.yaml names it under ownVms\./);
    assert.equal(await app.jobEnd(1), 'done');
  });

  it('H21 vm show says what it is needed for, and offers nothing that ends it', async () => {
    await using app = await openOwnApp();

    const view = await app.say('carl', 'vm show db-02');

    assert.match(textOf(view), /Drover itself needs it: Drover’s database runs on it\./);
    const labels = view.card.actions.map(({ label }) => label);
    assert.deepEqual(
      labels.filter((label) => /Shut|off|Save|Delete/.test(label)),
      [],
    );
  });

  it('H21 a change that was agreed to before it was known does not start', async () => {
    await using app = await openOwnApp({ configured: ['sql-02'] });
    await app.say('carl', 'vm stop sql-03');
    byOthers(app, (console) => console.editVm('sql-03', { ipAddresses: ['10.20.1.40'] }), 'lab-hv');
    await untilKnown(app, () => findVm(app, 'sql-03').body.ipAddresses?.[0] === '10.20.1.40');

    await app.click('bob', 'Approve');

    await eventually(
      async () =>
        (await app.drover.house.store.read((r) => r.jobs.findByNumber(1)))?.endedAt != null,
    );
    assert.deepEqual(deedsOf(app), []);
  });

  it('H09 H21 it stays known over a restart while its guest shows no address', async () => {
    using folder = createTemporaryFolder('own');
    const { path: dataFolder } = folder;
    {
      await using app = await openOwnApp({ dataFolder });
      await eventually(async () => (await app.audit('own_vm_found')).length > 0);
      await bringTo(app, 'db-06', 'off', 'lab-vc');
      byOthers(app, (console) => console.editVm('db-06', { ipAddresses: [] }));
      await untilKnown(app, () => findVm(app, 'db-06').body.ipAddresses?.length === 0);
    }
    await using app = await openOwnApp({ dataFolder });

    assert.match(textOf(await app.say('carl', 'vm delete db-06')), /Drover itself needs db-06/);
  });

  it('H21 a configured name is pinned: renamed it is still meant, and whoever takes the name is not', async () => {
    await using app = await openOwnApp({ configured: ['dc-01'] });
    await eventually(async () => (await app.audit('own_vm_pinned')).length === 1);
    byOthers(app, (console) => console.renameVm('dc-01', 'dc-old'), 'lab-hv');
    byOthers(app, (console) => console.renameVm('dc-02', 'dc-01'), 'lab-hv');
    await untilKnown(app, (index) => index.byName('vm', 'dc-old').length === 1);
    await untilKnown(app, (index) => index.byName('vm', 'dc-02').length === 0);

    const renamed = textOf(await app.say('carl', 'vm stop dc-old'));
    const other = textOf(await app.say('carl', 'vm show dc-01'));

    assert.match(renamed, /Drover itself needs dc-old/);
    assert.doesNotMatch(other, /Drover itself needs/);
    const [fact] = await listFacts(app, 'own_vm_pinned');
    assert.equal(fact?.vm, 'dc-01');
  });

  it('H21 of two that bear a configured name both are meant, and neither is pinned', async () => {
    using folder = createTemporaryFolder('own');
    const { path: dataFolder } = folder;
    {
      await using app = await openTestApp({ dataFolder, alter: restOnLab });
      byOthers(app, (console) => console.renameVm('dc-02', 'dc-01'), 'lab-hv');
      await untilKnown(app, (index) => index.byName('vm', 'dc-01').length === 2);
    }
    const warnings: unknown[] = [];
    await using app = await openOwnApp({
      ...{ dataFolder, configured: ['dc-01'] },
      alter: ({ log, ...parts }) => ({
        ...parts,
        log: Object.assign(Object.create(log), {
          warn: (facts: unknown, words: string) => void warnings.push([facts, words]),
        }),
      }),
    });

    const { index, world } = app.drover.house;
    const both = index.byName('vm', 'dc-01').map((vm) => world.ownVms.purposesOf(vm).length);

    assert.deepEqual(both, [1, 1]);
    assert.deepEqual(await app.audit('own_vm_pinned'), []);
    assert.match(JSON.stringify(warnings), /"vm":"dc-01","count":2.*several bear/);
  });
});
