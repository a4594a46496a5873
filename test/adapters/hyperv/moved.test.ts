/** A VM that the cluster, or a person at its console, moves while Drover is about to act (H03). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDeleteVm } from '#core/steps/delete-vm.ts';
import {
  findOne,
  newCall,
  patience,
  readAll,
  toRef,
} from '#test/contracts/connection-contract-actors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepHyperv, type OpenedHyperv } from './open-hyperv.ts';

describe('a VM that was moved to another host', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();

  const move = async ({ site, connection }: OpenedHyperv, name: string) => {
    const vm = toRef(connection, findOne(await readAll(connection), 'vm', name));
    const moved = site.world.vms.find(({ id }) => id === vm.identity);
    assert.ok(moved);
    moved.host = 'node-2';
    return vm;
  };

  it('H02 H03 is not deleted, and its deletion is not taken for done', async () => {
    await using opened = await open();
    const vm = await move(opened, 'db-01');
    const world = {
      changeable: async () => opened.connection,
      record: async () => assert.fail(),
      recordGone: async () => assert.fail(),
      chooseOtherHost: async () => assert.fail(),
    };
    const kind = createDeleteVm(world);
    const input = { vm, name: 'db-01', disks: [] };

    for (const look of [
      async () => kind.look(input, newCall(), null),
      async () => kind.act(input, newCall()),
    ])
      await assert.rejects(look, { code: 'not_the_vm_approved', end: 'not_started' });
  });

  it('H03 is found where it is; one that is on no host is not, nor is a replica', async () => {
    await using opened = await open();
    const { connection, site } = opened;
    const vm = await move(opened, 'db-01');

    assert.equal(await connection.estate.read(vm, patience()), undefined);
    const found = await connection.estate.findMoved?.(vm, patience());
    assert.deepEqual([found?.identity, found?.handle === vm.handle], [vm.identity, false]);
    const moved = site.world.vms.find(({ id }) => id === vm.identity);
    assert.ok(moved);
    moved.replication = 'Replica';
    assert.equal(await connection.estate.findMoved?.(vm, patience()), undefined);
    site.world.vms.splice(site.world.vms.indexOf(moved), 1);
    assert.equal(await connection.estate.findMoved?.(vm, patience()), undefined);
  });
});
