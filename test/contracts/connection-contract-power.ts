/** The power facet: each deed works, is refused, and leaves alone what was not approved. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OpenConnection } from './connection-contract.ts';
import {
  assertFails,
  carryOut,
  facetOf,
  findRef,
  markNow,
  newCall,
  readVm,
  untilChange,
} from './connection-contract-actors.ts';

export function describePower(open: OpenConnection): void {
  describe('power', () => {
    it('starts a VM', async (context) => {
      await using opened = await open({});
      const power = facetOf(opened, 'power', context);
      if (!power) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);

      await carryOut(opened, (call) => power.start(vm, call));

      assert.equal((await readVm(opened, vm.handle))?.body.power, 'on');
    });

    it('powers a VM off', async (context) => {
      await using opened = await open({});
      const power = facetOf(opened, 'power', context);
      if (!power) return;
      const vm = await findRef(opened, 'vm', opened.places.running);

      await carryOut(opened, (call) => power.stop(vm, call));

      assert.equal((await readVm(opened, vm.handle))?.body.power, 'off');
    });

    it('asks the guest to shut down, and the VM is off later', async (context) => {
      await using opened = await open({});
      const power = facetOf(opened, 'power', context);
      if (!power) return;
      const vm = await findRef(opened, 'vm', opened.places.running);
      const mark = await markNow(opened.connection);

      await power.shutdownGuest(vm, newCall());

      await untilChange(
        opened.connection,
        mark,
        (it) =>
          it.change === 'seen' &&
          it.object.kind === 'vm' &&
          it.object.handle === vm.handle &&
          it.object.body.power === 'off',
      );
    });

    it('is refused in the wrong power state', async (context) => {
      await using opened = await open({});
      const power = facetOf(opened, 'power', context);
      if (!power) return;
      const running = await findRef(opened, 'vm', opened.places.running);
      const stopped = await findRef(opened, 'vm', opened.places.stopped);

      for (const send of [
        () => carryOut(opened, (call) => power.start(running, call)),
        () => carryOut(opened, (call) => power.stop(stopped, call)),
        () => power.shutdownGuest(stopped, newCall()),
      ])
        await assertFails(send(), 'refused', 'wrong_power_state');
    });

    it('cannot ask a guest without tools', async (context) => {
      await using opened = await open({});
      const power = facetOf(opened, 'power', context);
      if (!power) return;
      const vm = await findRef(opened, 'vm', opened.places.withoutTools);

      await assertFails(power.shutdownGuest(vm, newCall()), 'refused', 'guest_tools_missing');
      assert.equal((await readVm(opened, vm.handle))?.body.power, 'on');
    });

    it('H02 leaves a VM alone that has the handle and another identity', async (context) => {
      await using opened = await open({});
      const power = facetOf(opened, 'power', context);
      if (!power) return;
      const other = { identity: '00000000-0000-4000-8000-00000000dead' };
      const running = { ...(await findRef(opened, 'vm', opened.places.running)), ...other };
      const stopped = { ...(await findRef(opened, 'vm', opened.places.stopped)), ...other };

      for (const send of [
        () => power.start(stopped, newCall()),
        () => power.stop(running, newCall()),
        () => power.shutdownGuest(running, newCall()),
      ])
        await assertFails(send(), 'not_started', 'not_the_vm_approved');

      assert.equal((await readVm(opened, stopped.handle))?.body.power, 'off');
      assert.equal((await readVm(opened, running.handle))?.body.power, 'on');
    });

    it('says that a VM is not there any more', async (context) => {
      await using opened = await open({});
      const power = facetOf(opened, 'power', context);
      if (!power) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);
      await opened.elsewhere.deleteVm(vm);

      const failing = power.start(vm, newCall());

      await assert.rejects(failing, ({ code, end }) => code === 'not_found' && end !== 'unknown');
    });

    it('sends nothing once it was called off', async (context) => {
      await using opened = await open({});
      const power = facetOf(opened, 'power', context);
      if (!power) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);

      const failing = power.start(vm, newCall({ signal: AbortSignal.abort() }));

      await assertFails(failing, 'not_started');
      assert.equal((await readVm(opened, vm.handle))?.body.power, 'off');
    });

    it('H13 says unknown when the answer is lost, and the platform shows what happened', async (context) => {
      await using opened = await open({});
      const power = facetOf(opened, 'power', context);
      if (!power) return;
      const vm = await findRef(opened, 'vm', opened.places.stopped);
      const mark = await markNow(opened.connection);
      await opened.loseNextAnswer();

      await assertFails(power.start(vm, newCall()), 'unknown');

      await untilChange(
        opened.connection,
        mark,
        (it) =>
          it.change === 'seen' &&
          it.object.kind === 'vm' &&
          it.object.handle === vm.handle &&
          it.object.body.power === 'on',
      );
    });
  });
}
