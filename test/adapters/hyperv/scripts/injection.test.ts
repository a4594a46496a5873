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

  it('are neither a token nor an id, and what they name is never a pattern', async () => {
    using opened = open();
    const { world } = opened;
    const vm = world.addVm('hv-1', 'web', { disks: ['C:\\VMs\\a.vhdx', 'C:\\VMs\\[ab].vhdx'] });
    const of = { VmId: vm.id, HostId: world.requireHost('hv-1').uuid };
    for (const word of HOSTILE_WORDS.filter((one) => !/^(true|null|x+)$/.test(one))) {
      const token = await opened.run(SCRIPTS.addDisk, { ...of, Token: word, SizeBytes: GIB });
      const nic = await opened.run(SCRIPTS.setNic, { ...of, NicId: word, VmqWeight: 1 });
      const host = await opened.run(SCRIPTS.startVm, { ...of, HostId: word });
      assert.deepEqual(
        [token.fault?.id, nic.fault?.id, host.fault?.id],
        ['DroverBadToken', 'DroverNicMissing', 'DroverOtherHost'],
        word,
      );
    }
    const DiskId = vm.disks[1]?.id ?? '';

    const { answer } = await opened.run(SCRIPTS.removeDisk, {
      ...of,
      DiskId,
      Path: 'C:\\VMs\\[ab].vhdx',
    });
    const remove = { ...of, Token: 'J1', Delete: ['C:\\VMs\\a.vhdx'], Keep: [] };
    const { answer: deleted } = await opened.run(SCRIPTS.deleteVm, remove);

    assert.deepEqual([answer?.isOff, answer?.hasFile], [true, true]);
    assert.deepEqual(deleted?.deleted, ['C:\\VMs\\a.vhdx']);
    assert.ok(world.files.exists('hv-1', 'C:\\VMs\\[ab].vhdx'));
  });
});
