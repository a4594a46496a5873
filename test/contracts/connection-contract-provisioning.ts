/** The provisioning facet: clone, look by token, detach, delete. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OpenConnection } from './connection-contract.ts';
import {
  assertFails,
  carryOut,
  facetOf,
  findOne,
  findRef,
  GIB,
  newCall,
  newCloneRequest,
  patience,
  readAll,
  readVm,
} from './connection-contract-actors.ts';

export function describeProvisioning(open: OpenConnection): void {
  describe('provisioning', () => {
    it('clones a template, and every wish can be read back', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const wish = await newCloneRequest(opened, 'contract-new');
      const call = newCall();

      await carryOut(opened, (it) => provisioning.clone(wish, it), call);

      const { handle, identity, body } = findOne(
        await readAll(opened.connection),
        'vm',
        'contract-new',
      );
      assert.ok(identity !== undefined && handle !== wish.template.handle);
      assert.equal(body.power, 'off');
      assert.equal(body.folderHandle, wish.folder.handle);
      assert.equal(body.hostHandle, wish.host.handle);
      assert.equal(body.cpus, wish.cpus);
      assert.equal(body.memoryBytes, wish.memoryBytes);
      assert.equal(body.disks[0]?.sizeBytes, wish.diskBytes);
      assert.equal(body.disks[0]?.datastoreHandle, wish.datastore.handle);
      assert.equal(body.nics[0]?.networkHandle, wish.network?.handle);
      assert.equal(body.stepToken, call.stepToken);
      const found = await provisioning.findByToken(call.stepToken, wish.name, patience());
      assert.ok(found.found === 'vm' && found.vm.handle === handle);
    });

    it('keeps hardware that was not wished as the template has it', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const { network: _, diskBytes: __, ...wish } = await newCloneRequest(opened, 'contract-same');

      await carryOut(opened, (call) => provisioning.clone(wish, call));

      const all = await readAll(opened.connection);
      const template = findOne(all, 'template', opened.places.template).body;
      const made = findOne(all, 'vm', 'contract-same').body;
      assert.equal(made.disks[0]?.sizeBytes, template.disks[0]?.sizeBytes);
      assert.equal(made.nics[0]?.networkHandle, template.nics[0]?.networkHandle);
    });

    it('is refused a name that the folder has already', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const wish = await newCloneRequest(opened, 'contract-twice');
      await carryOut(opened, (call) => provisioning.clone(wish, call));

      const second = carryOut(opened, (call) => provisioning.clone(wish, call));

      await assertFails(second, 'refused', 'name_taken');
    });

    it('is refused a disk smaller than the template’s, and one that no datastore holds', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const wish = await newCloneRequest(opened, 'contract-size');
      const clone = (diskBytes: number) =>
        carryOut(opened, (call) => provisioning.clone({ ...wish, diskBytes }, call));

      await assertFails(clone(GIB / 1024), 'refused');
      await assertFails(clone(2 ** 20 * GIB), 'refused', 'not_enough_space');

      const all = await readAll(opened.connection);
      assert.ok(!all.some((it) => it.body.name === 'contract-size'));
    });

    it('finds nothing for a token that nobody used', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;

      const look = await provisioning.findByToken('no-such-token', 'contract-none', patience());

      assert.deepEqual(look, { found: 'nothing' });
    });

    it('H13 says unknown when the answer is lost, and the token finds the one VM', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const wish = await newCloneRequest(opened, 'contract-lost');
      const call = newCall();
      await opened.loseNextAnswer();

      await assertFails(provisioning.clone(wish, call), 'unknown');

      let look = await provisioning.findByToken(call.stepToken, wish.name, patience());
      if (look.found === 'running') await opened.connection.tasks?.follow(look.task, newCall());
      for (let i = 0; i < 100 && look.found !== 'vm'; i++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        look = await provisioning.findByToken(call.stepToken, wish.name, patience());
      }
      assert.equal(look.found, 'vm');
      findOne(await readAll(opened.connection), 'vm', 'contract-lost');
    });

    it('deletes a VM', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);

      await carryOut(opened, (call) => provisioning.delete(vm, call));

      assert.equal(await readVm(opened, vm.handle), undefined);
    });

    it('is refused to delete a VM that is on', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const vm = await findRef(opened, 'vm', opened.places.running);

      const failing = carryOut(opened, (call) => provisioning.delete(vm, call));

      await assertFails(failing, 'refused', 'wrong_power_state');
      assert.equal((await readVm(opened, vm.handle))?.body.power, 'on');
    });

    it('H19 takes off the disks that are named, by key, and no other', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);
      const [first, second] = (await readVm(opened, vm.handle))?.body.disks ?? [];
      assert.ok(first && second);

      await carryOut(opened, (call) => provisioning.detachDisks(vm, [second.key], call));

      const left = (await readVm(opened, vm.handle))?.body.disks ?? [];
      assert.deepEqual(
        left.map((it) => [it.key, it.file]),
        [[first.key, first.file]],
      );
    });

    it('is refused a disk that the VM does not have', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);

      const failing = carryOut(opened, (call) => provisioning.detachDisks(vm, ['9999'], call));

      await assert.rejects(failing, ({ end }) => end !== 'unknown');
      assert.equal((await readVm(opened, vm.handle))?.body.disks.length, 2);
    });

    it('H02 changes nothing that has the handle and another identity', async (context) => {
      await using opened = await open({});
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const other = { identity: '00000000-0000-4000-8000-00000000dead' };
      const vm = { ...(await findRef(opened, 'vm', opened.places.stopped)), ...other };
      const wish = await newCloneRequest(opened, 'contract-other');
      const template = { ...wish.template, ...other };

      for (const send of [
        () => provisioning.delete(vm, newCall()),
        () => provisioning.detachDisks(vm, ['2000'], newCall()),
        () => provisioning.clone({ ...wish, template }, newCall()),
      ])
        await assertFails(send(), 'not_started', 'not_the_vm_approved');
      assert.equal((await readVm(opened, vm.handle))?.body.disks.length, 2);
    });
  });
}
