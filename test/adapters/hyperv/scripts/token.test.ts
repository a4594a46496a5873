/** One script at a time works on a token, and what it made is found and taken back by it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toScriptError } from '#adapters/hyperv/faults.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { GIB } from '#test/fakes/hyperv/world/parts.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepPwsh } from './kept.ts';
import type { OpenedScripts, Parameters } from './open-scripts.ts';

const templatePath = 'C:\\Templates\\t.vhdx';

function prepare({ world }: OpenedScripts, more: Parameters = {}) {
  world.files.write('hv-1', templatePath, {
    ...{ sizeBytes: 20 * GIB, fileBytes: 8 * GIB, type: 'Dynamic' },
  });
  const own = {
    HostId: world.requireHost('hv-1').uuid,
    Token: crypto.randomUUID(),
    Root: 'C:\\VMs',
  };
  const wish = {
    ...{ ...own, Name: 'web-1', TemplatePath: templatePath, Generation: 2, Processors: 2 },
    ...{ MemoryBytes: 2 * GIB, IsDifferencing: false, IsClustered: false, ...more },
  };
  return { own, wish };
}

describe('the token of a create', needsPeer('powershell'), () => {
  const open = keepPwsh();

  it('is worked on by one script at a time: another one is told to wait, a look sees it', async () => {
    using opened = open();
    const { own, wish } = prepare(opened);
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    opened.hold('New-VM', async () => {
      reached.resolve();
      await held.promise;
    });

    const first = opened.run(SCRIPTS.createVm, wish);
    await reached.promise;
    const second = await opened.run(SCRIPTS.createVm, wish);
    const look = await opened.run(SCRIPTS.findByToken, own);
    const back = opened.run(SCRIPTS.discardVm, own);
    held.resolve();
    const [made, left] = [await first, await back];

    assert.ok(second.fault);
    const { code, end } = toScriptError(SCRIPTS.createVm, second.fault);
    assert.deepEqual([code, end], ['another_task_runs', 'not_started']);
    assert.deepEqual([look.answer?.isRunning, look.answer?.vms.length], [true, 0]);
    assert.equal(made.answer?.wasFound, false);
    assert.deepEqual(left.answer, { isGone: false, vmId: opened.world.vms[0]?.id });
    assert.equal(opened.world.vms.length, 1);
  });

  it('is free again after a script that was cut, and what it left is taken back with its folder', async () => {
    using opened = open();
    const { world } = opened;
    const { own, wish } = prepare(opened);
    opened.faults.add({ cmdlet: 'Set-VMProcessor', kind: 'cut_before' });

    await opened.run(SCRIPTS.createVm, wish);
    const look = await opened.run(SCRIPTS.findByToken, own);
    const back = await opened.run(SCRIPTS.discardVm, own);

    const [found] = look.answer?.vms ?? [];
    assert.deepEqual([look.answer?.isRunning, look.answer?.hasFolder], [false, true]);
    assert.deepEqual([found?.inPath, found?.inNotes], [true, false]);
    assert.deepEqual(back.answer, { isGone: true, vmId: '' });
    assert.equal(world.vms.length, 0);
    assert.equal(world.files.exists('hv-1', `C:\\VMs\\${own.Token}`), false);
  });

  it('a whole VM is not taken back', async () => {
    using opened = open();
    const { own, wish } = prepare(opened);
    await opened.run(SCRIPTS.createVm, wish);

    const { answer } = await opened.run(SCRIPTS.discardVm, own);

    assert.deepEqual(answer, { isGone: false, vmId: opened.world.vms[0]?.id });
    assert.equal(opened.world.vms.length, 1);
  });

  it('a name that is there on the host, or on a role of its cluster, is refused with nothing made', async () => {
    for (const IsClustered of [false, true]) {
      using opened = open();
      const { world } = opened;
      const host = IsClustered ? 'node-1' : 'hv-1';
      const { wish } = prepare(opened, { IsClustered, HostId: world.requireHost(host).uuid });
      world.files.write('node-1', templatePath, {
        ...{ sizeBytes: 20 * GIB, fileBytes: 8 * GIB, type: 'Dynamic' },
      });
      const other = world.addVm(IsClustered ? 'node-2' : 'hv-1', 'web-1');
      if (IsClustered) world.addRole(other);

      const { fault } = await opened.run(SCRIPTS.createVm, wish, { host });

      assert.ok(fault);
      const { code, end } = toScriptError(SCRIPTS.createVm, fault);
      assert.deepEqual([code, end], ['name_taken', 'refused']);
      assert.equal(world.vms.length, 1);
    }
  });
});

describe('read-templates', needsPeer('powershell'), () => {
  const open = keepPwsh();

  it('tells those that are there, and of one that cannot be read only that it is there', async () => {
    using opened = open();
    const { files } = opened.world;
    files.write('hv-1', 'C:\\t\\good.vhdx', { sizeBytes: GIB, fileBytes: 1, type: 'Dynamic' });
    files.makeFolder('hv-1', 'C:\\t\\broken.vhdx');

    const paths = ['C:\\t\\good.vhdx', 'C:\\t\\broken.vhdx', 'C:\\t\\none.vhdx'];
    const { answer } = await opened.run(SCRIPTS.readTemplates, { Paths: paths });

    assert.deepEqual(answer?.templates, [
      { path: 'C:\\t\\good.vhdx', sizeBytes: GIB },
      { path: 'C:\\t\\broken.vhdx' },
    ]);
  });
});
