/** The hardware facet: disks and network adapters of a VM that is there, running or not. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { DiskBody, NicBody } from '#core/inventory/vm-parts.ts';
import { toFileToken } from '#core/jobs/file-token.ts';
import type { OpenConnection, OpenedConnection } from './connection-contract.ts';
import {
  assertFails,
  carryOut,
  facetOf,
  findRef,
  GIB,
  newCall,
  patience,
  readVm,
} from './connection-contract-actors.ts';

const OTHER = { identity: '00000000-0000-4000-8000-00000000dead' };

/** With the mark that parts folders in it, as the tokens of steps have. */
function newStepCall() {
  return newCall({ stepToken: `${randomUUID()}/add-disk` });
}

async function readDisks(opened: OpenedConnection, handle: string): Promise<readonly DiskBody[]> {
  return (await readVm(opened, handle))?.body.disks ?? [];
}

async function readNic(opened: OpenedConnection, handle: string): Promise<NicBody> {
  const [nic] = (await readVm(opened, handle))?.body.nics ?? [];
  assert.ok(nic);
  return nic;
}

export function describeHardware(open: OpenConnection): void {
  describe('hardware', () => {
    for (const place of ['running', 'stopped'] as const) {
      it(`adds an empty disk to a VM that is ${place}; its file carries the token`, async (context) => {
        await using opened = await open({});
        const hardware = facetOf(opened, 'hardware', context);
        if (!hardware) return;
        const vm = await findRef(opened, 'vm', opened.places[place]);
        const before = await readDisks(opened, vm.handle);
        const call = newStepCall();

        await carryOut(opened, (it) => hardware.addDisk(vm, 3 * GIB, it), call);

        const after = await readDisks(opened, vm.handle);
        const known = new Set(before.map(({ key }) => key));
        const [added, ...others] = after.filter(({ key }) => !known.has(key));
        assert.ok(added && others.length === 0);
        assert.equal(added.sizeBytes, 3 * GIB);
        assert.ok(added.file?.includes(toFileToken(call.stepToken)), added.file);
        assert.match(added.label, /^SCSI \d+:\d+$/);
        assert.deepEqual([added.inOwnFolder, added.isRaw], [true, false]);
        assert.equal(
          added.datastoreHandle,
          (await readVm(opened, vm.handle))?.body.datastoreHandle,
        );
        assert.deepEqual(
          after.filter(({ key }) => known.has(key)),
          before,
        );
      });

      it(`takes the adapter of a VM that is ${place} off its network, and connects it to another`, async (context) => {
        await using opened = await open({});
        const hardware = facetOf(opened, 'hardware', context);
        if (!hardware) return;
        const vm = await findRef(opened, 'vm', opened.places[place]);
        const network = await findRef(opened, 'network', opened.places.network);
        const { key, macAddress } = await readNic(opened, vm.handle);
        const set = (wished: typeof network | null) =>
          carryOut(opened, (call) => hardware.setNic(vm, key, { network: wished }, call));

        await set(null);
        const off = await readNic(opened, vm.handle);
        await set(network);
        const on = await readNic(opened, vm.handle);

        assert.equal(off.connected, false);
        assert.equal(on.networkHandle, network.handle);
        assert.notEqual(on.connected, false);
        assert.deepEqual([on.key, on.macAddress], [key, macAddress]);
      });
    }

    it('sets VLAN and VMQ weight where it says so, each by itself, and takes no other', async (context) => {
      await using opened = await open({});
      const hardware = facetOf(opened, 'hardware', context);
      if (!hardware) return;
      const vm = await findRef(opened, 'vm', opened.places.running);
      const before = await readNic(opened, vm.handle);
      const wishes = { vlan: 120, vmqWeight: 40 };

      for (const setting of ['vlan', 'vmqWeight'] as const) {
        const change = { [setting]: wishes[setting] };
        const setOne = carryOut(opened, (call) => hardware.setNic(vm, before.key, change, call));
        if (hardware.nicSettings.includes(setting)) await setOne;
        else await assertFails(setOne, 'not_started', 'not_supported');
      }

      const { vlan, vmqWeight, ...others } = await readNic(opened, vm.handle);
      const { vlan: vlanBefore, vmqWeight: weightBefore, ...othersBefore } = before;
      const has = (setting: 'vlan' | 'vmqWeight') => hardware.nicSettings.includes(setting);
      assert.deepEqual(others, othersBefore);
      assert.equal(vlan, has('vlan') ? wishes.vlan : vlanBefore);
      assert.equal(vmqWeight, has('vmqWeight') ? wishes.vmqWeight : weightBefore);
    });

    it('changes no adapter that the VM does not have', async (context) => {
      await using opened = await open({});
      const hardware = facetOf(opened, 'hardware', context);
      if (!hardware) return;
      const vm = await findRef(opened, 'vm', opened.places.running);
      const before = await readNic(opened, vm.handle);

      const failing = hardware.setNic(vm, '9999', { network: null }, newCall());

      await assertFails(failing, 'not_started', 'parts_changed');
      assert.deepEqual(await readNic(opened, vm.handle), before);
    });

    it('fails with a disk larger than any platform takes, and the VM stays as it was', async (context) => {
      await using opened = await open({});
      const hardware = facetOf(opened, 'hardware', context);
      if (!hardware) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);
      const before = await readDisks(opened, vm.handle);

      const failing = carryOut(opened, (call) => hardware.addDisk(vm, 100 * 1024 * GIB, call));

      // Where it fails in the middle of a script, its end may be unknown.
      await assert.rejects(failing, ({ end }) => end === 'refused' || end === 'unknown');
      assert.deepEqual(await readDisks(opened, vm.handle), before);
    });

    it('H13 says unknown when the answer is lost, and the VM shows the one disk with the token', async (context) => {
      await using opened = await open({});
      const hardware = facetOf(opened, 'hardware', context);
      if (!hardware) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);
      const call = newStepCall();
      await opened.loseNextAnswer();

      await assertFails(hardware.addDisk(vm, GIB, call), 'unknown');

      const listAdded = async () =>
        (await readDisks(opened, vm.handle)).filter(({ file }) =>
          file?.includes(toFileToken(call.stepToken)),
        );
      const deadline = patience();
      while ((await listAdded()).length === 0 && !deadline.aborted)
        await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal((await listAdded()).length, 1);
    });

    it('does not add the same disk twice, whoever sends the order again', async (context) => {
      await using opened = await open({});
      const hardware = facetOf(opened, 'hardware', context);
      if (!hardware) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);
      const { length } = await readDisks(opened, vm.handle);
      const call = newStepCall();
      const add = () => carryOut(opened, (it) => hardware.addDisk(vm, GIB, it), call);
      await add();

      // Refused, or found to be done.
      await add().catch((error: unknown) => assertFails(Promise.reject(error), 'refused'));

      assert.equal((await readDisks(opened, vm.handle)).length, length + 1);
    });

    it('H02 leaves a VM alone that has the handle and another identity', async (context) => {
      await using opened = await open({});
      const hardware = facetOf(opened, 'hardware', context);
      if (!hardware) return;
      const own = await findRef(opened, 'vm', opened.places.running);
      const before = (await readVm(opened, own.handle))?.body;
      const vm = { ...own, ...OTHER };
      const { key } = await readNic(opened, own.handle);

      for (const send of [
        () => hardware.addDisk(vm, GIB, newCall()),
        () => hardware.setNic(vm, key, { network: null }, newCall()),
      ])
        await assertFails(send(), 'not_started', 'not_the_vm_approved');

      const after = (await readVm(opened, own.handle))?.body;
      assert.deepEqual([after?.disks, after?.nics], [before?.disks, before?.nics]);
    });

    it('sends nothing once it was called off', async (context) => {
      await using opened = await open({});
      const hardware = facetOf(opened, 'hardware', context);
      if (!hardware) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);
      const before = (await readVm(opened, vm.handle))?.body;
      const { key } = await readNic(opened, vm.handle);
      const calledOff = () => newCall({ signal: AbortSignal.abort() });

      await assertFails(hardware.addDisk(vm, GIB, calledOff()), 'not_started');
      await assertFails(hardware.setNic(vm, key, { network: null }, calledOff()), 'not_started');

      const after = (await readVm(opened, vm.handle))?.body;
      assert.deepEqual([after?.disks, after?.nics], [before?.disks, before?.nics]);
    });
  });
}
