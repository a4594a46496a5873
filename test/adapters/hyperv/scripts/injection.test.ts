import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { GIB } from '#test/fakes/hyperv/world/parts.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { HOSTILE_WORDS } from './hostile-words.ts';
import { keepPwsh } from './kept.ts';

const templatePath = "C:\\Templates\\o'b $(x) [1].vhdx";

describe('H35 words that are code somewhere', needsPeer('powershell'), () => {
  const open = keepPwsh();

  it('come out of the inventories letter by letter: names, notes, checkpoints', async () => {
    using opened = open();
    const { world } = opened;
    for (const [i, word] of HOSTILE_WORDS.entries()) {
      const vm = world.addVm('hv-1', word, { notes: `${i}${word}` });
      vm.checkpoints.push({ id: world.newId(), name: word, createdAt: 0 });
    }

    const fast = await opened.run(SCRIPTS.inventoryFast);
    const slow = await opened.run(SCRIPTS.inventorySlow);

    assert.deepEqual(
      fast.answer?.vms.map(({ name }) => name),
      HOSTILE_WORDS,
    );
    assert.ok(slow.answer?.same === false);
    assert.deepEqual(
      slow.answer.vms.map(({ name, notes, checkpoints }) => [name, notes, checkpoints[0]?.name]),
      HOSTILE_WORDS.map((word, i) => [word, `${i}${word}`, word]),
    );
    // One record a line, whatever the words hold.
    for (const line of [...fast.lines, ...slow.lines]) {
      assert.equal(line[0], '\u001e');
      assert.match(line.slice(1), /^[ -~]+$/);
    }
  });

  it('go into create-vm as names and stay what they are', async () => {
    using opened = open();
    const { world } = opened;
    world.files.write('hv-1', templatePath, { sizeBytes: GIB, fileBytes: 1, type: 'Dynamic' });
    const { uuid: HostId } = world.requireHost('hv-1');
    for (const [i, Name] of HOSTILE_WORDS.entries()) {
      const ran = await opened.run(SCRIPTS.createVm, {
        ...{ HostId, Token: `J${i}`, Name, TemplatePath: templatePath, Root: 'C:\\VMs [x] $y' },
        ...{ Generation: 2, Processors: 1, MemoryBytes: GIB },
        ...{ IsDifferencing: i % 2 === 1, IsClustered: false },
      });

      assert.equal(ran.answer?.name, Name, JSON.stringify(ran.fault ?? ran.errors));
    }
    assert.deepEqual(
      world.vms.map(({ name }) => name),
      HOSTILE_WORDS,
    );
    assert.equal(new Set(world.vms.flatMap(({ disks }) => disks.map(({ path }) => path))).size, 29);
  });

  it('are neither a token nor an id of anything', async () => {
    using opened = open();
    const { world } = opened;
    const vm = world.addVm('hv-1', 'web', { disks: ['C:\\VMs\\a.vhdx'] });
    const of = { VmId: vm.id, HostId: world.requireHost('hv-1').uuid };
    const tries = [
      (word: string) => opened.run(SCRIPTS.addDisk, { ...of, Token: word, SizeBytes: GIB }),
      (word: string) => opened.run(SCRIPTS.setNic, { ...of, NicId: word, VmqWeight: 1 }),
      (word: string) => opened.run(SCRIPTS.startVm, { ...of, HostId: word }),
    ];
    const ids = ['DroverBadToken', 'DroverNicMissing', 'DroverOtherHost'];
    const words = HOSTILE_WORDS.filter((one) => !/^(true|null|x+)$/.test(one));
    for (const [i, word] of words.entries()) {
      const { fault } = await (tries[i % 3] ?? assert.fail())(word);
      assert.equal(fault?.id, ids[i % 3], word);
    }
  });

  it('are never a pattern where they name a file', async () => {
    using opened = open();
    const { world } = opened;
    const paths = ['C:\\VMs\\a.vhdx', 'C:\\VMs\\[ab].vhdx'] as const;
    const vm = world.addVm('hv-1', 'web', { disks: paths });
    const of = { VmId: vm.id, HostId: world.requireHost('hv-1').uuid };
    const doomed = world.addVm('hv-1', 'doomed', {
      disks: ['C:\\VMs\\x.vhdx', 'C:\\VMs\\[xy].vhdx'],
    });
    world.files.remove('hv-1', paths[1]);

    const off = await opened.run(SCRIPTS.removeDisk, {
      ...{ ...of, DiskId: vm.disks[1]?.id ?? '', Path: paths[1] },
    });
    const gone = await opened.run(SCRIPTS.deleteVm, {
      ...{ ...of, VmId: doomed.id, Token: 'J1' },
      ...{ Delete: ['C:\\VMs\\[xy].vhdx'], Keep: ['C:\\VMs\\x.vhdx'] },
    });

    assert.deepEqual([off.answer?.isOff, off.answer?.hasFile], [true, false]);
    assert.deepEqual(gone.answer?.deleted, ['C:\\VMs\\[xy].vhdx']);
    assert.equal(world.files.exists('hv-1', 'C:\\VMs\\[xy].vhdx'), false);
    assert.ok(world.files.exists('hv-1', 'C:\\VMs\\x.vhdx'));
  });
});
