import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toScriptError } from '#adapters/hyperv/faults.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import type { OrderedFault } from '#test/fakes/hyperv/world/faults.ts';
import { GIB } from '#test/fakes/hyperv/world/parts.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepPwsh } from './kept.ts';
import type { OpenedScripts, Parameters } from './open-scripts.ts';

const token = 'J17-3-clone';
const templatePath = 'C:\\Templates\\ws2025.vhdx';

function prepare({ world }: OpenedScripts, host = 'hv-1') {
  world.files.write(host, templatePath, {
    ...{ sizeBytes: 20 * GIB, fileBytes: 8 * GIB, type: 'Dynamic' },
  });
  const { uuid, switches } = world.requireHost(host);
  return {
    ...{ HostId: uuid, Token: token, Name: 'web-1', TemplatePath: templatePath, Root: 'C:\\VMs' },
    ...{ Generation: 2, Processors: 4, MemoryBytes: 8 * GIB, SwitchId: switches[0]?.id ?? '' },
    ...{ IsDifferencing: false, IsClustered: false, VlanId: 42, VmqWeight: 0 },
  };
}

describe('create-vm', needsPeer('powershell'), () => {
  const open = keepPwsh();

  it('makes a VM of generation 2 from a full copy, with all that was wished', async () => {
    using opened = open();
    const { world } = opened;
    const wish = { ...prepare(opened), DiskBytes: 30 * GIB };

    const { answer, records } = await opened.run(SCRIPTS.createVm, {
      ...wish,
      SecureBootTemplate: 'MicrosoftUEFICertificateAuthority',
    });

    const [vm] = world.vms;
    assert.ok(vm && world.vms.length === 1);
    const disk = `C:\\VMs\\${token}\\disk0.vhdx`;
    assert.deepEqual(answer, {
      ...{ vmId: vm.id, name: 'web-1', state: 'Off', status: 'Ok', secondaryStatus: '' },
      ...{ disk, wasFound: false },
    });
    assert.deepEqual(
      [vm.name, vm.notes, vm.generation, vm.processors, vm.memoryBytes],
      ['web-1', `drover:${token}`, 2, 4, 8 * GIB],
    );
    assert.deepEqual(
      vm.disks.map(({ path, controllerType }) => [path, controllerType]),
      [[disk, 'SCSI']],
    );
    assert.deepEqual(vm.firmware, {
      bootDiskId: vm.disks[0]?.id,
      secureBootTemplate: 'MicrosoftUEFICertificateAuthority',
    });
    const [nic] = vm.nics;
    assert.deepEqual([nic?.switchId, nic?.vlanId, nic?.vmqWeight], [wish.SwitchId, 42, 0]);
    assert.equal(world.files.read('hv-1', disk)?.sizeBytes, 30 * GIB);
    assert.equal(world.files.exists('hv-1', `${disk}.part`), false);
    const percents = records.flatMap((record) =>
      record.t === 'progress' ? [record.v.percent] : [],
    );
    assert.deepEqual(percents, [0, 10, 80]);
  });

  it('makes a VM of generation 1 at IDE, and a differencing disk whose parent is the template', async () => {
    using opened = open();
    const wish = { ...prepare(opened), Generation: 1, IsDifferencing: true };

    const { answer } = await opened.run(SCRIPTS.createVm, wish);

    const [vm] = opened.world.vms;
    assert.deepEqual([vm?.generation, vm?.disks[0]?.controllerType], [1, 'IDE']);
    const file = opened.world.files.read('hv-1', answer?.disk ?? '');
    assert.deepEqual([file?.type, file?.parent], ['Differencing', templatePath]);
  });

  it('makes a role of the cluster where it is to be highly available', async () => {
    using opened = open();
    const wish = { ...prepare(opened, 'node-1'), IsClustered: true };
    const Root = 'C:\\ClusterStorage\\Volume1';

    const { answer } = await opened.run(SCRIPTS.createVm, { ...wish, Root }, { host: 'node-1' });

    const groups = opened.world.clusterOf('node-1')?.groups;
    assert.equal(groups?.filter(({ vmId }) => vmId === answer?.vmId).length, 1);
    assert.ok(opened.world.files.exists('node-2', `${Root}\\${token}\\disk0.vhdx`));
  });

  const cuts: readonly OrderedFault[] = [
    { cmdlet: 'New-VM', kind: 'cut_before' },
    { cmdlet: 'New-VM', kind: 'cut_after' },
    { cmdlet: 'Set-VM', kind: 'cut_before' },
    { cmdlet: 'Set-VM', kind: 'cut_after' },
    { cmdlet: 'Add-VMHardDiskDrive', kind: 'cut_before' },
    { cmdlet: 'Add-VMHardDiskDrive', kind: 'cut_after' },
    { cmdlet: 'Connect-VMNetworkAdapter', kind: 'cut_after' },
    { cmdlet: 'Add-ClusterVirtualMachineRole', kind: 'cut_after' },
    { cmdlet: 'New-VM', kind: 'effect_then_error' },
  ];
  for (const fault of cuts) {
    it(`${fault.kind} at ${fault.cmdlet}: it is found by its token and ends as one whole VM`, async () => {
      using opened = open();
      const { world } = opened;
      const on = { host: 'node-1' };
      const wish = {
        ...prepare(opened, 'node-1'),
        ...{ IsClustered: true, Root: 'C:\\ClusterStorage\\Volume1' },
      };
      const { HostId, Root } = wish;
      opened.faults.add(fault);

      const cut = await opened.run(SCRIPTS.createVm, wish, on);
      const found = await opened.run(SCRIPTS.findByToken, { HostId, Token: token, Root }, on);
      const again = await opened.run(SCRIPTS.createVm, wish, on);

      assert.equal(cut.answer, undefined);
      const wasMade = !(fault.cmdlet === 'New-VM' && fault.kind === 'cut_before');
      assert.equal(found.answer?.vms.length, wasMade ? 1 : 0);
      assert.equal(again.answer?.wasFound, wasMade, JSON.stringify(again.fault));
      const [vm] = world.vms;
      assert.equal(world.vms.length, 1);
      assert.deepEqual(
        [vm?.name, vm?.notes, vm?.disks.length, vm?.nics.length, vm?.processors],
        ['web-1', `drover:${token}`, 1, 1, 4],
      );
      const groups = world.clusterOf('node-1')?.groups.filter(({ vmId }) => vmId === vm?.id);
      assert.equal(groups?.length, 1);
    });
  }

  it('a copy that was cut leaves no disk under the true name, and the next run copies anew', async () => {
    using opened = open();
    const wish = prepare(opened);
    opened.faults.add({ cmdlet: 'Set-VM', kind: 'cut_after' });
    await opened.run(SCRIPTS.createVm, wish);
    opened.world.files.write('hv-1', `C:\\VMs\\${token}\\disk0.vhdx.part`, {
      ...{ sizeBytes: 1, fileBytes: 1, type: 'Dynamic' },
    });

    const { answer } = await opened.run(SCRIPTS.createVm, wish);

    assert.equal(opened.world.files.read('hv-1', answer?.disk ?? '')?.sizeBytes, 20 * GIB);
  });

  it('says by the id of the error and by whether it had begun what became of it', async () => {
    using opened = open();
    const { world } = opened;
    const wish = prepare(opened);
    const run = async (more: Parameters) => {
      const { fault } = await opened.run(SCRIPTS.createVm, { ...wish, ...more });
      assert.ok(fault, JSON.stringify(more));
      const { code, end } = toScriptError(SCRIPTS.createVm, fault);
      return [code, end];
    };
    const other = world.requireHost('node-1').uuid;

    assert.deepEqual(await run({ HostId: other }), ['not_the_vm_approved', 'not_started']);
    assert.deepEqual(await run({ Token: '..\\x' }), ['request_invalid', 'refused']);
    assert.deepEqual(await run({ TemplatePath: 'C:\\no' }), ['template_unusable', 'refused']);
    assert.deepEqual(await run({ DiskBytes: GIB }), ['request_invalid', 'refused']);
    assert.deepEqual(await run({ DiskBytes: 2 ** 50 }), ['not_enough_space', 'refused']);
    assert.deepEqual(await run({ Root: 'Q:\\VMs' }), ['datastore_unavailable', 'refused']);
    assert.deepEqual(await run({ SwitchId: other }), ['network_unavailable', 'refused']);
    assert.deepEqual(await run({ SwitchId: 'vSwitch' }), ['platform_refused', 'refused']);
    assert.equal(world.vms.length, 0);
    assert.deepEqual(await run({ Processors: 99 }), ['request_invalid', 'unknown']);
  });

  it('a disk whose VM is not on this node is no reason to make the VM again', async () => {
    using opened = open();
    const { world } = opened;
    const on = { host: 'node-1' };
    const Root = 'C:\\ClusterStorage\\Volume1';
    const wish = { ...prepare(opened, 'node-1'), Root, IsClustered: true };
    await opened.run(SCRIPTS.createVm, wish, on);
    const [vm] = world.vms;
    assert.ok(vm);
    vm.host = 'node-2';

    const { fault } = await opened.run(SCRIPTS.createVm, wish, on);
    const there = await opened.run(
      SCRIPTS.findByToken,
      { HostId: world.requireHost('node-2').uuid, Token: token, Root },
      { host: 'node-2' },
    );

    assert.equal(fault?.id, 'DroverDiskWithoutVm');
    assert.equal(fault?.begun, false);
    assert.equal(world.vms.length, 1);
    assert.deepEqual(
      there.answer?.vms.map(({ vmId }) => vmId),
      [vm.id],
    );
  });

  it('H04 a token that two VMs carry is no conclusion; a longer token is another', async () => {
    using opened = open();
    const { world } = opened;
    const wish = prepare(opened);
    world.addVm('hv-1', 'longer', { notes: `drover:${token}-2` });
    world.addVm('hv-1', 'one', { notes: `hers\r\ndrover:${token}` });
    const HostId = world.requireHost('hv-1').uuid;
    const look = { HostId, Token: token, Root: 'C:\\VMs' };

    const single = await opened.run(SCRIPTS.findByToken, look);
    world.addVm('hv-1', 'two', { path: `C:\\VMs\\${token}\\x` });
    const { fault } = await opened.run(SCRIPTS.createVm, wish);

    assert.deepEqual(
      single.answer?.vms.map(({ name }) => name),
      ['one'],
    );
    assert.equal(fault?.id, 'DroverTokenTwice');
    assert.equal(world.vms.length, 3);
  });
});
