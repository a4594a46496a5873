/** Between decision and start: what has become of the VM that was approved. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agreeAgain, assertBack, changeWorld, codesOf, listStepInputs } from './house-changes.ts';
import { findId, learn, openAgreed, start } from './house-deeds.ts';
import { openHouse } from './open-house.ts';

describe('a VM that was approved by its id', () => {
  it('H08 is the one that is changed, though another of its name has appeared', async () => {
    await using house = await openHouse();
    const vmId = findId(house, 'vm', 'web-01');
    const vm = house.deps.index.get('vm', vmId);
    const request = await openAgreed(house, { operation: 'vm.stop', input: { vmId } });
    changeWorld(house, (console) => {
      console.moveVm('db-01', { folder: '/other' });
      console.renameVm('db-01', 'web-01');
    });
    await learn(house);

    const standing = await start(house, request);

    assert.equal(house.deps.index.byName('vm', 'web-01').length, 2);
    assert.equal(standing.job?.state, 'running');
    const [input] = await listStepInputs(house, standing);
    assert.deepEqual([input?.vm?.handle, input?.vm?.identity], [vm?.handle, vm?.identity]);
  });

  it('H03 registered again goes back to the approvers, with the old and the new handle', async () => {
    await using house = await openHouse();
    const vmId = findId(house, 'vm', 'web-01');
    const was = house.deps.index.get('vm', vmId)?.handle;
    const request = await openAgreed(house, { operation: 'vm.stop', input: { vmId } });
    const now = changeWorld(house, (console) => console.registerAgain('web-01'));
    await learn(house);

    const standing = await start(house, request);

    const { differences, blockers } = assertBack(standing);
    assert.deepEqual(differences, [{ part: 'exact', key: 'handle', approved: was, now }]);
    assert.deepEqual(blockers, []);
    const again = await agreeAgain(house, request);
    const [input] = await listStepInputs(house, again);
    assert.deepEqual([again.job?.state, input?.vm?.handle], ['running', now]);
  });

  it('H03 registered again a moment ago goes back too, and is never looked for by its name', async () => {
    await using house = await openHouse();
    const input = { vmId: findId(house, 'vm', 'web-01') };
    const request = await openAgreed(house, { operation: 'vm.stop', input });
    changeWorld(house, (console) => console.registerAgain('web-01'));

    const { blockers } = assertBack(await start(house, request));

    assert.deepEqual(codesOf(blockers), ['target_gone']);
    assert.equal(blockers[0]?.facts.name, 'web-01');
  });

  it('H04 whose identity stands twice goes back, whichever of the two it was', async () => {
    await using house = await openHouse();
    const input = { vmId: findId(house, 'vm', 'web-01') };
    const request = await openAgreed(house, { operation: 'vm.stop', input });
    changeWorld(house, (console) => console.copyVm('web-01'));
    await learn(house);

    const { blockers } = assertBack(await start(house, request));

    assert.deepEqual(codesOf(blockers), ['vm_is_twin']);
  });

  it('H19 with a disk added later goes back, with the disk as the difference', async () => {
    await using house = await openHouse();
    const vmId = findId(house, 'vm', 'web-01');
    changeWorld(house, (console) => console.setPower('web-01', 'off'));
    const request = await openAgreed(house, { operation: 'vm.delete', input: { vmId } });
    const disk = house.deps.index.get('vm', vmId)?.body.disks[0];
    assert.ok(disk);
    const added = { ...disk, key: '2001', label: 'SCSI 0:1', file: '[SAN-A] web-01/web-01_1.vmdk' };
    changeWorld(house, (console) => console.editVm('web-01', { disks: [disk, added] }));

    const { differences } = assertBack(await start(house, request));

    assert.deepEqual(
      differences.map(({ part, now }) => [part, now]),
      [['deletes', [`disk 2000 ${disk.file}`, `disk 2001 ${added.file}`]]],
    );
  });
});
