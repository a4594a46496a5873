import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { GIB } from '#test/fakes/hyperv/world/parts.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepPwsh } from './kept.ts';
import type { OpenedScripts } from './open-scripts.ts';

const token = 'J4211_clone-vm';
const image = Buffer.from('an image: \0\u00ff\r\n\u001e'.repeat(5000), 'latin1');
const path = `C:\\VMs\\${token}\\setup.iso`;

function prepare({ world }: OpenedScripts, more: object = {}) {
  const TemplatePath = 'C:\\Templates\\debian.vhdx';
  world.files.write('hv-1', TemplatePath, { sizeBytes: GIB, fileBytes: 1, type: 'Dynamic' });
  return {
    ...{ HostId: world.requireHost('hv-1').uuid, Token: token, Name: 'web-1', TemplatePath },
    ...{ Root: 'C:\\VMs', Generation: 2, Processors: 1, MemoryBytes: GIB, IsClustered: false },
    ...{ IsDifferencing: false, SetUpImage: image.toString('base64'), ...more },
  };
}

function folderOf({ world }: OpenedScripts): string {
  return join(world.files.driveOf('hv-1', 'C'), 'VMs', token);
}

describe('create-vm with an image for set-up', needsPeer('powershell'), () => {
  const open = keepPwsh();

  for (const Generation of [1, 2])
    it(`writes it byte by byte and puts it into a drive of generation ${Generation}; the disk boots first`, async () => {
      using opened = open();

      const { answer, fault } = await opened.run(SCRIPTS.createVm, prepare(opened, { Generation }));

      assert.ok(answer, JSON.stringify(fault));
      const [vm] = opened.world.vms;
      assert.deepEqual(vm?.images, [path]);
      assert.ok(readFileSync(join(folderOf(opened), 'setup.iso')).equals(image));
      assert.equal(existsSync(join(folderOf(opened), 'setup.iso.part')), false);
      assert.equal(vm.firmware.bootDiskId, Generation === 2 ? vm.disks[0]?.id : undefined);
    });

  it('makes neither file nor drive without one', async () => {
    using opened = open();

    const { cmdlets } = await opened.run(SCRIPTS.createVm, prepare(opened, { SetUpImage: '' }));

    assert.deepEqual(opened.world.vms[0]?.images, []);
    assert.equal(existsSync(join(folderOf(opened), 'setup.iso')), false);
    assert.ok(!cmdlets.includes('Add-VMDvdDrive'));
  });

  for (const kind of ['cut_before', 'cut_after', 'effect_then_error'] as const)
    it(`${kind} at Add-VMDvdDrive: the next run finds the file, and there is one drive`, async () => {
      using opened = open();
      const wish = prepare(opened);
      opened.faults.add({ cmdlet: 'Add-VMDvdDrive', kind });

      const cut = await opened.run(SCRIPTS.createVm, wish);
      const again = await opened.run(SCRIPTS.createVm, wish);

      assert.equal(cut.answer, undefined);
      assert.equal(again.answer?.wasFound, true, JSON.stringify(again.fault));
      assert.deepEqual(opened.world.vms[0]?.images, [path]);
      assert.ok(readFileSync(join(folderOf(opened), 'setup.iso')).equals(image));
    });

  it('a half-written image of an earlier run is written anew, a whole one is left as it is', async () => {
    using opened = open();
    const wish = prepare(opened);
    opened.faults.add({ cmdlet: 'Set-VM', kind: 'cut_after' });
    await opened.run(SCRIPTS.createVm, wish);
    const folder = folderOf(opened);
    writeFileSync(join(folder, 'setup.iso.part'), image.subarray(0, 100));

    await opened.run(SCRIPTS.createVm, wish);

    assert.ok(readFileSync(join(folder, 'setup.iso')).equals(image));
    assert.equal(existsSync(join(folder, 'setup.iso.part')), false);
  });

  it('a write that fails leaves nothing under the true name, and the VM is not whole', async () => {
    using opened = open();
    const wish = prepare(opened);
    opened.faults.add({ cmdlet: 'Set-VM', kind: 'cut_after' });
    await opened.run(SCRIPTS.createVm, wish);
    const folder = folderOf(opened);
    mkdirSync(join(folder, 'setup.iso.part'));

    const { fault } = await opened.run(SCRIPTS.createVm, wish);

    assert.equal(fault?.begun, true, JSON.stringify(fault));
    assert.equal(existsSync(join(folder, 'setup.iso')), false);
    assert.deepEqual([opened.world.vms[0]?.images, opened.world.vms[0]?.notes], [[], '']);
  });

  it('discard-vm takes it away with the folder', async () => {
    using opened = open();
    const { HostId, Root, ...wish } = prepare(opened);
    opened.faults.add({ cmdlet: 'Set-VMProcessor', kind: 'cut_before' });
    await opened.run(SCRIPTS.createVm, { ...wish, HostId, Root });
    assert.ok(existsSync(join(folderOf(opened), 'setup.iso')));

    const { answer } = await opened.run(SCRIPTS.discardVm, { HostId, Root, Token: token });

    assert.equal(answer?.isGone, true);
    assert.equal(existsSync(folderOf(opened)), false);
  });
});

describe('H19 delete-vm with images', needsPeer('powershell'), () => {
  const open = keepPwsh();
  const own = 'C:\\VMs\\a\\setup.iso';
  const other = 'C:\\iso\\tools.iso';

  function arrange(opened: OpenedScripts) {
    const { world } = opened;
    const vm = world.addVm('hv-1', 'doomed', { disks: ['C:\\VMs\\a\\disk0.vhdx'] });
    for (const file of [own, other])
      world.files.write('hv-1', file, { sizeBytes: 1, fileBytes: 1, type: 'Fixed' });
    vm.images.push(own, other);
    const of = { VmId: vm.id, HostId: world.requireHost('hv-1').uuid, Token: 'J4212-1' };
    return { ...of, Delete: ['C:\\VMs\\a\\disk0.vhdx', own], Keep: [other] };
  }

  it('deletes the one that was made for it and keeps the other', async () => {
    using opened = open();
    const parameters = arrange(opened);

    const { answer } = await opened.run(SCRIPTS.deleteVm, parameters);

    assert.deepEqual([answer?.deleted, answer?.kept], [parameters.Delete, [other]]);
    const there = [own, other].map((file) => opened.world.files.exists('hv-1', file));
    assert.deepEqual(there, [false, true]);
  });

  it('cut in the middle, the next run ends it', async () => {
    using opened = open();
    const parameters = arrange(opened);
    opened.faults.add({ cmdlet: 'Remove-VM', kind: 'cut_before' });

    const cut = await opened.run(SCRIPTS.deleteVm, parameters);
    const { answer, fault } = await opened.run(SCRIPTS.deleteVm, parameters);

    assert.equal(cut.isCut, true);
    assert.equal(answer?.isGone, true, JSON.stringify(fault));
    assert.equal(opened.world.files.exists('hv-1', own), false);
  });

  it('touches nothing when another VM has it in a drive', async () => {
    using opened = open();
    const parameters = arrange(opened);
    opened.world.addVm('hv-1', 'other').images.push(own);

    const { fault } = await opened.run(SCRIPTS.deleteVm, parameters);

    assert.deepEqual([fault?.id, fault?.begun], ['DroverDiskShared', false]);
    assert.ok(opened.world.files.exists('hv-1', own));
  });
});
