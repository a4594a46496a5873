/** The file of a template is not one VM's own, though a VM has it as its disk, as the machine that it was made of may (H19). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findOne, patience, readAll } from '#test/contracts/connection-contract-actors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepHyperv } from './open-hyperv.ts';

describe('a VM whose disk is a template', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();

  it('H19 shares that file, and has its other disk for itself', async () => {
    const folder = 'C:\\VMs\\golden';
    const templates = [{ name: 'golden', file: `${folder}\\System.vhdx` }];
    await using opened = await open({ estate: 'single', config: { templates } });
    const { connection, site } = opened;
    const disks = [`${folder}\\system.vhdx`, `${folder}\\data.vhdx`];
    site.world.addVm('hv-1', 'golden', { path: folder, disks });

    const vm = findOne(await readAll(connection), 'vm', 'golden');
    const read = await connection.estate.read(vm, patience());

    assert.ok(read?.kind === 'vm');
    for (const { body } of [vm, read])
      assert.deepEqual(
        body.disks.map(({ shared }) => shared),
        [true, false],
      );
  });
});
