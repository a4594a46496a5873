import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toScriptError } from '#adapters/hyperv/faults.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { GIB, type WorldVm } from '#test/fakes/hyperv/world/parts.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepPwsh } from './kept.ts';
import type { OpenedScripts } from './open-scripts.ts';

const path = 'C:\\VMs\\web.vhdx';

function prepare({ world }: OpenedScripts, more: Partial<WorldVm> = {}) {
  const vm = world.addVm('hv-1', 'web', { state: 'Running', ...more, disks: [path] });
  const { uuid: HostId, switches } = world.requireHost('hv-1');
  const [nic] = vm.nics;
  assert.ok(nic && switches[0]);
  return { vm, nic, of: { VmId: vm.id, HostId }, NicId: nic.id, SwitchId: switches[0].id };
}

describe('set-nic', needsPeer('powershell'), () => {
  const open = keepPwsh();

  it('sets switch, VLAN and VMQ weight each by itself, and reads them back', async () => {
    using opened = open();
    const { nic, of, NicId, SwitchId } = prepare(opened);
    const set = async (more: Readonly<Record<string, string | number>>) => {
      const { answer } = await opened.run(SCRIPTS.setNic, { ...of, NicId, ...more });
      return [answer?.switchName, answer?.vlanMode, answer?.vlanId, answer?.vmqWeight];
    };

    assert.deepEqual(await set({ VmqWeight: 0 }), ['vSwitch', 'Untagged', 0, 0]);
    assert.deepEqual(await set({ VlanId: 4094 }), ['vSwitch', 'Access', 4094, 0]);
    assert.deepEqual(await set({ SwitchId: '' }), ['', 'Access', 4094, 0]);
    assert.deepEqual(await set({ SwitchId, VlanId: 0 }), ['vSwitch', 'Untagged', 0, 0]);
    assert.deepEqual(await set({}), ['vSwitch', 'Untagged', 0, 0]);
    assert.equal(nic.switchId, SwitchId);
  });

  it('refuses an adapter and a switch that are not there, with nothing done, and a bad VLAN by the host', async () => {
    using opened = open();
    const { of, NicId, SwitchId, nic } = prepare(opened);
    const refuse = async (more: Readonly<Record<string, string | number>>) => {
      const { fault } = await opened.run(SCRIPTS.setNic, { ...of, NicId, ...more });
      assert.ok(fault);
      const { code, end } = toScriptError(SCRIPTS.setNic, fault);
      return [code, end];
    };

    assert.deepEqual(await refuse({ NicId: 'x' }), ['parts_changed', 'not_started']);
    assert.deepEqual(await refuse({ SwitchId: of.VmId }), ['network_unavailable', 'refused']);
    assert.equal(nic.switchId, SwitchId);
    assert.deepEqual(await refuse({ VlanId: 5000 }), ['request_invalid', 'unknown']);
  });

  it('cut between switch and VLAN, the next run sets both', async () => {
    using opened = open();
    const { nic, of, NicId } = prepare(opened);
    opened.faults.add({ cmdlet: 'Disconnect-VMNetworkAdapter', kind: 'cut_after' });
    const wish = { ...of, NicId, SwitchId: '', VlanId: 7 };

    const cut = await opened.run(SCRIPTS.setNic, wish);
    const between = [nic.switchId, nic.vlanId];
    const { answer } = await opened.run(SCRIPTS.setNic, wish);

    assert.deepEqual([cut.isCut, ...between], [true, undefined, 0]);
    assert.deepEqual([answer?.switchId, answer?.vlanId], ['', 7]);
  });
});

describe('add-disk and remove-disk', needsPeer('powershell'), () => {
  const open = keepPwsh();

  it('add a disk to a running VM at SCSI and take it off again; its file stays', async () => {
    using opened = open();
    const { vm, of } = prepare(opened, { generation: 1, state: 'Off' });
    vm.state = 'Running';

    const added = await opened.run(SCRIPTS.addDisk, { ...of, Token: 'J1-2', SizeBytes: 10 * GIB });
    const { id = '', path: file = '', controller, sizeBytes } = added.answer ?? {};
    const removed = await opened.run(SCRIPTS.removeDisk, { ...of, DiskId: id, Path: file });
    const again = await opened.run(SCRIPTS.removeDisk, { ...of, DiskId: id, Path: file });

    assert.deepEqual([controller, sizeBytes], ['SCSI', 10 * GIB]);
    assert.equal(file, `${vm.path}\\J1-2.vhdx`);
    const answer = { vmId: vm.id, path: file, isOff: true, hasFile: true };
    assert.deepEqual(removed.answer, { ...answer, wasOff: false });
    assert.deepEqual(again.answer, { ...answer, wasOff: true });
    assert.deepEqual(
      vm.disks.map((disk) => disk.path),
      [path],
    );
  });

  for (const cmdlet of ['New-VHD', 'Add-VMHardDiskDrive']) {
    it(`cut after ${cmdlet}: the next run finds what is there and adds no second disk`, async () => {
      using opened = open();
      const { vm, of } = prepare(opened);
      const wish = { ...of, Token: 'J1-2', SizeBytes: 10 * GIB };
      opened.faults.add({ cmdlet, kind: 'cut_after' });

      const cut = await opened.run(SCRIPTS.addDisk, wish);
      const { answer } = await opened.run(SCRIPTS.addDisk, wish);

      assert.equal(cut.isCut, true);
      assert.equal(answer?.wasFound, cmdlet === 'Add-VMHardDiskDrive');
      assert.deepEqual(
        vm.disks.map((disk) => disk.path),
        [path, `${vm.path}\\J1-2.vhdx`],
      );
    });
  }

  it('refuse a file of another size, another file at the place, and an IDE disk of a running VM', async () => {
    using opened = open();
    const { vm, of } = prepare(opened, { generation: 1 });
    const DiskId = vm.disks[0]?.id ?? '';
    opened.world.files.write('hv-1', `${vm.path}\\J1-2.vhdx`, {
      ...{ sizeBytes: GIB, fileBytes: 1, type: 'Dynamic' },
    });

    const size = await opened.run(SCRIPTS.addDisk, { ...of, Token: 'J1-2', SizeBytes: 2 * GIB });
    const other = await opened.run(SCRIPTS.removeDisk, { ...of, DiskId, Path: 'C:\\VMs\\b.vhdx' });
    const moved = await opened.run(SCRIPTS.removeDisk, { ...of, DiskId: 'gone', Path: path });
    const ide = await opened.run(SCRIPTS.removeDisk, { ...of, DiskId, Path: path });

    assert.equal(size.fault?.id, 'DroverDiskOfOtherSize');
    assert.equal(other.fault?.id, 'DroverPartsChanged');
    assert.equal(moved.fault?.id, 'DroverPartsChanged');
    assert.ok(ide.fault);
    const { code, end } = toScriptError(SCRIPTS.removeDisk, ide.fault);
    assert.deepEqual([code, end], ['wrong_power_state', 'refused']);
    assert.equal(vm.disks.length, 1);
  });

  it('a full drive is the host’s no, of which nobody says how far it came', async () => {
    using opened = open();
    const { of } = prepare(opened);

    const { fault } = await opened.run(SCRIPTS.addDisk, {
      ...{ ...of, Token: 'J1-2', SizeBytes: 9000 * GIB },
    });

    assert.ok(fault);
    const { code, end } = toScriptError(SCRIPTS.addDisk, fault);
    assert.deepEqual([code, end], ['disk_unusable', 'unknown']);
  });
});
