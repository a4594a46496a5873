import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { toScriptError } from '#adapters/hyperv/faults.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import type { OrderedFault } from '#test/fakes/hyperv/world/faults.ts';
import { GIB, type WorldVm } from '#test/fakes/hyperv/world/parts.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepPwsh } from './kept.ts';
import type { OpenedScripts, Parameters } from './open-scripts.ts';

const own = 'C:\\VMs\\own.vhdx';
const data = 'C:\\VMs\\data.vhdx';
const kept = 'C:\\VMs\\kept.vhdx';

function prepare({ world }: OpenedScripts, more: Partial<WorldVm> = {}) {
  const vm = world.addVm('hv-1', 'doomed', { ...more, disks: [own, data, kept] });
  const parameters: Parameters = {
    ...{ VmId: vm.id, HostId: world.requireHost('hv-1').uuid, Token: 'J9-1' },
    ...{ Delete: [own, data], Keep: [kept] },
  };
  return { vm, parameters };
}

describe('H19 delete-vm', needsPeer('powershell'), () => {
  const open = keepPwsh();

  it('deletes what the plan listed, keeps what it kept, and the VM goes', async () => {
    using opened = open();
    const { world } = opened;
    const { vm, parameters } = prepare(opened);

    const { answer } = await opened.run(SCRIPTS.deleteVm, parameters);

    assert.deepEqual(answer, {
      ...{ vmId: vm.id, isGone: true, deleted: [own, data], kept: [kept], wentOn: false },
    });
    const there = [own, data, kept].map((path) => world.files.exists('hv-1', path));
    assert.deepEqual(there, [false, false, true]);
    assert.equal(world.vms.length, 0);
  });

  it('moves files to the recycle folder where there is one, two of one name beside each other', async () => {
    using opened = open();
    const { world } = opened;
    const other = 'C:\\Other\\own.vhdx';
    const { vm, parameters } = prepare(opened);
    world.files.write('hv-1', other, { sizeBytes: GIB, fileBytes: 7, type: 'Dynamic' });
    world.addDisk(vm, { path: other });
    const Delete = [own, data, other];

    const { answer } = await opened.run(SCRIPTS.deleteVm, {
      ...parameters,
      Delete,
      Recycle: 'Bin',
    });

    assert.deepEqual(answer?.deleted, Delete);
    assert.equal(world.files.read('hv-1', 'C:\\Bin\\J9-1\\own.vhdx')?.sizeBytes, 40 * GIB);
    assert.equal(world.files.read('hv-1', 'C:\\Bin\\J9-1\\2-own.vhdx')?.fileBytes, 7);
  });

  it('moves each file within its own volume', async () => {
    using opened = open();
    const { world } = opened;
    const volume = 'C:\\ClusterStorage\\Volume1';
    const vm = world.addVm('node-1', 'two', { disks: [own, `${volume}\\data.vhdx`] });
    const parameters = {
      ...{ VmId: vm.id, HostId: world.requireHost('node-1').uuid, Token: 'J9-1', Recycle: 'Bin' },
      Keep: [],
    };
    const host = { host: 'node-1' };
    const Delete = [own, `${volume}\\data.vhdx`];

    await opened.run(SCRIPTS.deleteVm, { ...parameters, Delete }, host);

    const moved = ['C:\\Bin\\J9-1\\own.vhdx', `${volume}\\Bin\\J9-1\\data.vhdx`];
    assert.deepEqual(
      [...Delete, ...moved].map((path) => world.files.exists('node-1', path)),
      [false, false, true, true],
    );
  });

  it('refuses to move what lies on no volume of this host', async () => {
    using opened = open();
    const { world } = opened;
    const { vm, parameters } = prepare(opened);
    const [first] = vm.disks;
    assert.ok(first);
    const share = '\\\\files\\vms\\own.vhdx';
    vm.disks[0] = { ...first, path: share };
    const Delete = [share, data];

    const { fault } = await opened.run(SCRIPTS.deleteVm, { ...parameters, Delete, Recycle: 'Bin' });

    assert.deepEqual([fault?.id, fault?.begun], ['DroverVolumeUnknown', false]);
    assert.equal(world.files.exists('hv-1', data), true);
  });

  it('takes the role of a clustered VM away with it', async () => {
    using opened = open();
    const { world } = opened;
    const path = 'C:\\ClusterStorage\\Volume1\\web.vhdx';
    const vm = world.addVm('node-1', 'web', { disks: [path] });
    world.addRole(vm);

    const { answer } = await opened.run(
      SCRIPTS.deleteVm,
      {
        ...{ VmId: vm.id, HostId: world.requireHost('node-1').uuid, Token: 'J9-1' },
        ...{ Delete: [path], Keep: [] },
      },
      { host: 'node-1' },
    );

    assert.equal(answer?.isGone, true);
    assert.equal(
      world.clusterOf('node-1')?.groups.some(({ vmId }) => vmId === vm.id),
      false,
    );
  });

  it('refuses, with nothing done, what is not as the plan said', async () => {
    const cases: readonly (readonly [
      string,
      (opened: OpenedScripts, vm: WorldVm) => void,
      Parameters?,
    ])[] = [
      [
        'DroverPartsChanged',
        ({ world }, vm) => void world.addDisk(vm, { path: 'C:\\VMs\\new.vhdx' }),
      ],
      ['DroverPartsChanged', (_opened, vm) => void vm.images.push('C:\\iso\\setup.iso')],
      ['DroverPartsChanged', (_opened, vm) => void vm.disks.pop()],
      ['DroverNotOff', (_opened, vm) => void Object.assign(vm, { state: 'Running' })],
      [
        'DroverHasCheckpoints',
        (_opened, vm) => void vm.checkpoints.push({ id: vm.id, name: 'x', createdAt: 0 }),
      ],
      ['DroverDiskShared', ({ world }) => void world.addVm('hv-1', 'twin', { disks: [data] })],
      [
        'DroverDiskShared',
        ({ world }) => {
          const child = 'C:\\VMs\\child.vhdx';
          world.files.write('hv-1', child, {
            sizeBytes: GIB,
            fileBytes: 1,
            type: 'Differencing',
            parent: own,
          });
          world.addVm('hv-1', 'child', { disks: [child] });
        },
      ],
      [
        'DroverUseUnknown',
        ({ world }) => {
          world.addVm('hv-1', 'torn', { disks: ['C:\\VMs\\torn.vhdx'] });
          world.files.remove('hv-1', 'C:\\VMs\\torn.vhdx');
        },
      ],
      ['DroverReplica', (_opened, vm) => void Object.assign(vm, { replication: 'Replica' })],
      ['DroverOtherHost', () => undefined, { HostId: 'another' }],
    ];
    for (const [id, arrange, more] of cases) {
      using opened = open();
      const { vm, parameters } = prepare(opened);
      arrange(opened, vm);

      const { fault } = await opened.run(SCRIPTS.deleteVm, { ...parameters, ...more });

      assert.equal(fault?.id, id);
      const isOther = /OtherHost|PartsChanged/.test(id);
      const { end } = toScriptError(SCRIPTS.deleteVm, fault);
      assert.equal(end, isOther ? 'not_started' : 'refused');
      assert.ok(opened.world.vms.includes(vm));
      assert.ok(
        opened.world.files.exists('hv-1', own) && opened.world.files.exists('hv-1', data),
        id,
      );
    }
  });

  const cuts: readonly OrderedFault[] = [
    { cmdlet: 'Set-VM', kind: 'cut_after' },
    { cmdlet: 'Remove-VMHardDiskDrive', kind: 'cut_after' },
    { cmdlet: 'Remove-VMHardDiskDrive', kind: 'cut_after', after: 2 },
    { cmdlet: 'Remove-VM', kind: 'cut_before' },
  ];
  for (const fault of cuts) {
    it(`cut at ${fault.cmdlet} ${fault.after ?? 0}: the VM still names it, and the next run ends it`, async () => {
      using opened = open();
      const { world } = opened;
      const { parameters } = prepare(opened);
      opened.faults.add(fault);

      const cut = await opened.run(SCRIPTS.deleteVm, parameters);
      const { answer, fault: refused } = await opened.run(SCRIPTS.deleteVm, parameters);

      assert.equal(cut.isCut, true);
      assert.deepEqual([answer?.isGone, answer?.wentOn], [true, true], JSON.stringify(refused));
      const there = [own, data, kept].map((path) => world.files.exists('hv-1', path));
      assert.deepEqual(there, [false, false, true]);
    });
  }

  it('cut after Remove-VM the files are gone with it: nothing is left to find', async () => {
    using opened = open();
    const { world } = opened;
    const { parameters } = prepare(opened);
    opened.faults.add({ cmdlet: 'Remove-VM', kind: 'cut_after' });

    const cut = await opened.run(SCRIPTS.deleteVm, parameters);
    const { fault } = await opened.run(SCRIPTS.deleteVm, parameters);

    assert.equal(cut.isCut, true);
    assert.ok(fault);
    assert.equal(toScriptError(SCRIPTS.deleteVm, fault).code, 'not_found');
    assert.equal(world.files.exists('hv-1', own), false);
  });

  it('a disk that another step took off is not deleted by this one', async () => {
    using opened = open();
    const { vm, parameters } = prepare(opened, { notes: 'drover-delete:J9-12' });
    vm.disks.shift();

    const { fault } = await opened.run(SCRIPTS.deleteVm, parameters);

    assert.deepEqual(fault?.facts, { missing: own });
    assert.ok(opened.world.files.exists('hv-1', own));
  });

  it('waits for another deletion on its host, whose disks would else be such as cannot be read', async () => {
    using opened = open();
    const { world } = opened;
    const toDelete = (name: string) => {
      const file = `C:\\VMs\\${name}.vhdx`;
      const vm = world.addVm('hv-1', name, { disks: [file] });
      const of = { VmId: vm.id, HostId: world.requireHost('hv-1').uuid, Token: `del-${vm.id}` };
      return () => opened.run(SCRIPTS.deleteVm, { ...of, Delete: [file], Keep: [] });
    };
    const [first, second] = [toDelete('first'), toDelete('second')];
    const reached = Promise.withResolvers<void>();
    const otherOver = Promise.withResolvers<void>();
    // It has seen the other's disk, and reads it once that would be gone.
    opened.hold('Get-VHD', async () => {
      reached.resolve();
      await Promise.race([otherOver.promise, wait(1500)]);
    });

    const one = first();
    await reached.promise;
    const other = second();
    void other.then(() => otherOver.resolve());
    const ends = [await one, await other];

    assert.deepEqual(
      ends.map(({ answer, fault }) => [answer?.isGone, fault?.id]),
      [
        [true, undefined],
        [true, undefined],
      ],
    );
  });
});
