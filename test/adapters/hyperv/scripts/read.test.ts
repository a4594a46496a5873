import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toScriptError } from '#adapters/hyperv/faults.ts';
import type { InventorySlowAnswer } from '#adapters/hyperv/script-answers.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { beginJob } from '#test/fakes/hyperv/world/jobs.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepPwsh } from './kept.ts';
import type { Ran } from './open-scripts.ts';

function requireWhole({ answer }: Ran<InventorySlowAnswer>): InventorySlowAnswer & { same: false } {
  assert.ok(answer?.same === false);
  return answer;
}

describe('reading a host', needsPeer('powershell'), () => {
  const open = keepPwsh();

  it('tells a stand-alone host from a node of a cluster', async () => {
    using opened = open();

    const alone = await opened.run(SCRIPTS.identify);
    const node = await opened.run(SCRIPTS.identify, {}, { host: 'node-2' });

    assert.deepEqual([alone.answer?.name, alone.answer?.cluster], ['HV-1', '']);
    assert.deepEqual([node.answer?.name, node.answer?.cluster], ['NODE-2', 'c1']);
    assert.equal(alone.answer?.hostId, opened.world.requireHost('hv-1').uuid);
  });

  it('tells what the host does on a VM by itself and how far it is, until it is done', async () => {
    using opened = open();
    const { world } = opened;
    const vm = world.addVm('hv-1', 'merging');
    beginJob(world, vm, { status: 'MergingDisks', takesMs: 60_000 });
    const readTasks = async () => (await opened.run(SCRIPTS.inventoryFast)).answer?.vms[0];

    world.clock.advance(24_000);
    const under = await readTasks();
    world.clock.advance(36_000);
    const over = await readTasks();

    assert.deepEqual(under?.tasks, [{ name: 'MergingDisks', percent: 40 }]);
    assert.deepEqual(under?.status, [11, 32772]);
    assert.deepEqual([over?.tasks, over?.status], [[], [2]]);
  });

  it('a host without VMs is a list without VMs, in each tier', async () => {
    using opened = open();

    const fast = await opened.run(SCRIPTS.inventoryFast);
    const slow = await opened.run(SCRIPTS.inventorySlow);

    assert.deepEqual(fast.answer?.vms, []);
    assert.deepEqual(requireWhole(slow).vms, []);
  });

  it('the fast tier asks CIM once for all VMs and no cmdlet of Hyper-V; what is not known is absent', async () => {
    using opened = open();
    opened.world.addVm('hv-1', 'on', { state: 'Running' });
    opened.world.addVm('hv-1', 'off');
    opened.world.addVm('hv-1', 'broken', { state: 'OffCritical' });
    opened.world.addVm('hv-1', 'merging', { secondary: 'MergingDisks' });

    const { answer, cmdlets } = await opened.run(SCRIPTS.inventoryFast);

    assert.equal(cmdlets.filter((name) => name === 'Invoke-CimMethod').length, 1);
    assert.deepEqual(
      cmdlets.filter((name) => name.includes('-VM')),
      [],
    );
    const shown = answer?.vms.map(({ name, state, health, status, loadPercent }) => [
      ...[name, state, health, status, loadPercent],
    ]);
    assert.deepEqual(shown, [
      ['on', 2, 5, [2], 7],
      ['off', 3, 5, [2], undefined],
      ['broken', 3, 25, [6], undefined],
      ['merging', 3, 5, [11, 32772], undefined],
    ]);
  });

  it('the slow tier asks each cmdlet once, however many VMs there are', async () => {
    using opened = open();
    for (const n of [1, 2, 3, 4, 5])
      opened.world.addVm('hv-1', 'web', { disks: [`C:\\VMs\\a${n}.vhdx`, `C:\\VMs\\b${n}.vhdx`] });

    const ran = await opened.run(SCRIPTS.inventorySlow);

    assert.deepEqual(
      requireWhole(ran).vms.map(({ disks, nics }) => [disks.length, nics.length]),
      Array.from({ length: 5 }, () => [2, 1]),
    );
    const ofVms = ran.cmdlets.filter((name) => name !== 'Get-CimInstance');
    // A pipeline is one cmdlet that asks the model once for each VM that comes in.
    const piped = [
      'Get-VMHardDiskDrive',
      'Get-VMDvdDrive',
      'Get-VMNetworkAdapter',
      'Get-VMSnapshot',
    ];
    for (const name of piped) assert.equal(ofVms.filter((one) => one === name).length, 5, name);
    const once = ['Get-VM', 'Get-VHD', 'Get-VMNetworkAdapterVlan', 'Get-VMSwitch', 'Get-VMHost'];
    for (const name of once) assert.equal(ofVms.filter((one) => one === name).length, 1, name);
    assert.equal(ofVms.length, 5 * piped.length + once.length);
  });

  it('the slow tier says only "same" until something changes', async () => {
    using opened = open();
    const vm = opened.world.addVm('hv-1', 'web', { state: 'Running', disks: ['C:\\VMs\\a.vhdx'] });
    const { hash } = requireWhole(await opened.run(SCRIPTS.inventorySlow));
    opened.world.clock.advance(60_000);

    const again = await opened.run(SCRIPTS.inventorySlow, { KnownHash: hash });
    vm.notes = 'changed';
    const changed = requireWhole(await opened.run(SCRIPTS.inventorySlow, { KnownHash: hash }));

    assert.deepEqual(again.answer, { same: true, hash });
    assert.equal(changed.vms[0]?.notes, 'changed');
    assert.notEqual(changed.hash, hash);
  });

  it('H04 H11 shows replicas, planned VMs, words nobody knows, and a disk whose file is gone', async () => {
    using opened = open();
    const { world } = opened;
    const planned = { id: world.newId(), name: 'half moved' };
    world.addHost('hv-1', { planned: [planned] });
    world.addVm('hv-1', 'replica', { replication: 'Replica' });
    world.addVm('hv-1', 'odd', { oddState: 'Hibernating' });
    world.addVm('hv-1', 'torn', { disks: ['C:\\VMs\\gone.vhdx', 'C:\\VMs\\there.vhdx'] });
    world.files.remove('hv-1', 'C:\\VMs\\gone.vhdx');

    const { vms, planned: shown } = requireWhole(await opened.run(SCRIPTS.inventorySlow));

    assert.deepEqual(shown, [planned]);
    assert.deepEqual(
      vms.map(({ replication, state }) => [replication, state]),
      [
        ['Replica', 'Off'],
        ['None', 'Hibernating'],
        ['None', 'Off'],
      ],
    );
    const sizes = vms[2]?.disks.map(({ path, sizeBytes }) => [path, sizeBytes]);
    assert.deepEqual(sizes, [
      ['C:\\VMs\\gone.vhdx', undefined],
      ['C:\\VMs\\there.vhdx', 42_949_672_960],
    ]);
  });

  it('H09 a stopped management service is an error in every tier, never an empty host', async () => {
    using opened = open();
    const vm = opened.world.addVm('hv-1', 'web');
    const host = opened.world.requireHost('hv-1');
    host.hasService = false;

    const fast = await opened.run(SCRIPTS.inventoryFast);
    const slow = await opened.run(SCRIPTS.inventorySlow);
    const read = await opened.run(SCRIPTS.readVm, { VmId: vm.id, HostId: host.uuid });

    assert.match(fast.fault?.id ?? '', /^HRESULT 0x80041013,/);
    for (const { fault } of [slow, read]) {
      assert.ok(fault);
      assert.equal(toScriptError(SCRIPTS.inventorySlow, fault).code, 'host_unavailable');
    }
  });

  it('a cluster shows nodes, roles, volumes with their owner, and whose I/O is redirected', async () => {
    using opened = open();
    const { world } = opened;
    const vm = world.addVm('node-2', 'web', { state: 'Running' });
    world.addRole(vm);
    const cluster = world.clusterOf('node-1');
    cluster?.volumes[0]?.redirected.push('node-2');

    const { answer } = await opened.run(SCRIPTS.inventoryCluster, {}, { host: 'node-1' });

    const role = answer?.groups.find(({ vmId }) => vmId === vm.id);
    assert.deepEqual([role?.owner, role?.state, role?.isCore], ['node-2', 'Online', false]);
    assert.equal(answer?.groups.filter(({ isCore }) => isCore).length, 2);
    assert.deepEqual(answer?.volumes[0]?.access, [
      { node: 'node-1', access: 'Direct', reasons: [] },
      { node: 'node-2', access: 'FileSystemRedirected', reasons: ['UserRequest'] },
    ]);
  });

  it('a node that is down and a volume that is offline are shown as such, without sizes', async () => {
    using opened = open();
    const cluster = opened.world.clusterOf('node-1');
    assert.ok(cluster?.volumes[0] && cluster.nodes[1]);
    cluster.volumes[0].isOnline = false;
    cluster.nodes[1].state = 'Down';

    const { answer } = await opened.run(SCRIPTS.inventoryCluster, {}, { host: 'node-1' });

    assert.deepEqual(
      answer?.nodes.map(({ state }) => state),
      ['Up', 'Down'],
    );
    const [volume] = answer?.volumes ?? [];
    assert.deepEqual(
      [volume?.state, volume?.sizeBytes, volume?.access],
      ['Offline', undefined, []],
    );
  });

  it('the cluster of a host that is in none is an error', async () => {
    using opened = open();

    const { fault, answer } = await opened.run(SCRIPTS.inventoryCluster);

    assert.equal(answer, undefined);
    assert.match(fault?.id ?? '', /^Get-ClusterNode,/);
  });

  it('H02 a VM is read on the host that was meant alone', async () => {
    using opened = open();
    const vm = opened.world.addVm('hv-1', 'web');
    const HostId = opened.world.requireHost('node-1').uuid;

    const { fault } = await opened.run(SCRIPTS.readVm, { VmId: vm.id, HostId });

    assert.equal(fault?.id, 'DroverOtherHost');
    assert.deepEqual(fault?.facts, { found: opened.world.requireHost('hv-1').uuid });
  });
});
